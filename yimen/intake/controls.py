"""Questions and papers as a page draws them: values, choices, errors, the next place to type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yimen.cases.models import Material as CaseMaterial
from yimen.files.models import File
from yimen.intake import papers
from yimen.intake.papers import Line
from yimen.intake.questions import SPARE_ROWS, Question, masked
from yimen.matters.content import Content, Field
from yimen.people.models import Party


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    chosen: bool


@dataclass
class Control:
    """One control of a form, ready to draw."""

    id: str
    label: str
    sort: str
    value: Any = ""
    options: list[Option] = field(default_factory=list)
    help: str = ""
    required: bool = True
    error: str = ""
    only: str = ""  # the control on which it depends, and the value that asks for it
    only_value: str = ""
    only_label: str = ""
    columns: list[str] = field(default_factory=list)
    rows: list[list[Control]] = field(default_factory=list)
    person: Party | None = None
    person_form: Any = None  # from home somebody else is described, not searched for
    focus: bool = False


@dataclass
class Group:
    """Questions of one matter, or those that several share."""

    title: str
    controls: list[Control]
    extra: list[Control] = field(default_factory=list)  # optional remarks, folded away


def _language() -> str:
    return get_language() or "zh-hans"


def _pick(words: Any) -> str:
    return str(words.text(_language()))


def groups(
    questions: Iterable[Question],
    contents: Iterable[Content],
    typed: Mapping[str, Any],
    errors: Mapping[str, str],
    people: Mapping[str, Party],
    *,
    numbered: bool,
    focus: str = "",
) -> list[Group]:
    """The joint form: what is shared first, then each matter's own."""
    questions = list(questions)
    by_slot = {q.slot: q for q in questions}
    titles = {c.code: _pick(c.name) for c in contents}
    found: dict[str, Group] = {}
    for q in sorted(questions, key=lambda q: len(q.matters) < 2):
        shared = len(q.matters) > 1
        key = "" if shared else q.matters[0]
        title = _("几个事项共用，只问一次") if shared else titles[key]
        group = found.setdefault(key, Group(title, []))
        made = control(q, by_slot, typed, errors, people, numbered=numbered, focus=focus)
        folded = q.field.type == "longtext" and not q.field.required and not made.error
        (group.extra if folded else group.controls).append(made)
    return list(found.values())


def control(
    q: Question, by_slot: Mapping[str, Question], typed: Mapping[str, Any],
    errors: Mapping[str, str], people: Mapping[str, Party], *, numbered: bool, focus: str,
) -> Control:  # fmt: skip
    value = typed.get(q.slot, "")
    if q.field.type == "secret":
        value = masked(value)
    made = _plain(q.field, q.name, value, errors.get(q.name, ""), numbered)
    made.focus = q.name == focus
    if q.field.type == "table":
        _fill_table(made, q, value or [], errors, numbered)
    if q.field.type == "party":
        made.person = people.get(str(value)) if value else None
        made.value = typed.get(f"~{q.slot}", "")  # what was typed and found nobody
    if q.only_slot in by_slot and q.field.only_if:
        above = by_slot[q.only_slot]
        made.only, made.only_value = above.name, _form_value(q.field.only_if.equals)
        made.only_label = _("“%(question)s”选“%(answer)s”时填写") % {
            "question": _pick(above.field.label), "answer": _answer(above.field, made.only_value),
        }  # fmt: skip
    return made


def _plain(f: Field, name: str, value: Any, error: str, numbered: bool) -> Control:
    return Control(
        id=name,
        label=_pick(f.label),
        sort=f.type,
        value=_form_value(value) if not isinstance(value, list) else value,
        options=_options(f, value, numbered),
        help=_pick(f.help) if f.help else "",
        required=f.required,
        error=error,
    )


def _form_value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _choices(f: Field) -> list[tuple[str, str]]:
    if f.type == "yes_no":
        return [("yes", _("是")), ("no", _("否"))]
    return [(c.value, c.text(_language())) for c in f.choices]


def _answer(f: Field, value: str) -> str:
    return dict(_choices(f)).get(value, value)


def _options(f: Field, value: Any, numbered: bool) -> list[Option]:
    """The choices; at the counter each begins with its digit, which is one key in any browser."""
    chosen = value if isinstance(value, list) else [_form_value(value)]
    return [
        Option(v, f"{n} {label}" if numbered else label, v in chosen)
        for n, (v, label) in enumerate(_choices(f), 1)
    ]


def _fill_table(
    made: Control,
    q: Question,
    rows: list[dict[str, str]],
    errors: Mapping[str, str],
    numbered: bool,
) -> None:
    made.columns = [_pick(c.label) for c in q.field.columns]
    shown = [*rows, *[{} for _n in range(max(SPARE_ROWS, 3 - len(rows)))]]
    made.rows = [
        [_cell(q, c, n, row, errors, numbered) for c in q.field.columns]
        for n, row in enumerate(shown)
    ]
    broken = [cell.error for row in made.rows for cell in row if cell.error]
    made.error = made.error or " ".join(dict.fromkeys(broken))


