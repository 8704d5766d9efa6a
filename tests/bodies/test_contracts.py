"""Nobody signs by power after the contract ended (AFF-18): own seats, covers, tokens, lists."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.cast import account, actor, body
from tests.people.test_parties import at_once
from yimen.bodies import actions, queries
from yimen.bodies.models import Appointment, Contract
from yimen.ledger.models import Entry
from yimen.lib.actor import Can, system
from yimen.lib.errors import Forbidden, Invalid, Refused
from yimen.lib.time import now, today
from yimen.people import actions as people
from yimen.people.rules import token_digest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
CENTRE = "centre-31019900101"


def day(offset: int) -> date:
    return today() + timedelta(days=offset)


def employ(who: str, first: int, last: int | None, by: str = "director") -> Contract:
    until = None if last is None else day(last)
    return actions.employ(
        body(CENTRE), account(who), sort="labour", valid_from=day(first), valid_until=until,
        by=actor(by), at=now(),
    )  # fmt: skip


class TestPower:
    def test_ends_with_the_contract_though_the_appointment_goes_on(self) -> None:
        employ("clerk", -100, 3)
        assert actor("clerk", day(3)).can(Can.INTAKE)
        assert not actor("clerk", day(4)).powers
        assert not actor("clerk", day(-101)).powers

    def test_comes_back_with_the_contract_that_follows(self) -> None:
        employ("clerk", -100, 3)
        employ("clerk", 6, None)
        assert [bool(actor("clerk", day(n)).powers) for n in (3, 4, 5, 6, 400)] == [
            True, False, False, True, True,
        ]  # fmt: skip

    def test_of_a_deputy_ends_with_the_deputys_contract(self) -> None:
        held = Appointment.objects.get(
            account__username="officer", seat__body=body("bo-civil-affairs")
        )
        _cover(held, "clerk")
        employ("clerk", -1, 2)
        assert actor("clerk", day(2)).can(Can.DECIDE, body=held.seat.body_id)
        assert not actor("clerk", day(3)).powers

    def test_of_a_deputy_ends_with_the_holders_contract(self) -> None:
        held = Appointment.objects.get(
            account__username="officer", seat__body=body("bo-civil-affairs")
        )
        _cover(held, "clerk")
        employ("officer", -1, 2)
        assert actor("clerk", day(2)).can(Can.DECIDE, body=held.seat.body_id)
        assert not actor("clerk", day(3)).can(Can.DECIDE, body=held.seat.body_id)

    def test_a_machine_token_of_an_ended_contract_opens_nothing(self) -> None:
        token = people.issue_token(account("clerk"), by=actor("admin"), at=now())
        employ("clerk", -9, -1)
        found = queries.bearer_of(token_digest(token))
        assert found is not None and not found[1].powers

    def test_in_a_browser_the_desk_is_closed_the_day_after(self, client: Client) -> None:
        client.force_login(account("clerk"))
        assert client.get("/desk/bodies/").status_code == 200
        employ("clerk", -9, -1)
        assert client.get("/desk/bodies/").status_code == 404

    def test_nobody_without_a_running_contract_is_given_work(self) -> None:
        centre, clerk = body(CENTRE).pk, account("clerk").pk
        employ("clerk", -9, -1)
        assert clerk not in queries.holders_of(centre, (Can.INTAKE,))
        assert clerk not in queries.holders_in(body(CENTRE).street, (Can.INTAKE,))
        assert not queries.works_for(clerk, centre)
        assert clerk not in {a.pk for a in queries.staff_of(centre)}
        assert clerk not in {row["account"].pk for row in queries.who_could(centre, today())}
        assert clerk in {row["account"].pk for row in queries.who_could(centre, day(-5))}

    def test_the_post_is_vacant_then(self) -> None:
        def vacant() -> int:
            rows = queries.seats_with_holders(body(CENTRE).street, today())
            seat = next(
                r for r in rows if r["seat"].body.code == CENTRE and r["seat"].key == "window"
            )
            return int(seat["vacant"])

        def listed() -> int:
            rows = queries.vacancies(body(CENTRE).street, today())
            return next(
                int(r["vacant"]) for r in rows
                if r["seat"].body.code == CENTRE and r["seat"].key == "window"
            )  # fmt: skip

        before = vacant()
        assert before == listed()
        employ("clerk", -9, -1)
        assert vacant() == listed() == before + 1


def _cover(held: Appointment, deputy: str) -> None:
    actions.cover(
        held, account(deputy), valid_from=today(), valid_until=day(9), reason="学习",
        by=system(), at=now(),
    )  # fmt: skip


class TestWho:
    def test_the_director_and_the_administrator_write_contracts_nobody_else(self) -> None:
        employ("clerk", 0, 9, by="director")
        employ("clerk2", 0, 9, by="admin")
        for name in ("deputydirector", "assistant", "clerk", "head", "supervisor", "resident"):
            with pytest.raises(Forbidden):
                employ("officer", 0, 9, by=name)

    def test_two_at_once_are_refused_by_the_database(self) -> None:
        employ("clerk", 0, 9)
        with pytest.raises(Refused):
            employ("clerk", 9, 20)
        with pytest.raises(IntegrityError), transaction.atomic():
            Contract.objects.create(
                employer=body(CENTRE), account=account("clerk"), sort="labour",
                valid_from=day(5), valid_until=None,
            )  # fmt: skip

    def test_wrong_days_and_residents_are_refused_with_the_field(self) -> None:
        with pytest.raises(Invalid) as wrong:
            employ("clerk", 3, 2)
        assert wrong.value.errors[0].field == "valid_until"
        with pytest.raises(Invalid):
            employ("resident", 0, 1)

    def test_an_early_end_is_on_record_and_is_never_undone_by_a_later_one(self) -> None:
        made = employ("clerk", -100, 100)
        actions.end_contract(made, last_day=today(), by=actor("director"), at=now())
        assert not actor("clerk", day(1)).powers
        with pytest.raises(Refused):
            actions.end_contract(made, last_day=day(50), by=actor("director"), at=now())
        acts = Entry.objects.filter(stream=f"body:{CENTRE}").values_list("act", flat=True)
        assert {"contract_begun", "contract_ended"} <= set(acts)

    def test_ending_soon_is_found_unless_another_follows(self) -> None:
        employ("clerk", -100, 20)
        employ("clerk2", -100, 20)
        employ("clerk2", 21, None)
        found = [c.account.username for c in queries.contracts_ending(today(), day(30))]
        assert found == ["clerk"]


@pytest.mark.django_db(transaction=True)
def test_of_two_contracts_written_at_once_one_is_refused() -> None:
    done = at_once(2, lambda n: employ("clerk", n * 3, 20))
    assert sorted(type(d).__name__ for d in done) == ["Contract", "Refused"]
