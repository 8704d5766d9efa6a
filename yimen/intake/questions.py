"""The questions of several matters as one form: pure.

The same question (key, type, words) of two matters is asked once and answered for both. Free
remarks are not shared: what somebody tells one department is not for the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from yimen.intake import answers
from yimen.lib.errors import FieldError, Invalid
from yimen.lib.masking import mask_account
from yimen.lib.text import code
from yimen.matters.content import Content, Field

SPARE_ROWS = 2
MOST_ROWS = 60
EMPTY: tuple[Any, ...] = (None, "", [], {})


@dataclass(frozen=True)
class Question:
    """One question of the joint form. `slot` names it; `matters` are those that ask it."""

    slot: str
    field: Field
    matters: tuple[str, ...]
    only_slot: str = ""

    @property
    def name(self) -> str:
        """How its control is called in the form."""
        return f"f-{self.slot}"


def merge(contents: Iterable[Content]) -> list[Question]:
    """Every question of the matters in their order, shared ones once, at their first place."""
    slots: dict[str, tuple[Any, ...]] = {}
    asked: dict[str, list[str]] = {}
    fields: dict[str, tuple[Field, str]] = {}
    where: dict[tuple[str, str], str] = {}
    for content in contents:
        for field in content.fields:
            slot = _slot(field, content.code, slots)
            where[content.code, field.key] = slot
            asked.setdefault(slot, []).append(content.code)
            fields.setdefault(slot, (field, content.code))
    return [
        Question(
            slot, field, tuple(asked[slot]),
            where.get((code, field.only_if.field), "") if field.only_if else "",
        )
        for slot, (field, code) in fields.items()
    ]  # fmt: skip


def _slot(field: Field, code: str, slots: dict[str, tuple[Any, ...]]) -> str:
    """The plain key for whoever comes first and all that ask the same; else one's own."""
    same: tuple[Any, ...] = (
        field.type, field.label.zh, tuple(c.value for c in field.choices),
        tuple(c.key for c in field.columns), field.only_if and (field.only_if.field, str(field.only_if.equals)),
    )  # fmt: skip
    own = f"{code}--{field.key}"
    if field.type == "longtext" and not field.required:
        return own
    known = slots.setdefault(field.key, same)
    return field.key if known == same else own


def facts_for(questions: Iterable[Question], code: str, typed: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of one matter by its own keys; what is empty is left out."""
    return {
        q.field.key: typed[q.slot]
        for q in questions
        if code in q.matters and typed.get(q.slot) not in EMPTY
    }


def read(questions: Iterable[Question], posted: Any, kept: Mapping[str, Any]) -> dict[str, Any]:
    """What a browser sent, as typed. Persons are looked up elsewhere and not read here. A secret
    is shown by its mask: who leaves the mask as it is leaves the answer as it was `kept`."""
    found: dict[str, Any] = {}
    for q in questions:
        if q.field.type == "table":
            if f"{q.name}-rows" in posted:
                found[q.slot] = _rows(q, posted)
        elif q.field.type == "multichoice":
            if f"{q.name}-sent" in posted:
                found[q.slot] = posted.getlist(q.name)
        elif q.field.type == "secret" and posted.get(q.name) == masked(kept.get(q.slot)):
            continue
        elif q.field.type != "party" and q.name in posted:
            found[q.slot] = _one(q, posted[q.name].strip())
    return found


def masked(value: Any) -> str:
    """A secret answer as a page shows it ("" for none)."""
    return mask_account(code(str(value))) if value else ""


def _one(q: Question, text: str) -> Any:
    """Yes and no as truth values, so that `only_if` compares alike at every door."""
    return {"yes": True, "no": False}.get(text, text) if q.field.type == "yes_no" else text


def _rows(q: Question, posted: Any) -> list[dict[str, str]]:
    try:
        count = min(int(posted[f"{q.name}-rows"]), MOST_ROWS)
    except ValueError:
        count = 0
    rows = [
        {c.key: posted.get(f"{q.name}-{n}-{c.key}", "").strip() for c in q.field.columns}
        for n in range(count)
    ]
    return [row for row in rows if any(row.values())]


def problems(
    questions: list[Question], contents: Iterable[Content], typed: Mapping[str, Any], clean: Any
) -> dict[str, str]:
    """What is wrong, by the name of the control. `clean(content, facts)` is the kind's own check."""
    names = {(code, q.field.key): q.name for q in questions for code in q.matters}
    found: dict[str, str] = {}
    for content in contents:
        try:
            clean(content, facts_for(questions, content.code, typed))
        except Invalid as refusal:
            for error in refusal.errors or (FieldError("", refusal.detail),):
                found.setdefault(_control(error.field, content.code, names), _words(error))
    return found


def _control(path: str, code: str, names: Mapping[tuple[str, str], str]) -> str:
    """`facts.family.0.income` is the control `f-family-0-income`."""
    parts = path.split(".")
    if parts[0] != "facts" or len(parts) < 2 or (code, parts[1]) not in names:
        return ""
    return "-".join([names[code, parts[1]], *parts[2:]])


def _words(error: FieldError) -> str:
    return " ".join(str(part) for part in (error.message, error.remedy) if part)


def unanswered(
    questions: list[Question], contents: Iterable[Content], typed: Mapping[str, Any]
) -> list[Question]:
    """Required questions that are asked, given the other answers, and have none yet."""
    names = {(code, q.field.key): q for q in questions for code in q.matters}
    found: dict[str, Question] = {}
    for content in contents:
        facts = facts_for(questions, content.code, typed)
        for field in answers.missing(content.fields, facts):
            q = names[content.code, field.key]
            found[q.slot] = q
    return list(found.values())
