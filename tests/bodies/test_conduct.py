"""Supervisors of conduct come from outside the centre and have a term (AFF-15)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.cast import account, actor, body
from yimen.bodies import actions
from yimen.bodies.models import Appointment, Seat
from yimen.lib.actor import Can, system
from yimen.lib.errors import Refused
from yimen.lib.time import now, today

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
CENTRE = "centre-31019900101"


def seat() -> Seat:
    return Seat.objects.get(body=body("conduct-supervisors"), key="supervisor")


def watch(who: str, first: int = 0, last: int | None = 365) -> Appointment:
    return actions.appoint(
        seat(), account(who), valid_from=day(first),
        valid_until=None if last is None else day(last), by=system(), at=now(),
    )  # fmt: skip


def day(offset: int) -> date:
    return today() + timedelta(days=offset)


@pytest.mark.parametrize("who", ["clerk", "director", "officer", "clerk2"])
def test_nobody_of_a_centre_or_its_back_offices_is_appointed(who: str) -> None:
    with pytest.raises(Refused, match="conduct_outside"):
        watch(who)
    assert not actor(who).can(Can.SUPERVISE)


def test_a_supervisor_gets_no_seat_cover_or_contract_in_a_centre() -> None:
    window = Seat.objects.filter(body=body(CENTRE), key="window").get()
    days = {"valid_from": day(1), "valid_until": day(9)}
    sure = {"by": system(), "at": now()}
    with pytest.raises(Refused, match="conduct_outside"):
        actions.appoint(window, account("supervisor"), **days, **sure)
    with pytest.raises(Refused, match="conduct_outside"):
        actions.employ(body(CENTRE), account("supervisor"), sort="labour", **days, **sure)
    held = Appointment.objects.filter(seat__body=body(CENTRE), account=account("clerk")).get()
    with pytest.raises(Refused, match="conduct_outside"):
        actions.cover(held, account("supervisor"), reason="年休假", **days, **sure)


def test_a_clerk_covers_no_supervisor() -> None:
    held = Appointment.objects.get(seat=seat(), account=account("supervisor"))
    with pytest.raises(Refused, match="conduct_outside"):
        actions.cover(
            held, account("clerk"), valid_from=day(0), valid_until=day(3), reason="年休假",
            by=system(), at=now(),
        )  # fmt: skip


def test_after_the_one_has_ended_the_other_may_begin() -> None:
    watch("editor", 0, 10)
    window = Seat.objects.filter(body=body(CENTRE), key="window").get()
    give = {"seat": window, "account": account("editor"), "by": system(), "at": now()}
    with pytest.raises(Refused, match="conduct_outside"):
        actions.appoint(valid_from=day(10), **give)
    actions.appoint(valid_from=day(11), **give)


def test_there_is_a_term() -> None:
    with pytest.raises(Refused, match="conduct_term"):
        watch("editor", 0, None)


def test_the_database_refuses_it_whoever_writes() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.create(
            seat=seat(), post=3, account=account("clerk"), valid_from=day(0), valid_until=day(5)
        )
