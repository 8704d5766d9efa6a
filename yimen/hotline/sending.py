"""Judgements about sending somebody: until when it is signed for, who may be sent, when a request is
in dispute, what an act of the unit makes of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from yimen.clock.rules import working_hours_after
from yimen.lib.workdays import Calendar

DISPUTE = 2  # returns of one request in one round, after which somebody else decides
OPEN = ("sent", "signed")
UNITS = ("minutes", "working_hours")


def sign_by(
    sort: str, at: datetime, calendar: Calendar, limits: Mapping[str, tuple[int, str]]
) -> datetime:
    """Until when a request of this class is signed for. Minutes run at any hour."""
    n, unit = limits[sort]
    if unit == "minutes":
        return at + timedelta(minutes=n)
    return working_hours_after(at, n, calendar)


def check_limits(limits: Mapping[str, tuple[int, str]], sorts: Iterable[str]) -> None:
    """Every class has a limit of a known unit; ValueError names the first that has not."""
    for sort in sorts:
        n, unit = limits.get(sort, (0, ""))
        if unit not in UNITS or not 1 <= n <= 10_000:
            raise ValueError(f"sign_limits: {sort}")


@dataclass(frozen=True, slots=True)
class Past:
    """One dispatch of the present round. `automatic`: named by the matrix, chosen by nobody."""

    state: str
    leads: bool = True
    automatic: bool = False
    final: bool = False


def in_dispute(past: Iterable[Past]) -> bool:
    """Was it returned so often that whoever runs the line decides? What they decided ends it."""
    rows = [p for p in past if p.leads]
    settled = any(p.final and p.state != "withdrawn" for p in rows)
    return not settled and sum(p.state == "returned" for p in rows) >= DISPUTE


def refusal(past: Iterable[Past], *, leads: bool, settles: bool, fee: str, agreed: bool) -> str:
    """Why nobody can be sent now, as a code; "" when somebody can. `settles`: does whoever sends run
    the line; `agreed`: is the caller's yes to the price on record."""
    rows = list(past)
    busy = [p for p in rows if p.leads and p.state in OPEN]
    if leads and any(not p.automatic for p in busy):
        return "sent"
    if leads and in_dispute(rows) and not settles:
        return "dispute"
    if fee != "free" and not agreed:
        return "price"
    return ""


def follows(state: str, task: str, *, here: bool) -> str:
    """What a dispatch is once its task is `task` (`here`: still with the same body)."""
    if state not in OPEN:
        return state
    ended = {"returned": "returned", "finished": "done", "consented": "done", "cancelled": "done"}
    if task in ended:
        return ended[task]
    if not here:
        return "withdrawn"
    return "signed" if task == "signed" else state
