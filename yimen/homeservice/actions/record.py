"""What every verb shares: the lock (route first, then visits by id), columns, entry, message."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yimen.homeservice import models, perms
from yimen.homeservice.models import Route, Stop, Visit
from yimen.ledger import rows
from yimen.ledger.actions import record
from yimen.lib.actor import Actor
from yimen.lib.errors import Unseen
from yimen.notices.actions import tell
from yimen.places.actions import forget_address


def lock_visit(pk: UUID) -> Visit:
    found = Visit.objects.select_for_update(of=("self",)).select_related("centre").filter(pk=pk)
    row = found.first()
    if row is None:
        raise Unseen("visit", _("没有这次上门服务。请核对编号。"))
    return row


def lock_visits(pks: Iterable[UUID]) -> list[Visit]:
    """Several at once, in one order for everybody."""
    rows_ = Visit.objects.select_for_update(of=("self",)).filter(pk__in=list(pks))
    return list(rows_.select_related("centre", "address").order_by("id"))


def lock_route(pk: UUID) -> Route:
    found = Route.objects.select_for_update(of=("self",)).select_related("centre").filter(pk=pk)
    row = found.first()
    if row is None:
        raise Unseen("route", _("没有这条路线。"))
    return row


def lock_stop(pk: UUID) -> tuple[Route, Stop]:
    """A stop under its route's lock."""
    seen = Stop.objects.filter(pk=pk).values_list("route", flat=True).first()
    if seen is None:
        raise Unseen("stop", _("没有这一站。"))
    route = lock_route(seen)
    return route, Stop.objects.select_for_update().get(pk=pk)


def put_visit(visit: Visit, act: str, *, by: Actor, at: datetime, **columns: Any) -> Visit:
    """Write these columns and their entry."""
    for name, value in columns.items():
        setattr(visit, name, value)
    rows.update(Visit, {"id": visit.pk}, **columns)
    write_down(visit, act, by=by, at=at)
    return visit


def write_down(visit: Visit, act: str, *, by: Actor, at: datetime, **data: Any) -> None:
    """One entry in the visit's stream: codes and numbers, no names."""
    kept = {"state": visit.state, "body": str(visit.body_id), **data}
    record(
        street=visit.street, stream=visit.stream, act=act, by=by, at=at, data=kept,
        power=by.power_for(*perms.ASKS, body=visit.body_id),
    )  # fmt: skip


def write_route(route: Route, act: str, *, by: Actor, at: datetime, **data: Any) -> None:
    kept = {"state": route.state, "day": route.day.isoformat(), "half": route.half, **data}
    record(
        street=route.street, stream=route.stream, act=act, by=by, at=at, data=kept,
        power=by.power_for(*perms.ASKS, body=route.body_id),
    )  # fmt: skip


def end_visit(visit: Visit, state: str, why: str, *, by: Actor, at: datetime, **more: Any) -> None:
    """Over, one way or another: the address has done its service and goes."""
    address = visit.address_id
    put_visit(
        visit, f"end_{why}", by=by, at=at, state=state, ended_at=at, ended_why=why,
        address_id=None, **more,
    )  # fmt: skip
    if address:
        forget_address(address)


def say(
    visit: Visit, what: str, *, by: Actor, at: datetime, route: Route | None = None, mark: str = ""
) -> None:
    """Tell the person; nobody to tell after they were erased."""
    if visit.person_id is None:
        return
    tell(
        street=visit.street, template=f"homevisit.{what}", about=visit.stream,
        facts=models.facts(visit, route), key=f"{visit.pk}:{what}:{mark or visit.changes}",
        to_party=visit.person_id, by=by, at=at,
    )  # fmt: skip
