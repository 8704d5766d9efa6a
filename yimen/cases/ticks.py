"""What time does: sweep what is due, recompute under a new calendar, remind of renewals.

Each is idempotent and goes through an act; a case is read again under its lock before anything
is done to it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import CharField, Exists, OuterRef, Q
from django.db.models.functions import Cast

from yimen.cases.actions import advance, perform
from yimen.cases.dossier import Dossier, load_due
from yimen.cases.kind import kind
from yimen.cases.models import Case, Result, Stage
from yimen.cases.queries import outdated
from yimen.clock.queries import Shelf, latest_version, shelf
from yimen.ledger.models import Errand
from yimen.ledger.rows import Sheet
from yimen.lib.actor import system
from yimen.lib.errors import Problem, Refused
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


def sweep(now: datetime) -> int:
    """Take the oldest next action first, in batches, until none is left. Returns acts done."""
    done = 0
    for _pass in range(PASSES):
        moved = sum(_advance(batch, now) for batch in _due(now))
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


def _advance(ids: list[UUID], now: datetime) -> int:
    """Do what time does to some cases, read again under their locks and written together. When
    the database refuses the whole, each alone: what fails there is logged and skipped."""
    try:
        with transaction.atomic():
            sheet, books = Sheet(), shelf()
            moved = sum(_advance_one(d, now, books, sheet) for d in load_due(ids, now))
            sheet.write()
            return moved
    except DatabaseError:
        if len(ids) == 1:
            log.exception("sweep failed at case %s", ids[0])
            return 0
        return sum(_advance([pk], now) for pk in ids)


def _advance_one(d: Dossier, now: datetime, books: Shelf, into: Sheet) -> bool:
    own = Sheet()  # what a failing case has put down so far must not be written
    try:
        by = system(d.case.street, "sweep")
        moved = bool(advance(d, BY_TIME, by=by, at=now, books=books, into=own))
    except DatabaseError:
        raise
    except Exception:
        log.exception("sweep failed at case %s", d.case.number)
        return False
    into.add(own)
    return moved


def recompute(now: datetime) -> int:
    """After a new calendar: every open case that was reckoned under an older one, in batches, with
    a line of progress. Killed in between it goes on where it was: what is done is no longer
    outdated. A case that cannot be recomputed is logged, skipped, and tried again next time."""
    waiting = outdated(latest_version()).order_by("id")
    left, done, last = waiting.count(), 0, None
    while True:
        rest = waiting.filter(pk__gt=last) if last else waiting
        cases = list(rest.values_list("pk", "number", "street")[:BATCH])
        if not cases:
            return done
        done += sum(_recompute(number, street) for _pk, number, street in cases)
        last = cases[-1][0]
        if left > BATCH:
            log.info("new calendar: %d of %d open cases recomputed", done, left)


def _recompute(number: str, street: str) -> int:
    try:
        perform(number, "recompute", by=system(street, "calendar"))
    except Refused:
        return 0  # closed in between: nothing to recompute
    except Exception:
        log.exception("the new calendar failed at case %s", number)
        return 0
    return 1


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
