"""What time does: sweep what is due, recompute under a new calendar, remind of renewals.

Each is idempotent and goes through an act; a case is read again under its lock before anything
is done to it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import CharField, Exists, OuterRef, Q
from django.db.models.functions import Cast

from yimen.cases.actions import advance, perform
from yimen.cases.dossier import Dossier, load_locked
from yimen.cases.kind import kind
from yimen.cases.models import Case, Result, Stage
from yimen.cases.queries import outdated
from yimen.clock.queries import Shelf, latest_version, shelf
from yimen.ledger.models import Errand
from yimen.ledger.rows import Sheet
from yimen.lib.actor import system
from yimen.lib.errors import Problem
from yimen.lib.time import local

log = logging.getLogger("yimen.cases")
BATCH = 100
BY_TIME = (
    "deem",
    "consent",
    "end_hold",
    "warn",
)  # what time does to a case, the first that applies
REMIND = "cases.remind_renewal"
PASSES = 100  # a case that nobody looked at for months climbs one rung of warnings in each


@dataclass(frozen=True)
class Round:
    """What one tick does to cases: in whose name, which acts, and to which it still applies when
    their locks are held."""

    who: str
    acts: tuple[str, ...]
    still: Q


def sweep(now: datetime) -> int:
    """Take the oldest next action first, in batches, until none is left. Returns acts done."""
    done, round_ = 0, Round("sweep", BY_TIME, Q(next_action_at__lte=now))
    for _pass in range(PASSES):
        moved = sum(_advance(batch, round_, now) for batch in _due(now))
        if not moved:
            break
        done += moved
    left = Case.objects.filter(next_action_at__lte=now).exclude(stage=Stage.CLOSED).count()
    if left:
        log.warning("sweep: %d cases are due and could not be moved", left)
    return done


def _due(now: datetime) -> Iterator[list[UUID]]:
    """The cases that are due, the oldest first; each once, so that one that cannot be moved does
    not stand in the way of the others."""
    due = Case.objects.filter(next_action_at__lte=now).exclude(stage=Stage.CLOSED)
    after = Q()
    while found := list(
        due.filter(after)
        .order_by("next_action_at", "id")
        .values_list("pk", "next_action_at")[:BATCH]
    ):
        yield [pk for pk, _moment in found]
        last, moment = found[-1]
        after = Q(next_action_at__gte=moment) & (Q(next_action_at__gt=moment) | Q(pk__gt=last))


def _advance(ids: list[UUID], round_: Round, now: datetime) -> int:
    """Do the first of the acts that applies to each of these cases, read again under their locks and
    written together. When the database refuses the whole, each alone: what fails there is logged
    and skipped."""
    try:
        with transaction.atomic():
            sheet, books = Sheet(), shelf()
            locked = load_locked(ids, round_.still)
            moved = sum(_advance_one(d, round_, now, books, sheet) for d in locked)
            sheet.write()
            return moved
    except DatabaseError:
        if len(ids) == 1:
            log.exception("%s failed at case %s", round_.who, ids[0])
            return 0
        return sum(_advance([pk], round_, now) for pk in ids)


def _advance_one(d: Dossier, round_: Round, now: datetime, books: Shelf, into: Sheet) -> bool:
    own = Sheet()  # what a failing case has put down so far must not be written
    try:
        by = system(d.case.street, round_.who)
        moved = bool(advance(d, round_.acts, by=by, at=now, books=books, into=own))
    except DatabaseError:
        raise
    except Exception:
        log.exception("%s failed at case %s", round_.who, d.case.number)
        return False
    into.add(own)
    return moved


def recompute(now: datetime) -> int:
    """After a new calendar: every open case that was reckoned under an older one, in batches, with
    a line of progress. Killed in between it goes on where it was: what is done is no longer
    outdated. A case that fails, or that somebody is just acting on, is tried again next time."""
    version = latest_version()
    waiting = outdated(version).order_by("id")
    round_ = Round("calendar", ("recompute",), Q(calendar_version__lt=version))
    left, done, last = waiting.count(), 0, None
    while True:
        rest = waiting.filter(pk__gt=last) if last else waiting
        ids = list(rest.values_list("pk", flat=True)[:BATCH])
        if not ids:
            return done
        done += _advance(ids, round_, now)
        last = ids[-1]
        if left > BATCH:
            log.info("new calendar: %d of %d open cases recomputed", done, left)


def renewals(now: datetime) -> int:
    """Tell holders whose result can be renewed, once per result. Returns how many were new."""
    from yimen.ledger import actions as ledger

    today = local(now).date()
    reminded = Errand.objects.filter(
        name=REMIND, street=OuterRef("street"), key=Cast(OuterRef("pk"), CharField())
    )
    due = Result.objects.filter(
        ~Exists(reminded), state=Result.State.VALID, renew_from__lte=today, valid_until__gte=today
    )
    told = 0
    while found := list(due.order_by("id").values_list("pk", "street")[:BATCH]):
        with transaction.atomic():
            for pk, street in found:
                ledger.queue(
                    REMIND, street=street, key=str(pk), payload={"result": str(pk)}, at=now
                )
        told += len(found)
    return told


def expiries(now: datetime) -> int:
    """Results that ran out: those of kinds whose results lapse. Returns how many lapsed."""
    today, done = local(now).date(), 0
    kinds = [key for key in settings.YIMEN_KINDS if kind(key).lapses]
    over = Result.objects.filter(
        state=Result.State.VALID, valid_until__lt=today, case__kind__in=kinds
    ).order_by("valid_until")
    for number, street in over.values_list("case__number", "case__street")[:5000]:
        try:
            perform(number, "expire", by=system(street, "expiries"))
        except Problem:
            continue  # renewed or corrected in between: the next run looks again
        done += 1
    return done
