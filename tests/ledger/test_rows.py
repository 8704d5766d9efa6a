"""Rows written without instances: what goes in comes out, and a sheet is one statement."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext_lazy

from tests.cast import STREET, body, party
from yimen.ledger import jobs, rows
from yimen.ledger.actions import queue_many
from yimen.ledger.models import Errand, Heartbeat, Stream
from yimen.ledger.rows import Sheet, instance
from yimen.ledger.together import together
from yimen.lib.ids import new_id
from yimen.lib.time import now
from yimen.people.models import Party
from yimen.places.models import Address

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 1, 2, 3, 456789, tzinfo=UTC)


def test_every_sort_of_column_comes_back_as_it_went_in(cast: None) -> None:
    id = new_id()
    row = {
        "id": id, "street": STREET, "sort": "person", "name": "O'Neil \\ \"%s\" 陈\n🙂",
        "id_type": "other", "birth_date": date(1948, 2, 29), "created_at": AT,
        "phone_sealed": b"\x00\xff", "phone_index": b"\x01", "phone_mask": "1**",
        "name_key": gettext_lazy("x"),
    }  # fmt: skip
    rows.insert(Party, [row])
    found = Party.objects.get(pk=id)
    for name, value in row.items():
        got = getattr(found, name)
        assert (bytes(got) if isinstance(got, memoryview) else got) == value, name
    assert found.version == 1 and found.merged_into_id is None  # the fields' defaults
    place = new_id()
    rows.insert(Address, [{"id": place, "street": STREET, "text": "路", "lon": Decimal("121.473701"),
                           "lat": Decimal("31.230416"), "datum": "WGS-84"}])  # fmt: skip
    assert Address.objects.get(pk=place).lon == Decimal("121.473701")


@pytest.mark.parametrize(
    "payload", [{}, {"n": 10**30, "a": [None, "\\u0041", 1.5]}, {"": {"x": []}}]
)
def test_json_columns_hold_what_json_holds(payload: dict[str, Any]) -> None:
    id = new_id()
    rows.insert(Errand, [{"id": id, "street": "", "name": "x", "key": str(id), "payload": payload,
                          "due_at": AT, "queued_at": AT}])  # fmt: skip
    assert Errand.objects.get(pk=id).payload == payload


@pytest.mark.parametrize("name", ["x" * 61, "nul\x00"])
def test_what_no_column_holds_is_a_data_error(name: str) -> None:
    with pytest.raises(DataError), transaction.atomic():
        rows.insert(Heartbeat, [{"name": name, "at": AT}])


def test_instances_out_of_json_are_those_of_the_orm(cast: None) -> None:
    for model, pk in (
        (Party, party("resident").pk),
        (type(body("bo-housing")), body("bo-housing").pk),
    ):
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT row_to_json(t) FROM {model._meta.db_table} t WHERE id = %s", [pk]
            )
            given = cursor.fetchone()[0]
        import json

        read = instance(model, json.loads(given) if isinstance(given, str) else given)
        known = model._default_manager.get(pk=pk)
        for field in model._meta.concrete_fields:
            a, b = getattr(read, field.attname), getattr(known, field.attname)
            assert (bytes(a) if isinstance(a, (bytes, memoryview)) else a) == (
                bytes(b) if isinstance(b, memoryview) else b
            ), field.attname


def stream(name: str, seq: int = 1) -> dict[str, Any]:
    return {"street": "s", "stream": name, "seq": seq, "hash": b"h"}


def test_a_sheet_is_one_statement_and_nothing_before() -> None:
    sheet = Sheet()
    sheet.insert(Stream, [stream("a")])
    sheet.insert(Heartbeat, [{"name": "b", "at": AT}])
    sheet.insert(Stream, [stream("c"), stream("d")])
    queue_many([("cases.papers", "k", {})], street="s", at=AT, into=sheet)
    assert not Stream.objects.filter(street="s").exists()
    with CaptureQueriesContext(connection) as seen:
        sheet.write()
        sheet.write()  # it is empty now
    assert len(seen) == 1
    assert Stream.objects.filter(street="s").count() == 3
    assert Heartbeat.objects.filter(name="b").exists()


def test_a_row_makes_room_for_its_heir_in_the_same_table() -> None:
    rows.insert(Stream, [stream("a")])
    sheet = Sheet()
    sheet.insert(Stream, [stream("a", seq=7)])
    sheet.update(Stream, {"street": "s", "stream": "a", "seq": 1}, stream="old")
    sheet.write()
    assert Stream.objects.get(street="s", stream="a").seq == 7


def test_what_nobody_collides_with_changes_beside_new_rows_of_its_table() -> None:
    rows.insert(Stream, [stream("a")])
    sheet = Sheet()
    sheet.insert(Stream, [stream("b")])
    sheet.update(Stream, {"street": "s", "stream": "a"}, seq=7)
    with CaptureQueriesContext(connection) as seen:
        sheet.write()
    assert len(seen) == 1
    mine = Stream.objects.filter(street="s")
    assert dict(mine.values_list("stream", "seq")) == {"a": 7, "b": 1}


def test_two_with_one_key_collide() -> None:
    sheet = Sheet()
    sheet.insert(Stream, [stream("a"), stream("a")])
    with pytest.raises(IntegrityError), transaction.atomic():
        sheet.write()


def jobs_of(errand: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT queue_name, task_name, priority, lock, queueing_lock, args::text, scheduled_at, "
            "status::text FROM procrastinate_jobs WHERE args->>'errand_id' = %s",
            [str(errand)],
        )
        return cursor.fetchall()


def test_the_statement_wakes_the_worker_as_procrastinate_would() -> None:
    queue_many([("cases.papers", "k", {}), ("cases.papers", "l", {})], street="s", at=now())
    one, two = Errand.objects.filter(street="s").order_by("key")
    woken = jobs_of(one.pk)
    assert len(woken) == 1 and len(jobs_of(two.pk)) == 1
    by_hand = new_id()
    jobs.wake([by_hand])
    assert [str(v).replace(str(by_hand), str(one.pk)) for v in jobs_of(by_hand)[0]] == [
        str(v) for v in woken[0]
    ]


def test_the_same_errand_wakes_nobody_twice() -> None:
    for _again in range(2):
        queue_many([("cases.papers", "k", {})], street="s", at=now())
    assert len(jobs_of(Errand.objects.get(street="s").pk)) == 1


def test_what_acts_together_is_undone_together() -> None:
    with pytest.raises(ZeroDivisionError), together():
        rows.insert(Stream, [stream("a")])
        with together():
            rows.insert(Stream, [stream("b")])
            raise ZeroDivisionError
    assert not Stream.objects.filter(street="s").exists()


def test_together_makes_no_savepoints_of_its_own() -> None:
    @together()
    def inner() -> None:
        rows.insert(Stream, [stream("a")])

    with CaptureQueriesContext(connection) as seen, together():
        inner()
    assert [q["sql"].split()[0] for q in seen.captured_queries] == [
        "SAVEPOINT",
        "INSERT",
        "RELEASE",
    ]
