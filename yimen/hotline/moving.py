"""`yimen import requests FILE.csv --mapping MAPPING.json`: a city moves here (HLP-2). Each row is moved
in by itself, so that an import that was killed goes on where it stood when it is said again."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from yimen.bodies.register import register
from yimen.hotline import mapping
from yimen.hotline.actions.moving import Destination, Known, move_in, stand_in
from yimen.hotline.mapping import Left, Plan
from yimen.hotline.models import Moved
from yimen.hotline.needs import tree
from yimen.lib.actor import system
from yimen.lib.errors import Problem
from yimen.lib.time import now, today
from yimen.matters.queries import some
from yimen.places.models import Division
from yimen.places.queries import centre_for

Say = Callable[[str], None]
STEP = 200
REASONS: dict[str, Any] = {
    "need": gettext_lazy("这类诉求没有对应的求助分类"),
    "need_on_purpose": gettext_lazy("对照表写明不迁入的诉求"),
    "status": gettext_lazy("没有见过的状态"),
    "agency": gettext_lazy("没有对应的单位"),
    "agency_on_purpose": gettext_lazy("对照表写明不迁入的单位"),
    "place": gettext_lazy("没有对应的居村委"),
    "place_on_purpose": gettext_lazy("没有说在哪里"),
    "channel": gettext_lazy("没有见过的来源"),
    "key": gettext_lazy("没有编号，或编号太长"),
    "key_twice": gettext_lazy("文件里编号重复"),
    "date": gettext_lazy("日期读不出来"),
    "date_missing": gettext_lazy("没有日期"),
    "closed_before_received": gettext_lazy("办结早于登记"),
    "in_the_future": gettext_lazy("日期在今天之后"),
    "refused": gettext_lazy("系统没有收下"),
}


@dataclass
class Told:
    """What became of the rows so far."""

    rows: int = 0
    moved: int = 0
    before: int = 0
    left: Counter[str] = field(default_factory=Counter)

    def line(self) -> str:
        return _("%(rows)d 行：迁入 %(moved)d，以前已迁入 %(before)d，没有迁入 %(left)d") % {
            "rows": self.rows, "moved": self.moved, "before": self.before,
            "left": self.left.total(),
        }  # fmt: skip


def requests(
    *paths: Path, mapping: Path | None = None, say: Say = lambda _line: None, lang: str = ""
) -> int:
    """Move the rows of the files in; how many came. What is said is in `lang`, the terminal's own; what
    is written follows the site."""
    with override(lang or get_language()):
        return _requests(paths, mapping, say)


def _requests(paths: Sequence[Path], mapping: Path | None, say: Say) -> int:
    if mapping is None or not paths:
        raise ValueError(_("请写：yimen import requests 表格.csv --mapping 对照表.json"))
    plan = _plan(mapping)
    to = _destination(plan)
    for path in paths:
        _check_columns(path, plan)
    told, report = Told(), report_of(plan.source)
    report.parent.mkdir(parents=True, exist_ok=True)
    with report.open("w", encoding="utf-8-sig", newline="") as file:
        left = csv.writer(file)
        left.writerow(["file", "line", "key", "reason", "value"])
        for path in paths:
            _move(path, plan, to, told, left, say)
    say(told.line())
    for reason, count in told.left.most_common():
        say(f"  {count:6}  {REASONS.get(reason, reason)} ({reason})")
    say(_("没有迁入的逐行列在 %(path)s") % {"path": report})
    return told.moved


def _check_columns(path: Path, plan: Plan) -> None:
    """Before anything is written: another table than the mapping is about moves nothing in."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        there = set(csv.DictReader(file).fieldnames or ())
    if missing := sorted({*plan.columns.values(), *plan.words} - there):
        raise ValueError(
            _("%(file)s 没有这些栏目：%(what)s。请核对表格和对照表。")
            % {"file": path.name, "what": ", ".join(missing)}
        )


def report_of(source: str) -> Path:
    """Where the rows that were left out are listed."""
    safe = "".join(c if c.isalnum() or c in "-_" else "-" for c in source)
    return Path(settings.VAR) / "imports" / f"{safe}-left.csv"


def _plan(path: Path) -> Plan:
    """The mapping, with everything that it names present here."""
    plan = mapping.read(path, tree())
    known = register(plan.street).codes
    bodies = [c for c in plan.agencies.values() if c is not None and c not in known]
    codes = {str(c) for c in plan.places.values() if c is not None}
    places = codes - set(Division.objects.filter(code__in=codes).values_list("code", flat=True))
    if bodies or places:
        what = ", ".join(sorted({*map(str, bodies), *places}))
        raise ValueError(
            _("对照表 %(file)s 里的单位或居村委这里没有：%(what)s。请改正代码，或先设立。")
            % {"file": path.name, "what": what}
        )
    return plan


def _destination(plan: Plan) -> Destination:
    centre = centre_for(plan.street)
    codes = sorted({tree()[c].matter for c in plan.needs.values() if c})
    matters = some(codes, today())
    missing = [code for code in codes if code not in matters]
    if centre is None or missing:
        raise ValueError(
            _("这个街道还没有开通：%(what)s") % {"what": ", ".join(missing) or plan.street}
        )
    who, at = system(plan.street, "import"), now()
    return Destination(
        plan.source, centre, stand_in(plan.street, plan.source, by=who, at=at), matters
    )


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        yield from ((reader.line_num, row) for row in reader)


def _move(path: Path, plan: Plan, to: Destination, told: Told, left: Any, say: Say) -> None:
    seen: set[str] = set()
    rows = _rows(path)
    while chunk := list(islice(rows, STEP)):
        keys = [str(row.get(plan.columns["key"]) or "").strip() for _n, row in chunk]
        mine = Moved.objects.filter(street=plan.street, source=plan.source, key__in=keys)
        before = set(mine.values_list("key", flat=True))
        for (number, row), key in zip(chunk, keys, strict=True):
            told.rows += 1
            try:
                if key in seen:
                    raise Left("key_twice", key)
                if key in before:
                    told.before += 1
                else:
                    with override(settings.LANGUAGE_CODE):
                        told.moved += _one(plan, to, row)
            except Left as why:
                told.left[why.reason] += 1
                left.writerow([path.name, number, key, why.reason, why.value])
            seen.add(key)
        say(told.line())


def _one(plan: Plan, to: Destination, given: dict[str, Any]) -> bool:
    at = now()
    row = mapping.row(plan, given, at)
    known = Known(
        key=row.key, need=tree()[row.need], line=plan.line, channel=row.channel, place=row.place,
        lead=register(plan.street).codes[row.body].pk, received_at=row.received_at,
        closed_at=row.closed_at, in_time=row.in_time, answer=row.answer,
        facts={"need": row.need, "what": row.what},
    )  # fmt: skip
    try:
        return move_in(known, to, by=system(plan.street, "import"), at=at)
    except Problem as error:
        raise Left("refused", error.code) from error
