"""What time does: sweep what is due, recompute under a new calendar, remind of renewals.

Each is idempotent and goes through an act; a case is read again under its lock before anything
is done to it.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast

from yimen.cases.actions import perform
from yimen.cases.kind import kind
from yimen.cases.models import Case, Result, Stage
from yimen.cases.queries import outdated
from yimen.clock.queries import latest_version
from yimen.ledger.models import Errand
from yimen.lib.actor import system
from yimen.lib.errors import Problem, Refused
from yimen.lib.time import local

log = logging.getLogger("yimen.cases")
BATCH = 200
REMIND = "cases.remind_renewal"
ROUNDS = 500  # 100,000 cases in one call


def sweep(now: datetime) -> int:
    """Take the oldest next action first, in batches, until none is left. Returns acts done."""
    done = 0
    for _round in range(ROUNDS):
        due = list(
            Case.objects.filter(next_action_at__lte=now)
            .exclude(stage=Stage.CLOSED)
            .order_by("next_action_at")
            .values_list("number", "street")[:BATCH]
        )
        if not due:
            break
        moved = sum(_advance(number, street, now) for number, street in due)
        done += moved
        if not moved:
            log.error("sweep stuck: %d cases are due and none could be moved", len(due))
            break
    return done


def _advance(number: str, street: str, now: datetime) -> int:
    """Do what time does to one case: the first of the acts that applies. A failure of one case
    is logged and does not stop the others."""
    for act in ("deem", "consent", "end_hold", "warn"):
        try:
            perform(number, act, by=system(street, "sweep"))
        except Problem:
            continue
        except Exception:
            log.exception("sweep failed at case %s", number)
            return 0
        return 1
    return 0


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
