"""The demonstration's bodies, seats, appointments and matrix. Loading again adds nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from yimen.bodies import actions
from yimen.bodies.models import Appointment, Body, MatrixRule, Seat
from yimen.lib.actor import Actor, system
from yimen.lib.time import now
from yimen.people.models import Account
from yimen.places.models import ServicePoint

Bodies = dict[tuple[str, str], Body]
RELATIONS = ("parent", "led_by", "guided_by", "funded_by")
PLAIN = ("name", "name_en", "sort", "division", "field")


def _read(name: str) -> dict[str, Any]:
    path = Path(settings.DATA) / "demo" / name
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def demo(*_paths: Path, say: Callable[[str], None] = lambda _line: None) -> int:
    """Load `bodies.json` and `matrix.json` of `data/demo`."""
    by, at = system(), now()
    content, matrix = _read("bodies.json"), _read("matrix.json")
    bodies = _bodies(content, by, at)
    seats = _seats(content["seats"], bodies, by, at)
    held = _appointments(content, bodies, seats, by, at)
    say(
        _("示例：%(bodies)d 个机构，%(seats)d 个席位，%(held)d 项新任职。")
        % {"bodies": len(bodies), "seats": len(seats), "held": held}
    )
    rules = _rules(matrix, bodies, by, at)
    say(_("示例：责任表新增 %(count)d 条规则。") % {"count": rules})
    return len(bodies) + len(seats) + held + rules


def _one(bodies: Bodies, street: str, code: str) -> Body:
    return bodies.get((street, code)) or bodies["0", code]


def _bodies(content: Mapping[str, Any], by: Actor, at: datetime) -> Bodies:
    """In the order of the file: a body stands after those that lead it."""
    known: Bodies = {(b.street, b.code): b for b in Body.objects.all()}
    points = ServicePoint.objects.in_bulk()
    since = date.fromisoformat(content["since"])
    for row in content["bodies"]:
        if (row["street"], row["code"]) in known:
            continue
        related: dict[str, Any] = {
            n: _one(known, row["street"], row[n]) for n in RELATIONS if n in row
        }
        known[row["street"], row["code"]] = actions.create_body(
            row["street"],
            row["code"],
            service_point=points.get(row.get("service_point", "")),
            active_from=since,
            by=by,
            at=at,
            **related,
            **{name: row[name] for name in PLAIN if name in row},
        )
    return known


def _seats(
    rows: Iterable[Mapping[str, Any]], bodies: Bodies, by: Actor, at: datetime
) -> dict[tuple[Any, str], Seat]:
    """A row names one body, or all bodies of a sort."""
    known = {(seat.body_id, seat.key): seat for seat in Seat.objects.select_related("body")}
    for row in rows:
        fitting = (b for b in bodies.values() if row.get("body", b.code) == b.code)
        for body in fitting:
            if row.get("sort", body.sort) != body.sort or (body.pk, row["key"]) in known:
                continue
            known[body.pk, row["key"]] = actions.create_seat(
                body,
                row["key"],
                title=row["title"],
                title_en=row["title_en"],
                powers=row["powers"],
                place=body.division if row.get("over") == "division" else "",
                quota=row.get("quota", 1),
                by=by,
                at=at,
            )
    return known


def _appointments(
    content: Mapping[str, Any],
    bodies: Bodies,
    seats: Mapping[tuple[Any, str], Seat],
    by: Actor,
    at: datetime,
) -> int:
    accounts = {a.username: a for a in Account.objects.all()}
    known = set(Appointment.objects.values_list("seat_id", "account_id"))
    since, count = date.fromisoformat(content["since"]), 0
    for row in content["appointments"]:
        seat = seats[_one(bodies, row["street"], row["body"]).pk, row["seat"]]
        account = accounts[row["account"]]
        if (seat.pk, account.pk) not in known:
            last = date.fromisoformat(row["until"]) if "until" in row else None
            actions.appoint(seat, account, valid_from=since, valid_until=last, by=by, at=at)
            count += 1
    return count


def _rules(matrix: Mapping[str, Any], bodies: Bodies, by: Actor, at: datetime) -> int:
    columns = ("street", "field", "matter_code", "place", "role", "body_id")
    known = set(MatrixRule.objects.values_list(*columns))
    since, count = date.fromisoformat(matrix["since"]), 0
    for row in matrix["rules"]:
        body = _one(bodies, row["street"], row["body"])
        matter, place = row.get("matter_code", ""), row.get("place", "")
        cell = (row["street"], row["field"], matter, place, row["role"], body.pk)
        if cell in known:
            continue
        actions.set_rule(
            row["street"],
            field=row["field"],
            role=row["role"],
            body=body,
            matter_code=matter,
            place=place,
            valid_from=since,
            basis=matrix["basis"],
            by=by,
            at=at,
        )
        count += 1
    return count
