"""What is kept in memory under a mark: a change by anybody is noticed at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from tests.cast import CENTRE, STREET, actor, body
from yimen.bodies.models import Body, MatrixRule
from yimen.bodies.queries import route
from yimen.bodies.register import bodies_of, register
from yimen.ledger import editions
from yimen.ledger.editions import Kept
from yimen.lib import time
from yimen.places.models import ServicePoint
from yimen.places.queries import points

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday(cast: None) -> Iterator[datetime]:
    with time.at(datetime.fromisoformat("2026-03-02T09:00:00+08:00")) as moment:
        yield moment


def by_hand(sql: str, *params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def test_a_change_by_hand_is_seen_by_the_next_question() -> None:
    assert points()[CENTRE].name != "新名"
    by_hand("UPDATE places_servicepoint SET name = '新名' WHERE code = %s", CENTRE)
    assert points()[CENTRE].name == "新名"
    housing = body("bo-housing")
    assert register(STREET).codes["bo-housing"].name == housing.name
    by_hand("UPDATE bodies_body SET name = '改了' WHERE id = %s", housing.pk)
    assert register(STREET).codes["bo-housing"].name == "改了"


def test_a_new_rule_of_the_matrix_routes_at_once() -> None:
    before = route(STREET, field="housing", place=STREET)
    MatrixRule.objects.filter(field="housing").delete()
    assert before.lead is not None
    assert route(STREET, field="housing", place=STREET).lead is None


def test_what_was_rolled_back_was_never_there() -> None:
    name = points()[CENTRE].name
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        ServicePoint.objects.filter(code=CENTRE).update(name="nie")
        assert points()[CENTRE].name == "nie"
        raise ZeroDivisionError
    assert points()[CENTRE].name == name


def test_every_group_has_a_mark_and_every_write_a_new_one() -> None:
    known = editions.marks()
    assert set(known) == {"bodies", "clock", "matters", "places"}
    by_hand("UPDATE matters_matterversion SET words = words WHERE false")  # a statement is enough
    after = editions.marks()
    assert after["matters"] != known["matters"]
    assert {n: m for n, m in after.items() if n != "matters"} == {
        n: m for n, m in known.items() if n != "matters"
    }


def test_one_request_asks_once_and_a_recorded_act_asks_again(
    django_assert_num_queries: Any,
) -> None:
    from yimen.ledger.actions import record

    register(STREET)
    points()
    with editions.one_request():
        with django_assert_num_queries(1):
            register(STREET), points(), register(STREET)
        record(street=STREET, stream="body:x", act="tried", by=actor("admin"), at=time.now())
        with django_assert_num_queries(1):
            register(STREET), points()
    with django_assert_num_queries(2):
        register(STREET), points()


def test_nothing_and_what_has_no_mark_is_not_kept() -> None:
    calls: list[str] = []

    def load(key: str) -> str | None:
        calls.append(key)
        return key or None

    kept: Kept[str, str | None] = Kept("places", load)
    assert (kept("a"), kept("a"), kept(""), kept("")) == ("a", "a", None, None)
    assert calls == ["a", "", ""]
    unmarked: Kept[str, str | None] = Kept("nobody", load)
    assert (unmarked("b"), unmarked("b")) == ("b", "b")
    assert calls[-2:] == ["b", "b"]


def test_bodies_of_another_street_are_found_too(django_assert_num_queries: Any) -> None:
    far = Body.objects.create(
        street="310199002", code="far", name="远", sort="unit", active_from=time.today()
    )
    register(STREET)
    near = body("bo-housing")
    with django_assert_num_queries(2):  # the marks; the one that is not the street's
        found = bodies_of([near.pk, far.pk], STREET)
    assert {b.code for b in found.values()} == {"bo-housing", "far"}


def test_what_a_person_may_do_is_asked_in_every_request(client: Any) -> None:
    """A revoked token, a locked account, an ended seat: refused by the very next request."""
    from tests.cast import account
    from yimen.bodies.models import Appointment
    from yimen.people.actions import issue_token
    from yimen.people.models import Account, Token

    token = issue_token(account("clerk"), by=actor("admin"), at=time.now())
    headers = {"Authorization": f"Bearer {token}"}

    def status() -> int:
        return int(
            client.post("/api/v1/cases", "{}", "application/json", headers=headers).status_code
        )

    assert status() == 422
    Account.objects.filter(username="clerk").update(is_active=False, locked_at=time.now())
    assert status() == 401
    Account.objects.filter(username="clerk").update(is_active=True, locked_at=None)
    assert actor("clerk").powers
    Appointment.objects.filter(account=account("clerk")).update(
        valid_from=time.today() - timedelta(days=9), valid_until=time.today() - timedelta(days=1)
    )
    assert not actor("clerk").powers
    Token.objects.update(revoked_at=time.now())
    assert status() == 401
