"""`verify` goes on where it was interrupted and looks at what is new; who speaks on which stream."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from tests.cases.world import do, hand_in
from tests.cast import actor
from tests.ledger.test_verify import tamper
from yimen.cases.actions import perform
from yimen.cases.dossier import load
from yimen.ledger import links, marks
from yimen.ledger import verify as checking
from yimen.ledger.actions import leaf_bytes
from yimen.ledger.chain import ZERO, Head, entry_text
from yimen.ledger.management.commands import verify as command
from yimen.ledger.models import Entry
from yimen.ledger.roots import fold_roots
from yimen.lib import time
from yimen.lib.merkle import root

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
# the cast was recorded just now; what is old and what is new here comes after it
OLD = datetime.now(tz=time.ZONE) + timedelta(days=3)
NEW = OLD + timedelta(days=7)


class Killed(BaseException):
    """As sudden as kill -9: nothing in the program may catch it."""


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    return tmp_path / "verify.json"


@pytest.fixture
def cases():
    with time.at(OLD):
        made = [do(hand_in("civil-affairs-001"), "accept").case for _ in range(5)]
    with time.at(OLD + timedelta(days=2)):
        fold_roots()
        yield sorted(made, key=lambda case: case.number)


def run(capsys, mark: Path, *words: str) -> tuple[str, int]:
    """Standard output and the exit code."""
    try:
        call_command("verify", "--mark", str(mark), *words)
        code = 0
    except SystemExit as stopped:
        code = int(str(stopped.code))
    return capsys.readouterr().out, code


def interrupt(monkeypatch, mark: Path, after: int) -> None:
    """Kill a run after that many slices, each as short as can be."""
    monkeypatch.setattr(checking, "ENTRIES_A_SLICE", 1)
    monkeypatch.setattr(checking, "STREAMS_AT_ONCE", 1)
    kept, left = marks.Marks.reached, [after]

    def reached(self, checked) -> None:
        kept(self, checked)
        left[0] -= 1
        if not left[0]:
            raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(marks.Marks, "reached", reached)
        call_command("verify", "--mark", str(mark))


def change(case, seq: int = 1) -> None:
    stream = f"case:{case.number}"
    tamper("UPDATE ledger_entry SET act = 'x' WHERE stream = %s AND seq = %s", [stream, seq])


def bad(case, seq: int = 1, reason: str = "hash") -> tuple[str, int]:
    return f"bad street={case.street} stream=case:{case.number} seq={seq} reason={reason}\n", 1


def test_a_killed_run_goes_on_and_says_what_an_unbroken_one_says(
    cases, mark, capsys, monkeypatch
) -> None:
    whole = run(capsys, mark)
    assert whole[1] == 0 and re.fullmatch(r"ok entries=\d+ streams=\d+ roots=\d+\n", whole[0])
    interrupt(monkeypatch, mark, after=3)
    seen = []
    monkeypatch.setattr(
        checking, "_check_chains",
        lambda batch, checked, known=checking._check_chains: (
            seen.extend(key for key, _chain in batch), known(batch, checked)
        ),
    )  # fmt: skip
    assert run(capsys, mark, "--resume") == whole
    streams = int(whole[0].split("streams=")[1].split()[0])
    assert len(seen) == streams - 3, "what was checked before is not checked again"


def test_a_fault_from_before_the_interruption_is_not_forgotten(
    cases, mark, capsys, monkeypatch
) -> None:
    change(cases[0], seq=2)
    streams = Entry.objects.filter(seq=1).count()
    interrupt(monkeypatch, mark, after=streams - 1)
    assert run(capsys, mark, "--resume") == bad(cases[0], 2)


def test_a_run_that_ended_leaves_nothing_to_go_on_from(cases, mark, capsys, monkeypatch) -> None:
    interrupt(monkeypatch, mark, after=2)
    run(capsys, mark, "--resume")
    change(cases[0])
    assert run(capsys, mark, "--resume") == bad(cases[0])


def test_the_mark_of_another_database_is_not_trusted(cases, mark, capsys, monkeypatch) -> None:
    interrupt(monkeypatch, mark, after=Entry.objects.filter(seq=1).count() - 1)
    mark.write_text(re.sub(r'"tops":\{"0":\[1', '"tops":{"0":[7', mark.read_text()))
    change(cases[0])
    assert run(capsys, mark, "--resume") == bad(cases[0])


def test_a_torn_mark_is_no_mark(cases, mark, capsys) -> None:
    mark.write_text('{"running": {"ent')
    assert run(capsys, mark, "--resume")[1] == 0


def test_new_is_what_came_since_the_root_that_a_complete_run_vouched_for(
    cases, mark, capsys
) -> None:
    run(capsys, mark)
    with time.at(NEW):
        late = hand_in("civil-affairs-001").case
        old = do(load(cases[1].number), "withdraw", reason="不办了").case
        entries = Entry.objects.filter(stream__in=[f"case:{c.number}" for c in (late, old)])
        said, code = run(capsys, mark, "--new")
        assert code == 0 and said.startswith(f"ok entries={entries.count()} ")
        assert said.endswith("roots=0\n")
        fold_roots()
        assert run(capsys, mark, "--new")[0].endswith("roots=2\n")
        change(late)
        assert run(capsys, mark, "--new") == bad(late)


def test_new_does_not_look_at_what_is_old_but_a_complete_run_does(cases, mark, capsys) -> None:
    run(capsys, mark)
    change(cases[2])
    with time.at(NEW):
        hand_in("civil-affairs-001")
        assert run(capsys, mark, "--new")[1] == 0
        assert run(capsys, mark) == bad(cases[2])


def test_new_after_no_complete_run_is_a_complete_run(cases, mark, capsys) -> None:
    change(cases[2])
    assert run(capsys, mark, "--new") == bad(cases[2])
    assert run(capsys, mark, "--new") == bad(cases[2]), "one that found a fault vouches for nothing"


def test_a_root_that_was_vouched_for_must_stand(cases, mark, capsys) -> None:
    run(capsys, mark)
    swap("ledger_root", "UPDATE ledger_root SET hash = decode(repeat('00', 32), 'hex')")
    assert run(capsys, mark, "--new") == ("bad street=0 stream=root:1 seq=1 reason=root\n", 1)


def test_a_streets_root_made_anew_is_caught_by_the_citys(cases, mark, capsys) -> None:
    """Somebody takes a stream out of a street's root and folds that root again."""
    street = cases[0].street
    swap(
        "ledger_leaf",
        "DELETE FROM ledger_leaf WHERE stream = %s", [f"case:{cases[0].number}"],
    )  # fmt: skip
    leaves = sorted(links.stream(
        "SELECT l.stream, l.seq, l.hash FROM ledger_leaf l JOIN ledger_root r ON r.id = root_id "
        "WHERE r.street = %s", [street]
    ))  # fmt: skip
    folded = root([ZERO, *(leaf_bytes(name, Head(seq, h)) for name, seq, h in leaves)])
    swap(
        "ledger_root",
        "UPDATE ledger_root SET hash = %s, leaves = %s WHERE street = %s",
        [folded, len(leaves), street],
    )
    assert run(capsys, mark)[0] == f"bad street={street} stream=root:1 seq=1 reason=root\n"


