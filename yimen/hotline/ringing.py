"""Which calls ring now, at whom, and who gave up waiting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, QuerySet

from yimen.hotline import duty, perms
from yimen.hotline.models import LineCall, Ringing
from yimen.hotline.queries import cared_for
from yimen.lib.actor import Actor

WIDEN = timedelta(seconds=6)  # then it rings at everybody: the limit is fifteen
MISSED = timedelta(days=2)


def mine_first(offered: UUID | None, me: UUID | None, waited: timedelta) -> bool:
    """Does it ring at me now?"""
    return offered is None or offered == me or waited >= WIDEN


def longest_free(operators: Sequence[UUID], ended: dict[UUID, datetime]) -> list[UUID]:
    """Whoever has had no call first, then whose last one ended longest ago."""
    return sorted(operators, key=lambda who: (who in ended, ended.get(who), operators.index(who)))


def free(street: str, moment: datetime) -> list[UUID]:
    """Operators on duty with no call and none that rings at them, the longest free first."""
    on_duty = list(dict.fromkeys(duty.on_seat(street, moment)))
    if not on_duty:
        return []
    talking = LineCall.objects.filter(street=street, ended_at=None).values("operator")
    rung = Ringing.objects.filter(street=street, ended_at=None).values("offered_to")
    busy = set(talking.union(rung).values_list("operator", flat=True))
    idle = [who for who in on_duty if who not in busy]
    last = LineCall.objects.filter(
        street=street, operator__in=idle, ended_at__gt=moment - timedelta(hours=12)
    ).values_list("operator").annotate(last=Max("ended_at"))  # fmt: skip
    return longest_free(idle, dict(last.order_by()))


def visible_to(actor: Actor) -> QuerySet[Ringing]:
    """Calls of the street, for who works on the line or watches it."""
    return Ringing.objects.filter(street=actor.street if perms.watches(actor) else "")


def now_ringing(actor: Actor) -> QuerySet[Ringing]:
    rows = visible_to(actor).filter(ended_at=None)
    return rows.select_related("number_of").order_by("rang_at", "id")


def missed(actor: Actor) -> QuerySet[Ringing]:
    """Who gave up waiting, was not called back, and has not come through since."""
    if not perms.operates(actor):
        return Ringing.objects.none()
    through = LineCall.objects.filter(
        street=OuterRef("street"), number_of=OuterRef("number_of"),
        answered_at__gte=OuterRef("rang_at"),
    )  # fmt: skip
    again = Ringing.objects.filter(
        street=OuterRef("street"), number_of=OuterRef("number_of"), rang_at__gt=OuterRef("rang_at")
    )
    rows = visible_to(actor).filter(
        outcome__in=["abandoned", "lost"], called_back=None, number_of__isnull=False
    )
    rows = rows.filter(~Exists(through), ~Exists(again))
    return rows.select_related("number_of").order_by("-rang_at", "-id")


def _index(row: Ringing) -> bytes:
    return bytes(row.number_of.phone_index or b"") if row.number_of else b""


def standing(actor: Actor, at: datetime) -> dict[str, Any]:
    """What rings now, at me and at others; who gave up."""
    rows = list(now_ringing(actor)[:30])
    gave_up = list(missed(actor).filter(rang_at__gt=at - MISSED)[:10])
    cared = cared_for(r.number_of for r in gave_up if r.number_of) if gave_up else {}
    mine = [r for r in rows if mine_first(r.offered_to_id, actor.account, at - r.rang_at)]
    return {
        "mine": [{"row": r, "waited": int((at - r.rang_at).total_seconds())} for r in mine],
        "others": len(rows) - len(mine),
        "dials": perms.dials(actor),
        "missed": [{"row": r, "case": cared.get(_index(r))} for r in gave_up],
    }
