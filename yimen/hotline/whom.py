"""Whom a complaint is about: with its parts; and who must not get it where nobody said whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from yimen.bodies.queries import route
from yimen.bodies.register import register
from yimen.hotline.needs import Need
from yimen.lib import text
from yimen.lib.time import local
from yimen.matters.content import Content
from yimen.people.models import Account


def with_parts(named: Iterable[UUID], parents: Mapping[UUID, UUID | None]) -> set[UUID]:
    """These and all that is part of them, however deep. Pure; ids that are no bodies stay."""
    found = set(named)
    while more := {one for one, above in parents.items() if above in found} - found:
        found |= more
    return found


def avoided(named: Iterable[UUID], street: str) -> tuple[UUID, ...]:
    """The bodies and accounts complained of, with the parts of the bodies. Another counter of the
    street is not taken for a part of the centre that it belongs to: it keeps the complaint and calls
    back, else nobody could."""
    bodies = register(street).bodies.values()
    parents = {b.pk: b.parent_id for b in bodies if b.service_point_id is None}
    return tuple(sorted(with_parts(named, parents), key=str))


def likely(need: Need, content: Content, place: str, at: datetime) -> tuple[UUID, ...]:
    """A complaint that names nobody: whoever would get it by the matrix may be the one that is meant,
    and does not get it. () for every other need."""
    if need.sort != "complaint":
        return ()
    routing = route(
        place[:9], field=content.lead.field or content.field, matter_code=content.code, place=place,
        on=local(at).date(),
    )  # fmt: skip
    named = register(place[:9]).codes.get(content.lead.body)
    found = {routing.lead, routing.main, named.pk if named else None} - {None}
    return tuple(sorted((one for one in found if one), key=str))


def called(name: str, street: str) -> list[UUID]:
    """Accounts of the staff of a street with this name. Of several who share it none is to get a
    complaint that may be about them."""
    wanted = text.person_name(name)
    rows = Account.objects.filter(kind="staff", is_active=True, street=street, party__name=wanted)
    return list(rows.values_list("pk", flat=True)[:20]) if wanted else []