def swap(table: str, sql: str, params: list[object] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(sql, params)
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_progress_and_refusals_go_to_standard_error(cases, mark, capsys, monkeypatch) -> None:
    monkeypatch.setattr(command, "SPEAKS_EVERY_S", 0.0)
    monkeypatch.setattr(checking, "ENTRIES_A_SLICE", 1)
    monkeypatch.setattr(checking, "STREAMS_AT_ONCE", 1)
    call_command("verify", "--mark", str(mark))
    out, err = capsys.readouterr()
    assert out.count("\n") == 1 and "entries checked" in err

    def lost(*_args: object, **_how: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(command, "verify", lost)
    with pytest.raises(CommandError) as refused:
        call_command("verify", "--mark", str(mark))
    assert refused.value.returncode == 2 and capsys.readouterr().out == ""


def test_many_streams_take_no_more_statements_than_few(cases) -> None:
    def count(streams: int) -> int:
        found = list(links.chains(f"{links.LINKS} WHERE stream LIKE 'case:%%' {links.ORDER}"))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            checking._check_chains(found[:streams], checking.Checked())
        return len(asked)

    assert count(1) == count(5) < 12


def test_the_database_spells_what_is_hashed_as_python_does(cases) -> None:
    perform(hand_in("civil-affairs-001").case.number, "accept", by=actor("clerk"))
    assert Entry.objects.filter(power=None).exists() and Entry.objects.exclude(power=None).exists()
    names = ("street", "stream", "seq", "act", "at", "recorded_at", "account", "power", "data")
    for entry in Entry.objects.all():
        text = links.chain_of(entry.street, entry.stream)[entry.seq - 1][-1]
        assert text == entry_text(**{name: getattr(entry, name) for name in names})
