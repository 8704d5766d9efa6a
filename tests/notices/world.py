"""One street with a centre, two offices and the people these tests need."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from yimen.bodies.models import Appointment, Body, Seat
from yimen.lib.actor import Actor, Can, Power
from yimen.lib.time import now
from yimen.people.models import Account, Party
from yimen.places.models import Division, ServicePoint

# a street of its own: the cast of other tests may be in the database already
STREET, CENTRE = "310199098", "31019909801"


@dataclass
class World:
    """Bodies and actors by name; every actor holds one seat with the powers named."""

    point: ServicePoint
    bodies: dict[str, Body]
    actors: dict[str, Actor] = field(default_factory=dict)

    def hire(self, name: str, body: str, *cans: Can) -> Actor:
        account = Account.objects.create(
            street=STREET, username=f"w-{name}", kind="staff", created_at=now()
        )
        seat = Seat.objects.create(
            body=self.bodies[body], key=name, title=name, powers=[str(can) for can in cans]
        )
        held = Appointment.objects.create(
            seat=seat, account=account, valid_from=date(2020, 1, 1), valid_until=date(2099, 1, 1)
        )
        powers = frozenset(
            Power(can=can, body=self.bodies[body].pk, place="", appointment=held.pk) for can in cans
        )
        actor = Actor(kind="staff", account=account.pk, name=name, street=STREET, powers=powers)
        self.actors[name] = actor
        return actor

    def resident(self, name: str, *, phone: str = "", account: bool = False) -> Party:
        party = Party.objects.create(
            street=STREET, sort="person", name="王小明", id_type="other", created_at=now()
        )
        if phone:
            Party.objects.filter(pk=party.pk).update(
                phone_sealed=b"x", phone_index=b"x", phone_mask=phone
            )
            party.refresh_from_db()
        if account:
            made = Account.objects.create(
                street=STREET, username=f"w-{name}", kind="resident", party=party, created_at=now()
            )
            self.actors[name] = Actor(
                kind="resident", account=made.pk, party=party.pk, name=name, street=STREET
            )
        return party

    def __getitem__(self, name: str) -> Actor:
        return self.actors[name]

    def id_of(self, name: str) -> UUID:
        account = self.actors[name].account
        assert account
        return account


def build() -> World:
    """The street, its bodies, and: clerk and colleague at the centre, officer and head of an
    office, another officer elsewhere, director, coordinator, supervisor, admin, auditor."""
    for code, name, level, parent in (
        ("31", "上海市", "city", None),
        ("310199", "示例区", "district", "31"),
        (STREET, "试验街道", "street", "310199"),
    ):
        Division.objects.get_or_create(
            code=code, defaults={"name": name, "level": level, "parent_id": parent}
        )
    point = ServicePoint.objects.create(
        code=CENTRE, street=STREET, name="梧桐里中心", address="梧桐路1号"
    )
    start = date(2020, 1, 1)

    def body(code: str, sort: str, **more: object) -> Body:
        return Body.objects.create(
            street=STREET, code=code, name=code, sort=sort, active_from=start, **more
        )

    bodies = {
        "centre": body("centre-1", "centre", service_point=point),
        "office": body("bo-civil-affairs", "back_office", field="civil-affairs"),
        "other": body("bo-health", "back_office", field="health"),
        "supervision": body("supervision", "supervision"),
        "management": body("street-office", "street_office"),
    }
    world = World(point, bodies)
    world.hire("clerk", "centre", Can.INTAKE)
    world.hire("colleague", "centre", Can.INTAKE)
    world.hire("officer", "office", Can.HANDLE, Can.DECIDE)
    world.hire("head", "office", Can.HEAD)
    world.hire("other", "other", Can.HANDLE)
    world.hire("director", "centre", Can.DIRECT)
    world.hire("coordinator", "centre", Can.COORDINATE)
    world.hire("supervisor", "supervision", Can.SUPERVISE)
    world.hire("admin", "management", Can.ADMIN)
    world.hire("auditor", "management", Can.AUDIT)
    return world
