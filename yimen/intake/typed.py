"""What a browser sent, taken into the draft as it is: right or wrong, nothing typed is lost."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yimen.cases.models import Channel
from yimen.files import actions as files
from yimen.intake import papers, queries, questions
from yimen.intake.models import Draft
from yimen.intake.papers import Line
from yimen.lib.actor import Actor
from yimen.lib.errors import Problem
from yimen.look.dates import cn_date
from yimen.look.forms import DateField
from yimen.people.models import Party

Errors = dict[str, str]


def absorb(
    draft: Draft, basket: queries.Basket, post: Any, sent: Any, *, by: Actor, at: datetime
) -> Errors:
    """Put everything that was typed into the draft; what cannot be read, by control."""
    answers = draft.answers
    if draft.door == Draft.Door.COUNTER:
        _take_way(answers, post)
        take_delivery(answers, basket, post)
    facts = answers.setdefault("facts", {})
    facts.update(questions.read(basket.questions, post, facts))
    for q in basket.questions:
        if q.field.type == "party" and f"{q.name}-clear" in post:
            facts.pop(q.slot, None)
    errors: Errors = {}
    for line in basket.lines:
        _take_line(draft, basket, line, post, at, errors)
        _take_file(draft, line, post, sent, by, at, errors)
    return errors


def _take_way(answers: dict[str, Any], post: Any) -> None:
    """How it was handed in, and where the matter belongs: a clerk's to say."""
    if post.get("channel") in Channel.values:
        answers["channel"] = post["channel"]
    if "place" in post and len(post["place"]) <= 12:
        answers["place"] = post["place"]


def take_delivery(answers: dict[str, Any], basket: queries.Basket, post: Any) -> None:
    """How the result is to come, one of the ways that the chosen matters have."""
    if post.get("delivery") in basket.ways:
        answers["delivery"] = post["delivery"]


def needs_address(answers: dict[str, Any], applicant: Party | None) -> bool:
    """What is sent or brought needs to know where to."""
    wished = answers.get("delivery") in ("courier", "home")
    return wished and applicant is not None and not applicant.address


def _take_line(
    draft: Draft, basket: queries.Basket, line: Line, post: Any, at: datetime, errors: Errors
) -> None:
    key = post.get(line.control)
    if key is None:
        return
    own = draft.answers.setdefault("papers", {}).setdefault(line.code, {})
    allowed = line.keys if draft.door == Draft.Door.COUNTER else line.home_keys
    if key in allowed or (key == "r" and own.get("reuse")) or key == "":
        own["key"] = key
    if key == "l":
        _take_day(draft, basket, line, own, post.get(f"d-{line.code}", ""), at, errors)


def _take_day(
    draft: Draft, basket: queries.Basket, line: Line, own: dict[str, Any], typed: str,
    at: datetime, errors: Errors,
) -> None:  # fmt: skip
    """The promised day: by default and at most the promised handling time."""
    last = last_day(draft, basket, line, at)
    own["promised"] = typed or last.isoformat()
    try:
        day = DateField().clean(own["promised"])
    except ValidationError as error:
        errors[f"d-{line.code}"] = error.messages[0]
        return
    own["promised"] = day.isoformat()
    if day < at.date():
        errors[f"d-{line.code}"] = _("补交的日子已经过去，请另选一天。")
    elif day > last:
        errors[f"d-{line.code}"] = _("最晚可以答应 %(day)s，也就是承诺办结的时间。") % {
            "day": cn_date(last)
        }


def last_day(draft: Draft, basket: queries.Basket, line: Line, at: datetime) -> Any:
    wanting = [c for c in basket.contents if c.code in line.matters]
    return queries.last_promise(wanting, draft.answers.get("place") or draft.street, at)


def _take_file(
    draft: Draft, line: Line, post: Any, sent: Any, by: Actor, at: datetime, errors: Errors
) -> None:
    """One scan a paper, for every matter that needs it."""
    if f"x-{line.code}" in post:
        draft.files.pop(line.code, None)
    upload = sent.get(f"u-{line.code}")
    if not upload:
        return
    try:
        file = files.store(
            upload, name=upload.name, purpose="material", street=draft.street, by=by, at=at
        )
    except Problem as problem:
        errors[f"u-{line.code}"] = _("%(material)s（%(file)s）：%(problem)s") % {
            "material": line.name.text(get_language() or ""),
            "file": upload.name[-40:],
            "problem": words(problem),
        }
        return
    draft.files[line.code] = str(file.pk)
    own = draft.answers.setdefault("papers", {}).setdefault(line.code, {})
    if own.get("key", papers.preset(line)) not in papers.THERE:
        own["key"] = "e"


def words(problem: Problem) -> str:
    """A refusal as one sentence."""
    parts = [f"{e.message} {e.remedy}".strip() for e in problem.errors]
    return " ".join(parts) or str(problem.detail or problem.code)
