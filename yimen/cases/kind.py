"""The socket for kinds of case. A kind is a small class; everything else about it is data.

A kind may check facts, name the holder of a result, and react when something was granted. It may
not add states, write the case row or touch the clock: the engine hands it values and takes values.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from yimen.lib.spans import Span
from yimen.matters.content import Content


@dataclass(frozen=True)
class Validity:
    """From when until when a result holds, and from when it can be renewed."""

    valid_from: date
    valid_until: date | None
    renew_from: date | None


class Kind:
    """What every kind of case can say. Subclasses override what differs."""

    key: ClassVar[str] = ""
    urgent: ClassVar[bool] = False  # warned about at any hour, not only when the office is open
    rounds: ClassVar[bool] = False  # may what was not solved open another round?
    # asked back by somebody who did not handle it, who writes down what the applicant says
    called_back: ClassVar[bool] = False
    # may the body in charge itself give its work back, because a counter then chooses another?
    lead_returns: ClassVar[bool] = False
    answer_page: ClassVar[str] = (
        ""  # URL name (number): where the body that acted answers in one go
    )
    origin_page: ClassVar[str] = ""  # URL name (number): how it came, as its house knows
    dispatch_page: ClassVar[str] = ""  # URL name (number): where a counter chooses who does it
    every_counter: ClassVar[bool] = False  # seen at every counter of the street: a line is one
    lapses: ClassVar[bool] = False  # does a result that runs out without renewal end in silence?

    def clean_facts(self, content: Content, facts: dict[str, Any]) -> dict[str, Any]:
        """Check the answers beyond the types of their fields; raise `Invalid` with the fields."""
        return facts

    def quiet(self, facts: dict[str, Any]) -> bool:
        """Does the applicant want no message about it outside of these pages?"""
        return False

    def check_offer(self, case: UUID, to: UUID) -> None:
        """May a person hand work of this case to that body now? Raise `Refused` with the reason."""

    def check_close(self, case: UUID) -> None:
        """May a person end this case now, by confirming its result or taking the request back? Raise
        `Refused` if not."""

    def before_contact(self, facts: dict[str, Any]) -> str:
        """What to know before anybody rings the applicant up."""
        return ""

    def validity(self, content: Content, decided_on: date) -> Validity:
        """How long the result holds, from the matter's own data."""
        rule = content.result.valid
        until = None
        if rule is not None:
            until = _later(decided_on, rule.n, rule.unit) - timedelta(days=1)
        renew = None
        if until is not None and content.result.renew_from_days:
            renew = until - timedelta(days=content.result.renew_from_days)
        return Validity(decided_on, until, renew)

    def span(self, span: Span, round: int) -> Span:
        """How long a time of the matter's file is in this round."""
        return span

    def after_lapse(self, facts: dict[str, Any]) -> dict[str, Any]:
        """What of the answers is kept once the result ran out (a roster is not)."""
        return facts

    def summary(self, content: Content, facts: dict[str, Any], lang: str) -> list[tuple[str, Any]]:
        """The answers in order, labelled, for pages and prints."""
        return [
            (field.label.text(lang), _shown(field, facts[field.key], lang))
            for field in content.fields
            if field.key in facts
        ]


def _shown(field: Any, value: Any, lang: str) -> Any:
    names = {choice.value: choice.text(lang) for choice in field.choices}
    if isinstance(value, list):
        return [names.get(v, v) if isinstance(v, str) else v for v in value]
    return names.get(value, value) if isinstance(value, str) else value


def _later(day: date, n: int, unit: str) -> date:
    """`n` years, months or days on; 29 February moves to the 28th (Civil Code art. 202)."""
    if unit == "calendar_days":
        return day + timedelta(days=n)
    months = day.month - 1 + n * (12 if unit == "years" else 1)
    year, month = day.year + months // 12, months % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return day.replace(year=year, month=month, day=min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


@cache
def at_every_counter() -> list[str]:
    """The keys of kinds that every counter of a street works on together."""
    return sorted(key for key in settings.YIMEN_KINDS if kind(key).every_counter)


@cache
def kind(key: str) -> Kind:
    """The kind with this short key, as settings name it."""
    made: Kind = import_string(settings.YIMEN_KINDS[key])()
    return made
