"""Holes in the line's roster are found and told once; whoever rings a colleague at night leaves a
trace."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yimen.bodies.queries import holders_of
from yimen.hotline import duty, perms
from yimen.hotline.actions.calling import must_operate
from yimen.hotline.models import DutyHole
from yimen.ledger.actions import record
from yimen.lib.actor import Actor, Can
from yimen.lib.errors import FieldError, Invalid, Unseen
from yimen.notices.actions import tell
from yimen.people.actions import disclose
from yimen.people.models import Account
from yimen.places.models import ServicePoint


@transaction.atomic
def find_holes(place: ServicePoint, *, by: Actor, at: datetime) -> int:
    """Compare the roster of the coming two weeks with what was found before. New holes are told to
    the head of the line, all in one message; those that are filled say so. How many are new."""
    ServicePoint.objects.select_for_update(no_key=True).only("code").get(pk=place.pk)
    now_there = {(h.begins, h.ends, h.missing): h for h in duty.holes_of(place, at)}
    known = DutyHole.objects.filter(
        street=place.street, place=place, filled_at=None, ends_at__gt=at
    )
    before = {(row.begins_at, row.ends_at, row.missing): row for row in known}
    filled = [row.pk for key, row in before.items() if key not in now_there]
    DutyHole.objects.filter(pk__in=filled).update(filled_at=at)
    made = DutyHole.objects.bulk_create(
        DutyHole(
            street=place.street, place=place, begins_at=key[0], ends_at=key[1], missing=key[2],
            found_at=at,
        )
        for key in now_there if key not in before
    )  # fmt: skip
    if made or filled:
        _write_down(place, "holes", by, at, found=len(made), filled=len(filled))
    if made:
        _tell(place, made, by, at)
    return len(made)


def _tell(place: ServicePoint, made: list[DutyHole], by: Actor, at: datetime) -> None:
    first = min(made, key=lambda row: row.begins_at)
    for account in heads(place, at):
        tell(
            street=place.street, template="line.holes", about=f"line:{place.code}",
            facts={"count": len(made), "first": first.begins_at},
            key=f"line.holes:{first.pk}:{account}", to_account=account, by=by, at=at,
        )  # fmt: skip


def heads(place: ServicePoint, at: datetime) -> Iterable[UUID]:
    """Whoever answers for the people at the line's telephones there."""
    bodies = {post.body_id for post in duty.seats().filter(place=place)}
    return {who for body in bodies for who in holders_of(body, (Can.HEAD,), at.date())}


@transaction.atomic
def ring_up(account: UUID, *, reason: str, by: Actor, at: datetime) -> str:
    """The number of a colleague on the call-out list, in full, on record with its reason."""
    must_operate(by)
    if reason not in perms.RING_UP:
        sentence = _("请选择为什么要打电话。")
        raise Invalid("reason", sentence, (FieldError("reason", sentence),))
    listed = {one.pk for one in duty.listed(by.street, at)}
    found = Account.objects.filter(pk=account, pk__in=listed).select_related("party").first()
    if found is None or found.party is None:
        raise Unseen("colleague")
    number = disclose(
        found.party, "phone", reason=str(perms.RING_UP[reason]), about="line", by=by, at=at
    )
    record(
        street=by.street, stream=f"line:{by.street}", act="ring_up", by=by, at=at,
        data={"account": str(account), "reason": reason},
    )  # fmt: skip
    return number


def _write_down(place: ServicePoint, act: str, by: Actor, at: datetime, **data: int) -> None:
    record(
        street=place.street, stream=f"line:{place.street}", act=act, by=by, at=at,
        data={"place": place.code, **data},
    )  # fmt: skip