def _cell(
    q: Question,
    column: Field,
    n: int,
    row: Mapping[str, str],
    errors: Mapping[str, str],
    numbered: bool,
) -> Control:
    name = f"{q.name}-{n}-{column.key}"
    return _plain(column, name, row.get(column.key, ""), errors.get(name, ""), numbered)


# -- papers ------------------------------------------------------------------------------------------


@dataclass
class Paper:
    """One line of the list of materials."""

    line: Line
    name: str
    note: str
    key: str
    options: list[Option]
    wanted_by: list[str]
    promised: str = ""
    last_day: date | None = None
    file: File | None = None
    earlier: CaseMaterial | None = None
    error: str = ""
    focus: bool = False

    @property
    def lacking(self) -> bool:
        return self.line.essential and self.key not in papers.THERE


def key_words() -> dict[str, str]:
    """What each key says on a line."""
    return {
        "o": _("原件（看过当场退还）"),
        "k": _("留下原件（办结退还）"),
        "c": _("复印件"),
        "e": _("电子件"),
        "r": _("沿用社区已有的"),
        "h": _("部门已有，免交"),
        "l": _("以后补交"),
        "-": _("没有"),
    }


def home_words() -> dict[str, str]:
    """The same from home."""
    return {
        "e": _("上传"),
        "r": _("沿用社区已有的（我同意）"),
        "h": _("部门已有，不用交"),
        "l": _("以后补交"),
        "-": _("现在没有"),
    }


def summary(
    errors: Mapping[str, str], questions: Iterable[Question], lines: Iterable[Line]
) -> list[tuple[str, str]]:
    """Each error's control and sentence; which box it is about is said where the sentence does not."""
    questions, lines = list(questions), list(lines)
    return [(name, _about(_label(name, questions, lines), text)) for name, text in errors.items()]


def _label(name: str, questions: list[Question], lines: list[Line]) -> str:
    """What a box is called on the page; of a table, its row and column."""
    for q in questions:
        own, _dash, rest = name.partition(q.name)
        row, _dash, key = rest.removeprefix("-").partition("-")
        if not own and name == q.name:
            return _pick(q.field.label)
        column = next((c for c in q.field.columns if c.key == key), None)
        if not own and column is not None and row.isdigit():
            return _("%(table)s第 %(n)s 行的“%(column)s”") % {
                "table": _pick(q.field.label), "n": int(row) + 1, "column": _pick(column.label),
            }  # fmt: skip
    code = name.partition("-")[2]
    return next((_pick(line.name) for line in lines if line.code == code), "")


def _about(label: str, text: str) -> str:
    if not label or label in text:
        return text
    return _("%(label)s：%(problem)s") % {"label": label, "problem": text}


def shown(q: Question, value: Any, people: Mapping[str, Party]) -> str:
    """An answer in words, for a page that shows everything once more."""
    if value in ("", None, []):
        return ""
    if q.field.type == "party":
        found = people.get(str(value))
        return found.name if found else ""
    if q.field.type == "table":
        words = {c.key: dict(_choices(c)) for c in q.field.columns}
        return "\n".join(
            " · ".join(str(words.get(k, {}).get(v, v)) for k, v in row.items() if v)
            for row in value
        )
    if q.field.type == "secret":
        return masked(value)
    chosen = value if isinstance(value, list) else [_form_value(value)]
    return _("、").join(_answer(q.field, str(one)) for one in chosen)


def paper(
    line: Line,
    typed: Mapping[str, Any],
    titles: Mapping[str, str],
    *,
    file: File | None,
    earlier: CaseMaterial | None,
    last_day: date | None,
    error: str,
    focus: bool = False,
    home: bool = False,
) -> Paper:
    """A line with its keys, what was chosen, and what is on file already."""
    own = typed.get(line.code, {})
    key = papers.key_of(line, typed)
    keys = line.home_keys if home else line.keys
    if earlier is not None:
        keys = keys.replace("-", "r-")
    labels = home_words() if home else key_words()
    if not line.essential and not home:
        labels["-"] = _("不需要或没有")
    return Paper(
        line=line,
        name=_pick(line.name),
        note=_pick(line.note) if line.note else "",
        key=key,
        options=[Option(k, labels[k] if home else f"{k} {labels[k]}", k == key) for k in keys],
        wanted_by=[titles[code] for code in line.matters if code in titles],
        promised=_day(own.get("promised", ""), last_day, keep=bool(error)),
        last_day=last_day,
        file=file,
        earlier=earlier,
        error=error,
        focus=focus,
    )


def _day(typed: str, last: date | None, *, keep: bool) -> str:
    """The promised day: what was typed stays while it is wrong; else never later than the last
    day, which comes nearer when a quicker matter is added."""
    latest = last.isoformat() if last else ""
    if not typed or (not keep and latest and typed > latest):
        return latest
    return typed
