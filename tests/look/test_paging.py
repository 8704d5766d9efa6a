"""Keyset paging: every row once, in order, whatever the size; the cursor cannot be read or bent."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

import pytest
from django.contrib.sessions.models import Session
from hypothesis import given
from hypothesis import strategies as st

from yimen.lib.errors import Invalid
from yimen.look.paging import CAP, page

SPACE = UUID("7b0a6b3e-0f0f-4c4e-9f3e-1d1f5f0f2c11")
rows = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), max_size=40).map(
    lambda pairs: [
        {"a": a, "b": date(2026, 1, 1) + timedelta(b), "id": uuid5(SPACE, str(n))}
        for n, (a, b) in enumerate(pairs)
    ]
)
orders = st.sampled_from([("a", "id"), ("-a", "id"), ("-a", "b", "-id"), ("b", "-a", "id")])


def walk(rows, keys, size):
    cursor, seen = None, []
    while True:
        found = page(rows, keys=keys, cursor=cursor, size=size)
        seen.append(found)
        if found.next is None:
            return seen
        cursor = found.next


@given(rows, orders, st.integers(1, 7))
def test_every_row_is_seen_once_and_in_order(rows, keys, size):
    ids = [row["id"] for found in walk(rows, keys, size) for row in found]
    expected = list(rows)
    for key in reversed(keys):
        expected.sort(key=lambda row, k=key: row[k.lstrip("-")], reverse=key.startswith("-"))
    assert ids == [row["id"] for row in expected]


@given(rows, orders, st.integers(1, 7))
def test_going_back_shows_the_same_pages(rows, keys, size):
    forward = walk(rows, keys, size)
    found = forward[-1]
    for earlier in reversed(forward[:-1]):
        assert found.previous is not None
        found = page(rows, keys=keys, cursor=found.previous, size=size)
        assert found.items == earlier.items
    assert found.previous is None


def test_rows_that_come_in_between_shift_nothing():
    rows = [{"a": n, "id": n} for n in range(10)]
    first = page(rows, keys=("a", "id"), size=4)
    later = page([{"a": -1, "id": 99}, *rows], keys=("a", "id"), cursor=first.next, size=4)
    assert [row["a"] for row in later] == [4, 5, 6, 7]


def test_the_cursor_hides_what_one_sorted_by():
    rows = [{"name": name, "id": n} for n, name in enumerate(["陈桂英", "王秀兰", "张伟"])]
    cursor = page(rows, keys=("name", "id"), size=1).next
    import base64

    assert "陈桂英".encode() not in base64.urlsafe_b64decode(cursor + "==")


@pytest.mark.parametrize("bend", [lambda c: c[:-2] + "AA", lambda c: "x", lambda c: c + "é", len])
def test_a_bent_cursor_is_refused_with_a_sentence(bend):
    cursor = page([{"id": n} for n in range(5)], keys=("id",), size=2).next
    with pytest.raises(Invalid) as refusal:
        page([{"id": 1}], keys=("id",), cursor=str(bend(cursor)), size=2)
    assert refusal.value.errors[0].remedy


def test_a_cursor_of_another_order_is_refused():
    rows = [{"a": n, "id": n} for n in range(5)]
    cursor = page(rows, keys=("a", "id"), size=2).next
    with pytest.raises(Invalid):
        page(rows, keys=("-a", "id"), cursor=cursor, size=2)


def test_null_columns_are_a_bug_that_shows():
    with pytest.raises(ValueError):
        page([{"a": None, "id": n} for n in range(3)], keys=("a", "id"), size=1)


@pytest.fixture
def sessions(db):
    moment = datetime(2026, 11, 23, tzinfo=UTC)
    Session.objects.bulk_create(
        Session(
            session_key=f"s{n:04}", session_data="", expire_date=moment + timedelta(days=n // 3)
        )
        for n in range(25)
    )
    return Session.objects.all()


@pytest.mark.django_db
@pytest.mark.parametrize("keys", [("expire_date", "session_key"), ("-expire_date", "session_key")])
def test_the_database_pages_as_memory_does(sessions, keys):
    by_database = [[s.pk for s in found] for found in walk(sessions, keys, 4)]
    by_memory = [[s.pk for s in found] for found in walk(list(sessions), keys, 4)]
    assert by_database == by_memory
    assert sum(map(len, by_database)) == 25


@pytest.mark.django_db
def test_a_page_costs_two_queries(sessions, django_assert_num_queries):
    first = page(sessions, keys=("expire_date", "session_key"), size=4)
    with django_assert_num_queries(2):
        page(sessions, keys=("expire_date", "session_key"), cursor=first.next, size=4)
    with django_assert_num_queries(1):
        page(sessions, keys=("expire_date", "session_key"), size=4, count=False)


def test_the_count_stops_at_a_cap():
    rows = [{"id": n} for n in range(CAP + 50)]
    assert page(rows, keys=("id",)).total_text == "1000+"
    assert page(rows[:CAP], keys=("id",)).total_text == "1000"
