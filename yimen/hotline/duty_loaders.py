"""The demonstration's roster of the line: operators, shifts round the clock, standby at night, two
holes that the page shows. Loading again adds nothing."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from yimen.bodies import actions as bodies
from yimen.bodies.models import Body
from yimen.bodies.queries import actor_for
from yimen.bodies.queries import body as body_of
from yimen.hotline import actions as line
from yimen.lib.actor import Actor, system
from yimen.lib.time import at as clock
from yimen.lib.time import local, now, today
from yimen.people import actions as people
from yimen.people.models import Account
from yimen.places.models import ServicePoint
from yimen.workforce import actions
from yimen.workforce.models import Duty, Post, Shift


def demo(*_paths: Path, say: Callable[[str], None] = lambda _line: None) -> int:
    """Load `data/demo/line_duty.json`."""
    path = Path(settings.DATA) / "demo" / "line_duty.json"
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    place = ServicePoint.objects.get(pk=content["place"])
    if Post.objects.filter(place=place, code=content["posts"][0]["code"]).exists():
        return 0
    by, at = system(content["street"], "import"), now()
    body = body_of(content["street"], content["body"])
    _people(content, body, by, at)
    _posts(content, place, body, by, at)
    plan = content["plan"]
    given, _left = actions.draft(
        place, first=today() - timedelta(days=plan["days_back"]),
        last=today() + timedelta(days=plan["days_ahead"]), by=by, at=at,
    )  # fmt: skip
    for row in content["empty"]:
        _empty(place, row, by, at)
    line.find_holes(place, by=by, at=at)
    _calls(content, at)
    say(_("示例：热线排了 %(n)d 个班。") % {"n": given})
    return given


def _people(content: Mapping[str, Any], body: Body, by: Actor, at: datetime) -> None:
    street, made = content["street"], []
    seat = bodies.create_seat(body, **content["seat"], by=by, at=at)
    for row in content["people"]:
        party = people.find_or_register(
            street, name=row["name"], id_type="resident_id", id_number=row["id_number"],
            phone=row["phone"], by=by, at=at,
        )  # fmt: skip
        account = people.create_account(
            row["username"], kind="staff", street=street, party=party, by=by, at=at
        )
        since = date.fromisoformat(content["since"])
        bodies.appoint(seat, account, valid_from=since, by=by, at=at)
        made.append(account)
    known = json.loads((Path(settings.DATA) / "demo" / "people.json").read_text(encoding="utf-8"))
    people.give_password(made, known["password"], by=by, at=at)


def _posts(
    content: Mapping[str, Any], place: ServicePoint, body: Body, by: Actor, at: datetime
) -> None:
    seat = body.seats.get(key=content["seat"]["key"])
    posts = {
        row["code"]: actions.set_post(place, **row, body=body, seat=seat, by=by, at=at)
        for row in content["posts"]
    }
    shifts: dict[str, Shift] = {}
    for row in content["shifts"]:
        hours: dict[str, Any] = {n: time.fromisoformat(row[n]) for n in ("begins", "ends")}
        shifts[row["code"]] = actions.set_shift(
            place, **{**row, **hours}, body=body, on="any", by=by, at=at
        )
    for post, shift, count in content["needs"]:
        since = date.fromisoformat(content["since"])
        actions.set_need(posts[post], shifts[shift], people=count, valid_from=since, by=by, at=at)


def _empty(place: ServicePoint, row: Mapping[str, Any], by: Actor, at: datetime) -> None:
    """A hole that somebody must still fill."""
    day = today() + timedelta(days=row["in_days"])
    found = Duty.objects.filter(
        place=place, day=day, shift__code=row["shift"], cancelled_at=None, sort=Duty.Sort.POST
    )
    for one in found:
        actions.drop(one, by=by, at=at)


def _calls(content: Mapping[str, Any], at: datetime) -> None:
    """Calls of the last days by the hour, most picked up soon, some late, a few given up."""
    told, dice = content["calls"], random.Random(content["street"])
    operator = actor_for(Account.objects.get(username=told["operator"]))
    midnight = local(at).replace(hour=0, minute=0, second=0, microsecond=0)
    for back in range(told["days"], 0, -1):
        for hour, count in enumerate(told["by_hour"]):
            for n in range(count):
                moment = midnight - timedelta(days=back) + timedelta(
                    hours=hour, minutes=60 * n // count + dice.randrange(3)
                )  # fmt: skip
                _call(content, moment, f"demo-{back}-{hour}-{n}", dice, operator)


def _call(
    content: Mapping[str, Any], moment: datetime, name: str, dice: random.Random, operator: Actor
) -> None:
    told, street = content["calls"], content["street"]
    by = system(street, "phone")
    with clock(moment):
        row = line.ring(
            street=street, line=dice.choice(told["lines"]), exchange_id=name,
            number=dice.choice(told["numbers"]), by=by, at=moment,
        )  # fmt: skip
        wait = timedelta(seconds=min(90, 1 + int(dice.expovariate(1 / 6))))
        if wait > timedelta(seconds=25):
            line.gone(row.pk, street=street, by=by, at=moment + wait)
            return
        made = line.pick_up(row.pk, by=operator, at=moment + wait)
        line.hang_up(
            made, outcome=dice.choice(told["outcomes"]), by=operator,
            at=moment + wait + timedelta(seconds=40 + int(dice.expovariate(1 / 110))),
        )  # fmt: skip
