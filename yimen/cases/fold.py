"""Fold a case's entries into the state they say, and compare it with the columns.

The engine writes columns and entries from the same `Changes`; whoever changed a column behind its
back is found here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson
from django.db.models import Model, Q

from yimen.cases.changes import TABLES, plain
from yimen.cases.models import Case
from yimen.ledger.chain import Head

State = dict[str, dict[str, Any]]
CHILDREN = {name: model for model, name in TABLES.items() if hasattr(model, "RECORDED")}


def fold(entries: Iterable[Any]) -> State:
    """The state after these entries: table -> row id -> column -> value; `case` has no row id."""
    state: State = {}
    for entry in entries:
        data = orjson.loads(entry.data)
        for table in CHILDREN:
            changed = data.get(table)
            if not changed:
                continue
            kept = state.setdefault(table, {})
            if table == "case":
                kept.update(changed)
            else:
                for row, values in changed.items():
                    kept.setdefault(row, {}).update(values)
    return state


def columns(case: Case, children: Mapping[str, Iterable[Model]]) -> State:
    """The same shape, read from the rows as they stand."""
    state: State = {"case": _values(case)}
    for table, found in children.items():
        rows = {str(row.pk): _values(row) for row in found}
        if rows:
            state[table] = rows
    return state


def _values(row: Any) -> dict[str, Any]:
    return {name: plain(getattr(row, name)) for name in row.RECORDED}


def heads(street: str = "", since: Any = None) -> Iterator[tuple[str, str, Head]]:
    """(street, stream, head) of every case, for roots and checks."""
    cases = Case.objects.order_by("street", "number")
    if street:
        cases = cases.filter(street=street)
    for place, number, seq, digest in cases.values_list("street", "number", "seq", "hash").iterator(
        chunk_size=5000
    ):
        yield place, f"case:{number}", Head(seq, bytes(digest))


def expected(numbers: list[str]) -> dict[str, tuple[Head, State]]:
    """Head and column state of these cases, seven queries for any number of them."""
    cases = {c.pk: c for c in Case.objects.filter(number__in=numbers)}
    children: dict[Any, dict[str, list[Any]]] = {pk: {} for pk in cases}
    for table, model in CHILDREN.items():
        if model is Case:
            continue
        found: Iterable[Any] = model._default_manager.filter(Q(case_id__in=cases))
        for row in found:
            children[row.case_id].setdefault(table, []).append(row)
    return {
        c.number: (Head(c.seq, bytes(c.hash)), columns(c, children[c.pk])) for c in cases.values()
    }
