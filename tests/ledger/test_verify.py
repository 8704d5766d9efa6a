"""`verify` finds what was changed, deleted, cut off, re-hashed, and columns that differ."""

from __future__ import annotations

import hashlib

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from tests.cases.world import MONDAY, do, hand_in
from yimen.ledger.chain import entry_hash
from yimen.ledger.models import Entry
from yimen.ledger.roots import fold_roots
from yimen.ledger.verify import verify
from yimen.lib import time

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast):
    with time.at(MONDAY):
        d = do(hand_in("civil-affairs-001"), "accept")
        hand_in("civil-affairs-001")
        fold_roots()
        yield d.case


def tamper(sql: str, params: list[object]) -> None:
    """Do what the database refuses, as somebody with the owner's password would."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_entry DISABLE TRIGGER USER")
        cursor.execute(sql, params)
        cursor.execute("ALTER TABLE ledger_entry ENABLE TRIGGER USER")


def fault(case) -> tuple[str, int]:
    found = verify().fault
    assert found is not None
    assert (found.street, found.stream) == (case.street, f"case:{case.number}")
    return found.reason, found.seq


def test_a_whole_record_is_ok(case) -> None:
    checked = verify()
    assert checked.fault is None
    assert checked.entries == Entry.objects.count() and checked.roots >= 2


@pytest.mark.parametrize("verb", ["UPDATE ledger_entry SET act = 'x'", "DELETE FROM ledger_entry"])
def test_the_database_refuses_change_and_removal(case, verb: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb)


def test_truncate_is_refused_too(case) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE ledger_entry")


@pytest.mark.parametrize(
    "column", ["act = 'decide'", "data = '{}'", "at = at - interval '1 day'", "account = NULL"]
)
def test_a_changed_entry(case, column: str) -> None:
    tamper(
        f"UPDATE ledger_entry SET {column} WHERE stream = %s AND seq = 1", [f"case:{case.number}"]
    )
    assert fault(case) == ("hash", 1)


def test_a_deleted_entry(case) -> None:
    tamper("DELETE FROM ledger_entry WHERE stream = %s AND seq = 1", [f"case:{case.number}"])
    assert fault(case) == ("gap", 1)


def test_a_cut_off_tail(case) -> None:
    tamper("DELETE FROM ledger_entry WHERE stream = %s AND seq = 2", [f"case:{case.number}"])
    assert fault(case) == ("gap", 2)


def test_a_whole_stream_gone(case) -> None:
    tamper("DELETE FROM ledger_entry WHERE stream = %s", [f"case:{case.number}"])
    assert fault(case) == ("gap", 1)


def test_a_rehashed_chain_is_caught_by_the_root(case) -> None:
    """Somebody rewrites an entry, all hashes after it and the head on the case."""
    stream = f"case:{case.number}"
    prev = bytes(32)
    for entry in Entry.objects.filter(stream=stream).order_by("seq"):
        data = entry.data.replace('"expressed"', '"deemed"')
        prev = entry_hash(
            prev,
            street=entry.street,
            stream=stream,
            seq=entry.seq,
            act=entry.act,
            at=entry.at,
            recorded_at=entry.recorded_at,
            account=entry.account,
            power=entry.power,
            data=data,
        )
        tamper(
            "UPDATE ledger_entry SET data = %s, hash = %s WHERE stream = %s AND seq = %s",
            [data, prev, stream, entry.seq],
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_case SET hash = %s, accept_mode = 'deemed' WHERE id = %s", [prev, case.pk]
        )
    assert fault(case) == ("root", 2)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("cases_case", "promised_due_on = promised_due_on + 1"),
        ("cases_task", "state = 'signed'"),
        ("cases_term", "due_at = due_at + interval '1 day'"),
        ("cases_material", "status = 'later'"),
    ],
)
def test_a_column_that_differs_from_the_fold(case, table: str, change: str) -> None:
    key = "id" if table == "cases_case" else "case_id"
    with connection.cursor() as cursor:
        extra = " AND ended_at IS NULL" if table == "cases_task" else ""
        cursor.execute(f"UPDATE {table} SET {change} WHERE {key} = %s{extra}", [case.pk])
        assert cursor.rowcount
    assert fault(case)[0] == "state"


def test_a_case_removed_behind_the_ledgers_back(case) -> None:
    with connection.cursor() as cursor:
        for table in ("task", "term", "material", "obligation", "note"):
            cursor.execute(f"DELETE FROM cases_{table} WHERE case_id = %s", [case.pk])
        cursor.execute("DELETE FROM cases_case WHERE id = %s", [case.pk])
    assert fault(case)[0] == "state"


def test_the_lowest_fault_is_named_and_the_exit_code_is_one(case, capsys) -> None:
    tamper(
        "UPDATE ledger_entry SET act = 'x' WHERE stream = %s AND seq = 2", [f"case:{case.number}"]
    )
    with pytest.raises(SystemExit) as stopped:
        call_command("verify")
    assert stopped.value.code == 1
    line = capsys.readouterr().out.strip()
    assert line == f"bad street={case.street} stream=case:{case.number} seq=2 reason=hash"


def test_anybody_can_recompute_a_hash(case) -> None:
    """The recipe of the documentation, with nothing but hashlib."""
    first = Entry.objects.get(stream=f"case:{case.number}", seq=1)
    stamp = "%Y-%m-%dT%H:%M:%S.%fZ"
    text = "\x1f".join([
        first.street, first.stream, "1", first.act, first.at.strftime(stamp),
        first.recorded_at.strftime(stamp), str(first.account or ""), str(first.power or ""),
        first.data,
    ])  # fmt: skip
    assert hashlib.sha256(bytes(32) + text.encode()).digest() == bytes(first.hash)
