"""Fixtures that every house's tests share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django.plugin import blocking_manager_key

from tests.cast import cast, cast_once, load_cast

__all__ = ["cast", "cast_once"]

# tables that refuse TRUNCATE by a trigger of their own (bit 32 of tgtype)
GUARDED = """
SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger
WHERE NOT tgisinternal AND (tgtype & 32) <> 0
"""

# whether the tables were emptied since the community was loaded for good
EMPTIED: list[bool] = []


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A transactional test empties the tables. The community is loaded again once, before the next
    test's transaction begins: loaded inside of it, it would be loaded for every test that follows."""
    if not EMPTIED or "cast" not in getattr(item, "fixturenames", ()):
        return
    from django.db import connection

    with item.config.stash[blocking_manager_key].unblock():
        if connection.in_atomic_block:  # a module's own transaction: it would go with that
            return
        load_cast()
    EMPTIED.clear()


@pytest.fixture(scope="session", autouse=True)
def _emptying_is_allowed() -> Iterator[None]:
    """The record refuses to be emptied, also after a transactional test. Only Django's flush of
    the test database may do it: the guards are off inside that one transaction."""
    from django.db import transaction
    from django.db.backends.postgresql.operations import DatabaseOperations

    original = DatabaseOperations.execute_sql_flush

    def flush(self: Any, sql_list: list[str]) -> None:
        with transaction.atomic(using=self.connection.alias), self.connection.cursor() as cursor:
            cursor.execute(GUARDED)
            guarded = [row[0] for row in cursor.fetchall()]
            for table in guarded:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute("SELECT name FROM ledger_edition")
            groups = cursor.fetchall()
            for sql in sql_list:
                cursor.execute(sql)
            # TRUNCATE is the one write that the triggers of the marks do not see
            cursor.executemany(
                "INSERT INTO ledger_edition (name, mark) VALUES (%s, gen_random_uuid())", groups
            )
            for table in guarded:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        EMPTIED[:] = [True]

    DatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign]
    yield
    DatabaseOperations.execute_sql_flush = original  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _chinese_first() -> Iterator[None]:
    """Each test begins in the product's own language, whatever a request before it asked for."""
    from django.conf import settings
    from django.utils import translation

    translation.activate(settings.LANGUAGE_CODE)
    # A suite may run at night; what the night does to calls back has its own tests.
    settings.YIMEN_CALL_BACK_HOURS = (0, 24)
    yield
    translation.deactivate()
