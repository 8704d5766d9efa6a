"""Posts, shifts, needs and rosters of the demonstration, with a few more invented colleagues.
Loading again adds nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from yimen.bodies import actions as bodies
from yimen.bodies.models import Appointment, Contract, Seat
from yimen.bodies.queries import actor_for
from yimen.bodies.queries import body as body_of
from yimen.lib.actor import Actor, system
from yimen.lib.errors import Refused
from yimen.lib.time import now, today
from yimen.people import actions as people
from yimen.people.models import Account
from yimen.places.models import ServicePoint
from yimen.workforce import actions, queries, rules
from yimen.workforce.models import Course, Leave, Post, Session, Shift

LINES = ("led_by", "guided_by", "funded_by")


def read() -> dict[str, Any]:
    path = Path(settings.DATA) / "demo" / "workforce.json"
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def demo(*_paths: Path, say: Callable[[str], None] = lambda _line: None) -> int:
    """Load `data/demo/workforce.json`."""
    content, at = read(), now()
    street = content["street"]
    by = system(street, "import")
    _people(content, by, at)
    contracts = [{"account": p["username"], "employer": p["body"], **p["contract"]}
                 for p in content["people"]]  # fmt: skip
    for row in (*content["contracts"], *contracts):
        _contract(street, row, by, at)
    done = 0
    for row in content["places"]:
        done += set_up(street, row, content["since"], by, at)
    _training(content, by, at)
    duties = _roster(content, by, at)
    _leaves(content, by, at)
    _sessions(content, by, at)
    _checks(content, at)
    say(_("示例：%(posts)d 个岗位，排了 %(duties)d 个班。") % {"posts": done, "duties": duties})
    return done + duties


def _people(content: Mapping[str, Any], by: Actor, at: datetime) -> None:
    made = []
    street, since = content["street"], date.fromisoformat(content["since"])
    for row in content["people"]:
        if Account.objects.filter(username=row["username"]).exists():
            continue
        party = people.find_or_register(
            street, name=row["name"], id_type="resident_id", id_number=row["id_number"],
            phone=row["phone"], by=by, at=at,
        )  # fmt: skip
        account = people.create_account(
            row["username"], kind="staff", street=street, party=party, by=by, at=at
        )
        made.append(account)
        seat = Seat.objects.get(body=body_of(street, row["body"]), key=row["seat"])
        if not Appointment.objects.filter(seat=seat, account=account).exists():
            bodies.appoint(seat, account, valid_from=since, by=by, at=at)
    if made:
        password = json.loads(
            (Path(settings.DATA) / "demo" / "people.json").read_text(encoding="utf-8")
        )["password"]
        people.give_password(made, password, by=by, at=at)


def _contract(street: str, row: Mapping[str, Any], by: Actor, at: datetime) -> None:
    account = Account.objects.filter(username=row["account"]).first()
    if account is None or Contract.objects.filter(account=account).exists():
        return
    ends = row["ends_in_days"]
    bodies.employ(
        body_of(street, row["employer"]), account, sort=row["sort"],
        valid_from=date.fromisoformat(row["from"]),
        valid_until=None if ends is None else today() + timedelta(days=ends), by=by, at=at,
    )  # fmt: skip


def set_up(street: str, row: Mapping[str, Any], since: str, by: Actor, at: datetime) -> int:
    """Posts, shifts and needs of one place; returns how many posts are new."""
    place = ServicePoint.objects.get(pk=row["place"])
    body = body_of(street, row["body"])
    if Post.objects.filter(place=place).exists():
        return 0
    seats = {seat.key: seat for seat in body.seats.all()}
    posts = {
        one["code"]: actions.set_post(
            place, one["code"], body=body, name=one["name"], name_en=one["name_en"],
            seat=seats.get(one.get("seat", "")), by=by, at=at,
            **_lines(street, one),
        )
        for one in row["posts"]
    }  # fmt: skip
    shifts = {one["code"]: _shift(place, one, body, by, at) for one in row["shifts"]}
    for post, shift, count in row["needs"]:
        actions.set_need(
            posts[post], shifts[shift], people=count, valid_from=date.fromisoformat(since),
            by=by, at=at,
        )  # fmt: skip
    for number, one in enumerate(row["facilities"]):
        actions.set_facility(place, **one, order=number, by=by, at=at)
    return len(posts)


def _lines(street: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Who leads, guides and pays, where a post has its own."""
    return {name: body_of(street, row[name]) for name in LINES if name in row}


