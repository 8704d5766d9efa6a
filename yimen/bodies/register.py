"""The bodies that a street deals with and its responsibility matrix, kept in memory.

Every act asks for a few of them by id, by code, by counter or by field of affairs. They change a
few times a week; how a change is noticed at once is told in ledger/editions.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from yimen.bodies.models import Body, MatrixRule
from yimen.bodies.rules import Rule
from yimen.ledger.editions import Kept
from yimen.places.models import ServicePoint


@dataclass(frozen=True)
class Register:
    """The bodies of one street and of the city, and the matrix of the street. Only to be read:
    many requests share it."""

    bodies: Mapping[UUID, Body]
    codes: Mapping[str, Body]  # the street's own body comes before the city's of the same code
    counters: Mapping[str, Body]  # by the code of the service point
    rules: Mapping[str, tuple[Rule, ...]]  # by field

    def rules_on(self, field: str, day: date) -> list[Rule]:
        """The cells of the matrix of a field that are in force on a day."""
        return [rule for rule in self.rules.get(field, ()) if rule.on(day)]


def _read(street: str) -> Register:
    here = Q(street__in=[street, "0"]) | Q(service_point__street=street)
    found = list(Body.objects.filter(here).order_by("code"))
    own = [b for b in found if b.street in (street, "0")]
    counters: dict[str, Body] = {}
    for body in found:
        if body.service_point_id:
            counters.setdefault(body.service_point_id, body)
    columns = (
        "id", "field", "role", "body_id", "matter_code", "place", "valid_from", "valid_to",
        "version", "basis",
    )  # fmt: skip
    rules: dict[str, list[Rule]] = {}
    for row in MatrixRule.objects.filter(street=street).order_by("id").values_list(*columns):
        rules.setdefault(row[1], []).append(Rule(*row))
    return Register(
        bodies={b.pk: b for b in found},
        codes={b.code: b for b in sorted(own, key=lambda b: b.street)},
        counters=counters,
        rules={field: tuple(cells) for field, cells in rules.items()},
    )


register: Kept[str, Register] = Kept("bodies", _read)


def counter_body(point: ServicePoint) -> Body:
    """The body whose counter stands at this service point."""
    return register(point.street).counters[point.code]


def bodies_of(ids: Iterable[UUID], street: str) -> dict[UUID, Body]:
    """Bodies by id: those a street deals with from memory, others (a collecting centre
    elsewhere) with one query."""
    known, wanted = register(street).bodies, set(ids)
    found = {id: known[id] for id in wanted if id in known}
    if len(found) < len(wanted):
        found |= Body.objects.in_bulk(wanted - set(found))
    return found
