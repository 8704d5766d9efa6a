"""Writing rows without instances: SQL built once from a model's fields.

Actions know exactly which columns they write, so they say so. One statement writes any number
of rows of one table; defaults and conversions are the model's own. Everything goes through
Django's cursor, so that query counts and the read-only guard see it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Field, Model


@cache
def _fields(model: type[Model]) -> dict[str, Field[Any, Any]]:
    """Concrete fields by attribute name (`case_id` as well as `case`)."""
    found: dict[str, Field[Any, Any]] = {}
    for field in model._meta.concrete_fields:
        if field.column:
            found[field.attname] = field
            found[field.name] = field
    return found


@cache
def _columns(model: type[Model]) -> tuple[Field[Any, Any], ...]:
    return tuple(f for f in model._meta.concrete_fields if f.column)


def _value(field: Field[Any, Any], value: Any) -> Any:
    return field.get_db_prep_save(value, connection)


def insert(
    model: type[Model],
    rows: Iterable[Mapping[str, Any]],
    *,
    ignore_conflict: bool = False,
    returning: str = "",
) -> list[tuple[Any, ...]]:
    """Insert `rows` (attribute names to values) in one statement.

    Columns that no row names take the field's default. With `ignore_conflict` rows that exist
    stay as they are. Returns the rows of `returning` (SQL column names), else an empty list.
    """
    rows = list(rows)
    if not rows:
        return []
    columns = _columns(model)
    values: list[Any] = []
    for row in rows:
        given = {_fields(model)[name].attname: value for name, value in row.items()}
        for field in columns:
            raw = given[field.attname] if field.attname in given else field.get_default()
            values.append(_value(field, raw))
    one = "(" + ", ".join(["%s"] * len(columns)) + ")"
    names = ", ".join(f'"{f.column}"' for f in columns)
    # table and columns come from the model, never from a caller
    sql = f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES {", ".join([one] * len(rows))}'  # noqa: S608
    if ignore_conflict:
        sql += " ON CONFLICT DO NOTHING"
    if returning:
        sql += f" RETURNING {returning}"
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if returning else []


def update(model: type[Model], where: Mapping[str, Any], **values: Any) -> int:
    """Set `values` on the rows that match `where` (equality only); returns how many."""
    if not values:
        return 0
    fields = _fields(model)
    sets = ", ".join(f'"{fields[name].column}" = %s' for name in values)
    conds = " AND ".join(f'"{fields[name].column}" = %s' for name in where)
    params = [_value(fields[name], value) for name, value in values.items()]
    params += [_value(fields[name], value) for name, value in where.items()]
    with connection.cursor() as cursor:
        sql = f'UPDATE "{model._meta.db_table}" SET {sets} WHERE {conds}'  # noqa: S608
        cursor.execute(sql, params)
        return cursor.rowcount