def _shift(
    place: ServicePoint, row: Mapping[str, Any], body: Any, by: Actor, at: datetime
) -> Shift:
    hours: dict[str, Any] = {n: time.fromisoformat(row[n]) for n in ("begins", "ends")}
    return actions.set_shift(
        place, row["code"], body=body, name=row["name"], name_en=row["name_en"], on=row["on"],
        **hours, by=by, at=at,
    )  # fmt: skip


def _roster(content: Mapping[str, Any], by: Actor, at: datetime) -> int:
    first = today() - timedelta(days=content["plan"]["days_back"])
    last = today() + timedelta(days=content["plan"]["days_ahead"])
    given = 0
    for row in content["places"]:
        place = ServicePoint.objects.get(pk=row["place"])
        if not place.duties.exists():
            given += actions.draft(place, first=first, last=last, by=by, at=at)[0]
    return given


def _leaves(content: Mapping[str, Any], by: Actor, at: datetime) -> None:
    for row in content["leave"]:
        account = Account.objects.get(username=row["account"])
        if Leave.objects.filter(account=account).exists():
            continue
        first = today() + timedelta(days=row["in_days"])
        asked = actions.ask_leave(
            ServicePoint.objects.get(pk=row["place"]), sort=row["sort"], first=first,
            last=first + timedelta(days=row["days"] - 1), by=actor_for(account), at=at,
        )  # fmt: skip
        if "approved_by" in row:
            who = actor_for(Account.objects.get(username=row["approved_by"]))
            actions.decide_leave(asked, approve=True, by=who, at=at)


def _training(content: Mapping[str, Any], by: Actor, at: datetime) -> None:
    street = content["street"]
    if Course.objects.filter(street=street).exists():
        return
    for row in content["courses"]:
        actions.set_course(street, row["code"], by=by, at=at,
                           **{n: v for n, v in row.items() if n != "code"})  # fmt: skip
    courses = {c.code: c for c in Course.objects.filter(street=street)}
    for row in content["certificates"]:
        account = Account.objects.get(username=row["account"])
        first = today() - timedelta(days=row["days_ago"])
        actions.certify(account, courses[row["course"]], valid_from=first, by=by, at=at)
    for row in content["requirements"]:
        post = Post.objects.get(place=row["place"], code=row["post"])
        first = date.fromisoformat(content["since"])
        actions.require(post, courses[row["course"]], valid_from=first, by=by, at=at)


def _sessions(content: Mapping[str, Any], by: Actor, at: datetime) -> None:
    """After the roster: who is to come has no duty then, or stays away."""
    if Session.objects.filter(street=content["street"]).exists():
        return
    for row in content["sessions"]:
        day = today() + timedelta(days=row["in_days"])
        hours = rules.span(day, *(time.fromisoformat(row[n]) for n in ("begins", "ends")))
        course = Course.objects.get(street=content["street"], code=row["course"])
        session = actions.hold_session(
            course, ServicePoint.objects.get(pk=row["place"]), begins_at=hours.begins,
            ends_at=hours.ends, room=row["room"], by=by, at=at,
        )  # fmt: skip
        for who in row["people"]:
            try:
                actions.enrol(session, Account.objects.get(username=who), by=by, at=at)
            except Refused:  # rest comes first, also in a demonstration
                continue


def _checks(content: Mapping[str, Any], at: datetime) -> None:
    for row in content["checks"]:
        place = ServicePoint.objects.get(pk=row["place"])
        if queries.checked(place.code, at.date()):
            continue
        found = {f.pk: row["wrong"].get(f.code, "ok") for f in queries.facilities(place.code)}
        by = actor_for(Account.objects.get(username=row["by"]))
        actions.check(place, found, by=by, at=at)
