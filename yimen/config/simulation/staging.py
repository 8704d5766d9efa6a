"""What a simulated line needs of its own installation: operators, their sign-ins, and afterwards the
record. Unlike the rest of this folder it speaks with the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connections

from yimen.bodies import actions as bodies
from yimen.bodies.models import Body, Seat
from yimen.bodies.queries import actor_for
from yimen.hotline import duty, perms, queries
from yimen.hotline.models import HelpRequest, Inbound, LineCall, Ringing
from yimen.lib.actor import Can, system
from yimen.lib.time import now
from yimen.people import actions as people
from yimen.people.models import Account

SEAT, QUOTA = "line-simulated", 200


def operators(street: str, count: int) -> list[str]:
    """User names of so many who may take calls there: who is on the roster now first, then the
    street's other operators; where they are too few, a demonstration makes more."""
    on_duty = duty.on_seat(street, now())
    rows = Account.objects.filter(street=street, kind="staff", is_active=True).order_by("username")
    able = [a for a in rows if _takes(a)]
    able.sort(key=lambda a: (on_duty.index(a.pk) if a.pk in on_duty else len(on_duty), a.username))
    names = [a.username for a in able]
    if len(names) < count and settings.YIMEN_DEMO:
        names += _more(street, count - len(names))
    return names[:count]


def _takes(account: Account) -> bool:
    actor = actor_for(account)
    return perms.operates(actor) and actor.can(Can.INTAKE) and queries.desk_of(actor) is not None


def _more(street: str, count: int) -> list[str]:
    """Invented colleagues with a seat of their own; a second run finds them there."""
    by, at = system(street, "simulate"), now()
    body = Body.objects.filter(street=street, service_point__isnull=False).order_by("code").first()
    if body is None:
        return []
    powers = ["intake", "unmask"]
    seat = Seat.objects.filter(body=body, key=SEAT).first() or bodies.create_seat(
        body, key=SEAT, title="模拟接线", title_en="Simulated operator", powers=powers, quota=QUOTA,
        by=by, at=at,
    )  # fmt: skip
    first = Account.objects.filter(street=street, username__startswith="simline").count() + 1
    names = [f"simline{n}" for n in range(first, first + count)]
    for name in names:
        account = people.create_account(name, kind="staff", street=street, by=by, at=at)
        bodies.appoint(seat, account, valid_from=at.date(), by=by, at=at)
    return names


class SignIns:
    """Sessions as the form would make them, for this run only."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def __call__(self, username: str) -> str:
        try:
            account = Account.objects.get(username=username)
            session = import_module(settings.SESSION_ENGINE).SessionStore()
            session[SESSION_KEY] = account._meta.pk.value_to_string(account)
            session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
            session[HASH_SESSION_KEY] = account.get_session_auth_hash()
            session.cycle_key()  # a key of its own, kept
            self.keys.append(session.session_key)
            return str(session.session_key)
        finally:
            connections.close_all()  # each operator is a thread of its own

    def end(self) -> None:
        store = import_module(settings.SESSION_ENGINE).SessionStore
        for key in self.keys:
            store(session_key=key).flush()


@contextmanager
def sign_ins() -> Iterator[SignIns]:
    made = SignIns()
    try:
        yield made
    finally:
        made.end()


def compare(told: dict[str, Any], run: str) -> list[str]:
    """What the record does not bear out of what the site acknowledged; empty when nothing is lost."""
    return [
        *_calls(told["calls"], run),
        *_unseen(told["unseen"]),
        *_missing("request", told["cases"], HelpRequest, "case__number"),
        *_missing("text message", told["messages"], Inbound, "ref"),
        *_enquiries(told["enquiries"]),
        *_open(run),
    ]


def _calls(told: dict[str, str], run: str) -> list[str]:
    """Every event is one row, and ended as the exchange saw it. Who hung up in the moment in which
    somebody picked up may be either."""
    rows: dict[str, list[str]] = {}
    for key, outcome in Ringing.objects.filter(exchange_id__startswith=f"{run}-").values_list(
        "exchange_id", "outcome"
    ):
        rows.setdefault(key, []).append(outcome)
    allowed = {"picked": {"picked"}, "gone": {"abandoned", "picked"}}
    return [
        f"call {key}: {how} was told, the record has {rows.get(key, 'nothing')}"
        for key, how in told.items()
        if len(rows.get(key, [])) != 1 or rows[key][0] not in allowed[how]
    ] + [f"call {key}: nobody told of it" for key in rows if key not in told]


def _unseen(keys: Sequence[str]) -> list[str]:
    """Ended while no answer came: then it did end, and with whatever the record says."""
    rows = Ringing.objects.filter(exchange_id__in=keys).select_related("call")
    found = {row.exchange_id: row.call for row in rows}
    wrong = [k for k in keys if (call := found.get(k)) is None or call.ended_at is None]
    return [f"call {key} was ended, and the record does not know" for key in wrong]


def _missing(what: str, told: Sequence[str], model: Any, column: str) -> list[str]:
    """What was told exists, once; and nothing was told twice."""
    rows = list(model.objects.filter(**{f"{column}__in": told}).values_list(column, flat=True))
    twice = {one for many in (told, rows) for one, n in Counter(many).items() if n > 1}
    return [f"{what} {one} is lost" for one in sorted(set(told) - set(rows))] + [
        f"{what} {one} is there twice" for one in sorted(twice)
    ]


def _enquiries(told: Sequence[str]) -> list[str]:
    from yimen.contacts.models import Enquiry

    return _missing("enquiry", told, Enquiry, "number")


def _open(run: str) -> list[str]:
    rows = LineCall.objects.filter(ringing__exchange_id__startswith=f"{run}-", ended_at=None)
    return [f"the call {row.pk} never ended" for row in rows[:5]]
