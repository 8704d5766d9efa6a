"""Reading chains: rows as the links that are hashed, never as instances; heads as a relation.

The database writes out the text that was hashed, so that checking costs a hash and little else.
What a house keeps of its own heads and state it offers by a *witness*, a module named in
settings.YIMEN_WITNESSES (stream prefix -> dotted path):
`HEADS` (SQL that gives street, stream, seq, hash), `expected(names)` and `fold(texts)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from yimen.ledger.chain import Link

Key = tuple[str, str]  # street, stream
Chain = tuple[Key, list[Link]]

STAMP = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
# concat_ws leaves NULL out, so what may be absent becomes the empty text first
TEXT = f"""concat_ws(E'\\x1f', street, stream, seq, act, {STAMP.format("at")},
    {STAMP.format("recorded_at")}, coalesce(account::text, ''), coalesce(power::text, ''), data)"""
LINKS = f"SELECT street, stream, seq, hash, {TEXT} FROM ledger_entry"  # noqa: S608
ORDER = "ORDER BY street, stream, seq"
FETCH = 5000


@contextmanager
def snapshot() -> Iterator[None]:
    """Everything inside sees the database as it stood at one moment, and writes nothing. Inside
    a transaction of somebody else, theirs."""
    inside = connection.in_atomic_block
    with transaction.atomic():
        if not inside:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def stream(sql: str, params: Iterable[Any] = ()) -> Iterator[tuple[Any, ...]]:
    """Rows by a cursor on the server, some thousand at a time; call it inside `snapshot`."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, list(params))
        while rows := cursor.fetchmany(FETCH):
            yield from rows


def chains(sql: str, params: Iterable[Any] = ()) -> Iterator[Chain]:
    """The rows of a query over LINKS in ORDER, each stream's links together."""
    for (street, name), links in groupby(stream(sql, params), key=itemgetter(0, 1)):
        yield (street, name), list(links)


def chain_of(street: str, name: str) -> list[Link]:
    """The links of one stream."""
    with connection.cursor() as cursor:
        cursor.execute(f"{LINKS} WHERE street = %s AND stream = %s {ORDER}", [street, name])
        return cursor.fetchall()


def witnesses() -> dict[str, Any]:
    """Stream prefix -> the module that knows such streams' heads and state."""
    return {prefix: import_module(path) for prefix, path in settings.YIMEN_WITNESSES.items()}


def heads() -> str:
    """SQL of all heads, whoever keeps them: (street, stream, seq, hash)."""
    own = "SELECT street, stream, seq, hash FROM ledger_stream"
    return " UNION ALL ".join([own, *(w.HEADS for w in witnesses().values())])
