"""Which edition of what hardly ever changes is in force: places, bodies, the matrix, the
catalogue, calendars.

Such tables are asked many times a request and written a few times a week. Each group of them has
one row here whose `mark` a trigger of the database replaces whenever anything in the group is
written, by whatever program. A process keeps what it read under the mark it read it by, and one
small statement a request says whether that mark still holds. A mark is random and never comes
back, so what was read inside a transaction that was rolled back is never taken for the truth.

Nothing that says what a person may do is kept: seats and tokens are read in every request.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

import pgtrigger
from django.db import connection

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
Marks = Mapping[str, Any]

# A column of any other statement, so that the first one of a request can bring the marks along.
MARKS = "(SELECT json_object_agg(name, mark)::text FROM ledger_edition)"
_NEW_MARK = """
INSERT INTO ledger_edition (name, mark) VALUES ('{name}', gen_random_uuid())
ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
RETURN NULL;"""


def marked(name: str) -> pgtrigger.Trigger:
    """For `Meta.triggers` of a model: every statement that writes its table is a new edition."""
    return pgtrigger.Trigger(
        name="new_edition",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=_NEW_MARK.format(name=name),
    )


class _Request:
    """What this request knows of the marks; None until somebody asked."""

    marks: Marks | None = None


_request: ContextVar[_Request | None] = ContextVar("editions", default=None)


@contextmanager
def one_request() -> Iterator[None]:
    """Ask for the marks once until the block ends. Outside of it every question asks anew."""
    token = _request.set(_Request())
    try:
        yield
    finally:
        _request.reset(token)


def know(marks: Marks) -> None:
    """The marks came along with another statement of this request."""
    request = _request.get()
    if request is not None:
        request.marks = marks


def known() -> bool:
    """Does this request know the marks already?"""
    request = _request.get()
    return request is not None and request.marks is not None


def forget() -> None:
    """Something was written that may be a new edition: ask again."""
    request = _request.get()
    if request is not None:
        request.marks = None


def marks() -> Marks:
    """The marks in force, by name of the group."""
    request = _request.get()
    if request is not None and request.marks is not None:
        return request.marks
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, mark::text FROM ledger_edition")
        found = dict(cursor.fetchall())
    know(found)
    return found


class Kept(Generic[K, T]):
    """What `load(key)` read, as long as the mark of its group holds. None is not kept, nor is
    anything while the group has no mark."""

    def __init__(self, name: str, load: Callable[[K], T]) -> None:
        self.name, self.load = name, load
        # one attribute, replaced whole: threads under different marks never share a dictionary
        self._held: tuple[Any, dict[K, T]] = (None, {})

    def last(self, key: K) -> T | None:
        """What was read last, asking nobody: for pages that must come without the database."""
        return self._held[1].get(key)

    def __call__(self, key: K) -> T:
        mark = marks().get(self.name)
        if mark is None:
            return self.load(key)
        held = self._held
        if held[0] != mark:
            held = self._held = (mark, {})
        if key not in held[1]:
            made = self.load(key)
            if made is None:
                return made
            held[1][key] = made
        return held[1][key]
