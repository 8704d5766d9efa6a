"""A length of time as the law writes it: a number and a unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

LONGEST = 100_000


class Unit(StrEnum):
    """What is counted."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    HOURS = "hours"
    MINUTES = "minutes"
    AT_ONCE = "at_once"

    @property
    def in_days(self) -> bool:
        return self in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS)


@dataclass(frozen=True, slots=True)
class Span:
    """`Span(5, Unit.WORKING_DAYS)`. At once has no number: it is always 0."""

    n: int
    unit: Unit

    def __post_init__(self) -> None:
        if type(self.unit) is not Unit:  # columns and JSON hold the unit's name
            object.__setattr__(self, "unit", Unit(self.unit))
        if self.unit is Unit.AT_ONCE:
            if self.n != 0:
                raise ValueError("at_once takes no number")
        elif not 1 <= self.n <= LONGEST:
            raise ValueError(f"a span counts from 1 to {LONGEST} {self.unit}, not {self.n}")

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Span:
        """Read `{"n": 5, "unit": "working_days"}`; ValueError says what is wrong."""
        unit = Unit(value.get("unit", ""))
        if unit is Unit.AT_ONCE:
            return AT_ONCE
        n = value.get("n")
        if isinstance(n, bool) or not isinstance(n, int):
            raise ValueError(f"n must be a whole number, not {n!r}")
        return cls(n, unit)

    def as_dict(self) -> dict[str, Any]:
        """The form that `parse` reads."""
        return {"n": self.n, "unit": str(self.unit)}

    def __str__(self) -> str:
        return str(self.unit) if self.unit is Unit.AT_ONCE else f"{self.n} {self.unit}"


AT_ONCE = Span(0, Unit.AT_ONCE)


def working_days(n: int) -> Span:
    """`n` working days."""
    return Span(n, Unit.WORKING_DAYS)


def calendar_days(n: int) -> Span:
    """`n` calendar days."""
    return Span(n, Unit.CALENDAR_DAYS)


def hours(n: int) -> Span:
    """`n` hours, round the clock unless business hours are given to the rule."""
    return Span(n, Unit.HOURS)


def minutes(n: int) -> Span:
    """`n` minutes, round the clock unless business hours are given to the rule."""
    return Span(n, Unit.MINUTES)
