"""Ready for a city: every table that grows carries its street, and no key needs two streets."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.cases.test_clock import licence
from tests.cases.world import MONDAY, do, hand_in, work_through
from yimen.config import sharding
from yimen.ledger.roots import fold_roots
from yimen.ledger.verify import verify
from yimen.lib import time

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).parent / "shard.sql"
SHOWN = ("cases_case ", "cases_case'", "ledger_", "people_account", "citus", "-- ")


def spread() -> dict[str, sharding.Table]:
    return {name: table for name, table in sharding.tables().items() if table.by}


def test_every_table_that_grows_carries_its_street() -> None:
    without = [name for name, t in spread().items() if t.by not in t.columns]
    assert not without, "give it a street, or say in sharding.py why it needs none"


def test_what_is_said_of_tables_is_said_of_tables_that_exist() -> None:
    said = {**sharding.REFERENCE, **sharding.APART, **sharding.LOCAL}
    assert set(said) <= set(sharding.tables())
    assert len(said) == sum(map(len, (sharding.REFERENCE, sharding.APART, sharding.LOCAL)))
    assert all(sharding.REFERENCE.values()) and all(sharding.LOCAL.values())


def test_every_unique_key_is_of_one_street_or_global_by_construction() -> None:
    """It begins with the street; or it is an id made in Python; or it begins with the id of a row
    that is itself distributed; or it is named with its reason."""
    within = {(p.table, p.column) for p in sharding.pointers(spread())}
    wrong, used = [], set()
    for key in sharding.keys(spread()):
        by, named = spread()[key.table].by, {key.name, "-".join(key.columns)} & set(sharding.GLOBAL)
        used |= named
        ours = key.columns[0] == by or (key.primary and key.columns == ("id",))
        if not ours and not named and (key.table, key.columns[0]) not in within:
            wrong.append(f"{key.table}: {key.name} {key.columns}")
    assert not wrong, "begin it with the street, or say in sharding.GLOBAL why it is unique anyway"
    assert used == set(sharding.GLOBAL), "a reason for a key that is no more"


def test_what_may_lead_into_another_street_is_a_foreign_key() -> None:
    known = {(p.table, p.column) for p in sharding.pointers(spread())}
    assert set(sharding.CROSSING) <= known


def test_the_plan_is_the_one_that_was_read() -> None:
    """After a change that is meant: `yimen shard --plan`, its lines about the case, the ledger
    and the accounts, into tests/config/shard.sql."""
    shown = [line for line in sharding.plan() if any(word in line for word in SHOWN)]
    assert "\n".join(shown) + "\n" == GOLDEN.read_text()


def test_without_the_word_plan_nothing_is_printed() -> None:
    with pytest.raises(CommandError, match="changes nothing"):
        call_command("shard")


STUBS = """
CREATE FUNCTION create_reference_table(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN PERFORM name::regclass; END $$;;
CREATE FUNCTION create_distributed_table(name text, by text, colocate_with text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_index i WHERE i.indrelid = name::regclass AND i.indisunique
        AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = i.indrelid
            AND a.attname = by AND a.attnum = ANY(i.indkey::int[])))
    THEN RAISE EXCEPTION 'a unique index of % lacks %', name, by; END IF;
    IF EXISTS (SELECT FROM pg_constraint c JOIN pg_class t ON t.oid = c.confrelid
        WHERE c.contype = 'f' AND c.conrelid = name::regclass AND cardinality(c.conkey) = 1
        AND t.relname NOT IN ('{small}')) AND by = 'street'
    THEN RAISE EXCEPTION '% points at a distributed table without its street', name; END IF;
END $$;
"""


def test_the_plan_runs_and_the_product_goes_on(cast: None) -> None:
    """On plain PostgreSQL, with stand-ins that refuse what Citus refuses: a unique index without
    the column, a foreign key without it. Real rows of two streets must fit the composite keys."""
    with time.at(MONDAY):
        d = work_through(do(hand_in(version=licence()), "accept"))
        do(d, "decide", outcome="granted")
        hand_in("civil-affairs-001", centre="31019900201")
        fold_roots()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for stub in STUBS.format(small="', '".join(sharding.REFERENCE)).split(";;"):
                cursor.execute(stub)
            for line in sharding.plan():
                if not line.startswith("--"):
                    cursor.execute(line)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        again = do(hand_in("civil-affairs-001"), "accept")
        do(again, "withdraw", reason="不办了")
        fold_roots()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert verify().fault is None
