"""A calendar changed under many open cases: every one is recomputed, the old date beside the new on
record, nobody's own term shortened.

    YIMEN_DATA=... python -m chaos.calendar --cases 10000      after python -m chaos.town
"""

from __future__ import annotations

import argparse
import logging
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from chaos import town

CHECKED_AT_ONCE = 1000


@dataclass
class Outcome:
    """What was seen."""

    cases: int = 0
    making_s: float = 0.0
    recompute_s: float = 0.0
    recomputed: int = 0
    moved: int = 0  # cases of which at least one date is another one now
    shortened: int = 0  # residents' own terms that ended earlier than before
    unrecorded: int = 0  # dates that moved without their old and new day in the ledger
    left: int = 0


def make(n: int) -> None:
    """`n` open cases: two of three complete, the third waits for its resident (a term of theirs)."""
    from yimen.bodies.queries import actor_for
    from yimen.cases.actions import Given, Submission, receive
    from yimen.lib.actor import system
    from yimen.lib.time import now
    from yimen.matters.queries import current
    from yimen.people.actions import find_or_register
    from yimen.people.models import Account
    from yimen.places.models import ServicePoint

    by = actor_for(Account.objects.get(username="clerk"))
    centre = ServicePoint.objects.get(code=town.CENTRES["clerk"])
    matter = current("social-card-006")
    persons = [
        find_or_register(
            centre.street, name=f"测试{i}号", id_type="resident_id", id_number=town.identity(i),
            phone="", division="", by=system(centre.street), at=now(),
        )
        for i in range(min(n, 50))
    ]  # fmt: skip
    given = tuple(Given(code, "original") for code in town.MATTERS["social-card-006"])
    for i in range(n):
        receive(
            Submission(
                matter=matter, centre=centre, channel="counter",
                applicant=persons[i % len(persons)], materials=() if i % 3 == 0 else given,
            ),
            by=by, at=now(),
        )  # fmt: skip


def publish(year: int, change: dict[date, bool], at: datetime) -> None:
    """The year as it is, with some days changed: True is a day off."""
    from yimen.clock.actions import publish as announce
    from yimen.clock.queries import shelf
    from yimen.lib.actor import system
    from yimen.lib.workdays import DayRule, Edition

    known = shelf().edition(year)
    kept = tuple(d for d in (known.days if known else ()) if d.day not in change)
    days = kept + tuple(DayRule(day, off, "演练") for day, off in sorted(change.items()))
    announce(Edition("", year, True, days, ("演练",)), by=system(), at=at)


def run(n: int) -> Outcome:
    """Make, publish a year with more days off and one with fewer, recompute after each, compare."""
    from yimen.cases import ticks
    from yimen.lib.time import now, today

    outcome, begun = Outcome(n), time.monotonic()
    make(n - _open())
    outcome.making_s = time.monotonic() - begun
    soon = today() + timedelta(days=1)
    days = [soon + timedelta(days=i) for i in range(60)]
    working = [d for d in days if _calendar().is_working(d)][:4]
    for off in (True, False):  # four working days are lost, then all come back
        before = _dates()
        for year in {d.year for d in working}:
            publish(year, {d: off for d in working if d.year == year}, now())
        begun = time.monotonic()
        outcome.recomputed += ticks.recompute(now())
        outcome.recompute_s += time.monotonic() - begun
        _compare(before, _dates(), outcome)
    outcome.left = _left()
    return outcome


def _calendar() -> Any:
    from yimen.clock.queries import calendar_for

    return calendar_for().provisional


def _open() -> int:
    """A run that was ended can be taken up: what it made is there."""
    from yimen.cases.models import Case

    return Case.objects.exclude(stage="closed").count()


def _left() -> int:
    from yimen.cases.queries import outdated
    from yimen.clock.queries import latest_version

    return outdated(latest_version()).count()


def _dates() -> dict[Any, tuple[str, str, str, date]]:
    """Every running term of an open case: id -> (number, name, whose, the day it ends)."""
    from yimen.cases.models import Term
    from yimen.lib.time import local

    rows = Term.objects.filter(met_at=None, due_at__isnull=False).exclude(case__stage="closed")
    return {
        pk: (number, name, bearer, local(due).date())
        for pk, number, name, bearer, due in rows.values_list(
            "pk", "case__number", "name", "bearer", "due_at"
        )
    }


def _compare(before: dict[Any, Any], after: dict[Any, Any], outcome: Outcome) -> None:
    moved = {pk: (before[pk], after[pk]) for pk in before if before[pk][3] != after[pk][3]}
    outcome.moved += len({old[0] for old, _new in moved.values()})
    outcome.shortened += sum(
        old[2] == "resident" and new[3] < old[3] for old, new in moved.values()
    )
    said = _recorded({old[0] for old, _new in moved.values()})
    for pk, (old, new) in moved.items():
        if (str(pk), str(old[3]), str(new[3])) not in said:
            outcome.unrecorded += 1


def _recorded(numbers: set[str]) -> set[tuple[str, str, str]]:
    """(term, old day, new day) as the entries say it."""
    import orjson

    from yimen.ledger.models import Entry

    found, wanted = set(), sorted(numbers)
    for start in range(0, len(wanted), CHECKED_AT_ONCE):
        streams = [f"case:{number}" for number in wanted[start : start + CHECKED_AT_ONCE]]
        entries = Entry.objects.filter(stream__in=streams, act="recompute")
        for data in entries.values_list("data", flat=True):
            for pk, dates in orjson.loads(data)["moved"].items():
                found.add((pk, dates["old"], dates["new"]))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m chaos.calendar", description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    given = parser.parse_args()
    town.ready()
    logging.getLogger("yimen").setLevel(logging.INFO)
    found = run(given.cases)
    each = found.recompute_s / max(found.recomputed, 1) * 1000
    print(
        f"{found.cases} open cases made in {found.making_s:.0f} s; recomputed {found.recomputed} "
        f"times in {found.recompute_s:.0f} s ({each:.1f} ms each), {found.moved} with another date\n"
        f"own terms of residents shortened: {found.shortened}\n"
        f"moved without old and new day on record: {found.unrecorded}\n"
        f"still under the old calendar: {found.left}"
    )
    return 1 if found.shortened or found.unrecorded or found.left else 0


if __name__ == "__main__":
    raise SystemExit(main())
