"""Fold a case's entries into the state they say, and compare it with the columns.

The engine writes columns and entries from the same `Changes`; whoever changed a column behind its
back is found here. The columns are read as the database spells them, in the words of
`changes.plain`: a few queries for any number of cases, no instances.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import orjson
from django.db import connection, models

from yimen.cases.changes import TABLES
from yimen.cases.models import Case
from yimen.cases.models.case import facts_digest
from yimen.ledger.chain import Head
from yimen.ledger.links import STAMP

State = dict[str, dict[str, Any]]
RECORDED: dict[str, Any] = {
    name: model for model, name in TABLES.items() if hasattr(model, "RECORDED")
}
HEADS = "SELECT street, 'case:' || number AS stream, seq, hash FROM cases_case"


def fold(texts: Iterable[str]) -> State:
    """The state after entries with these `data`: table -> row id -> column -> value; `case` has
    no row id."""
    state: State = {}
    for text in texts:
        for table, changed in orjson.loads(text).items():
            if table not in RECORDED:
                continue
            kept = state.setdefault(table, changed)  # what is seen first needs no copy
            if kept is changed:
                continue
            if table == "case":
                kept.update(changed)
                continue
            for row, values in changed.items():
                kept.setdefault(row, values).update(values)
    return state


def expected(numbers: list[str]) -> dict[str, tuple[Head, State]]:
    """Head and column state of these cases, in the shape that `fold` gives: one query a table."""
    with connection.cursor() as cursor:
        cursor.execute(_of_cases(), [numbers])
        found = cursor.fetchall()
        states: dict[Any, State] = {pk: _case(pk, *rest) for pk, _n, _s, _h, *rest in found}
        for table in RECORDED.keys() - {"case"}:
            cursor.execute(_of_children(table), [list(states)])
            for pk, rows in cursor.fetchall():
                states[pk][table] = orjson.loads(rows)
    return {number: (Head(seq, bytes(h)), states[pk]) for pk, number, seq, h, *_rest in found}


def _case(pk: Any, columns: str, facts: str, box: Any) -> State:
    state = orjson.loads(columns)
    return {"case": state | {"facts_digest": facts_digest(str(pk), orjson.loads(facts), box)}}


@cache
def _of_cases() -> str:
    said = _said(Case, [name for name in Case.RECORDED if name != "facts_digest"])
    return (
        f"SELECT id, number, seq, hash, {said}::text, facts::text, secrets "  # noqa: S608
        "FROM cases_case WHERE number = ANY(%s)"
    )


@cache
def _of_children(table: str) -> str:
    model = RECORDED[table]
    rows = f"json_object_agg(id, {_said(model, model.RECORDED)})::text"
    name = model._meta.db_table
    return f"SELECT case_id, {rows} FROM {name} WHERE case_id = ANY(%s) GROUP BY 1"  # noqa: S608


def _said(model: type[models.Model], names: Iterable[str]) -> str:
    """SQL for a JSON object of a row's columns, as `changes.plain` would say them."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    pairs = [f"'{name}', {_plain(fields[name])}" for name in names]
    return f"json_build_object({', '.join(pairs)})"


def _plain(field: Any) -> str:
    column, sort = f'"{field.column}"', field
    while sort.remote_field:
        sort = sort.target_field
    if isinstance(sort, models.DateTimeField):
        return STAMP.format(column)
    if isinstance(sort, models.DateField):
        return f"to_char({column}, 'YYYY-MM-DD')"
    if isinstance(sort, (models.CharField, models.TextField)):
        return f"nullif({column}, '')"
    if isinstance(sort, (models.UUIDField, models.IntegerField, models.BooleanField)):
        return column
    raise TypeError(f"the record cannot hold {field}")
