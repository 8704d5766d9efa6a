"""Writing rows without instances: SQL built once from a model's fields.

Actions know exactly which columns they write, so they say so. New rows travel as one JSON text a
table, whose statement is therefore the same for any number of them; a `Sheet` collects what one
act writes and sends it in one statement. Everything goes through Django's cursor, so that query
counts and the read-only guard see it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

import orjson
from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import (
    BinaryField,
    CheckConstraint,
    DateField,
    DateTimeField,
    Field,
    ForeignKey,
    JSONField,
    Model,
    Q,
    UniqueConstraint,
    UUIDField,
)
from django.db.models.base import ModelState
from django.utils.functional import Promise

Row = Mapping[str, Any]
M = TypeVar("M", bound=Model)


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


# -- new rows ---------------------------------------------------------------------------------


@cache
def _insert_sql(model: type[Model], skip_known: bool, returning: str) -> str:
    """One parameter: the rows as JSON. Table and columns come from the model, never a caller."""
    names = ", ".join(f'"{f.column}"' for f in _columns(model))
    table = f'"{model._meta.db_table}"'
    sql = (
        f"INSERT INTO {table} ({names}) "  # noqa: S608
        f"SELECT {names} FROM json_populate_recordset(NULL::{table}, %s::json)"
    )
    if skip_known:
        sql += " ON CONFLICT DO NOTHING"
    return f"{sql} RETURNING {returning}" if returning else sql


def _as_json(model: type[Model], rows: Iterable[Row]) -> str:
    """The rows as the JSON that the statement reads; an unnamed column has its field's default."""
    return orjson.dumps([_record(model, row) for row in rows], default=_plain).decode()


def _record(model: type[Model], row: Row) -> dict[str, Any]:
    fields = _fields(model)
    given = {fields[name].attname: value for name, value in row.items()}
    return {
        str(f.column): _cell(f, given[f.attname] if f.attname in given else f.get_default())
        for f in _columns(model)
    }


def _cell(field: Field[Any, Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(field, JSONField):  # as Django itself would write it
        return orjson.Fragment(json.dumps(value, cls=field.encoder))
    return "\\x" + bytes(value).hex() if isinstance(field, BinaryField) else value


def _plain(value: Any) -> str:
    if isinstance(value, (Promise, Decimal)):
        return str(value)
    raise TypeError(f"no column holds {type(value).__name__}")


def insert(
    model: type[Model],
    rows: Iterable[Row],
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
    with connection.cursor() as cursor:
        cursor.execute(_insert_sql(model, ignore_conflict, returning), [_as_json(model, rows)])
        return cursor.fetchall() if returning else []


def made(model: type[M], row: Row) -> M:
    """The instance of a row that was just inserted, without reading it back."""
    instance = model(**row)
    instance._state.adding, instance._state.db = False, DEFAULT_DB_ALIAS
    return instance


# -- rows as JSON says them --------------------------------------------------------------------

READERS: dict[type[Field[Any, Any]], Callable[[Any], Any]] = {
    UUIDField: UUID,
    DateTimeField: datetime.fromisoformat,
    DateField: date.fromisoformat,
    BinaryField: lambda text: bytes.fromhex(text[2:]),
}


def _reader(field: Field[Any, Any]) -> Callable[[Any], Any] | None:
    if isinstance(field, ForeignKey):
        return _reader(field.target_field)
    if isinstance(field, ArrayField):
        inner = _reader(field.base_field)
        return (lambda values: [inner(v) for v in values]) if inner else None
    return READERS.get(type(field))


@cache
def _readers(model: type[Model], columns: tuple[str, ...]) -> list[tuple[str, str, Any]]:
    return [
        (str(f.column), f.attname, _reader(f)) for f in _columns(model) if str(f.column) in columns
    ]


def known(model: type[M], values: dict[str, Any]) -> M:
    """An instance whose attributes are these, of a row that is in the database. It is what
    `Model.from_db` makes, without a signal and a `setattr` for each; of an act's time that was a
    tenth. Attributes that are not named are read when somebody asks for them."""
    made = model.__new__(model)
    made.__dict__.update(values)
    made._state = state = ModelState()
    state.adding, state.db = False, DEFAULT_DB_ALIAS
    return made


def instance(model: type[M], row: Row) -> M:
    """A model instance out of a row that the database gave as JSON (row_to_json or some of its
    columns)."""
    values = {}
    for column, name, reader in _readers(model, tuple(row)):
        value = row[column]
        values[name] = value if value is None or reader is None else reader(value)
    return known(model, values)


# -- changed rows -----------------------------------------------------------------------------


@cache
def _update_sql(model: type[Model], where: tuple[str, ...], names: tuple[str, ...]) -> str:
    fields = _fields(model)
    sets = ", ".join(f'"{fields[name].column}" = %s' for name in names)
    conds = " AND ".join(f'"{fields[name].column}" = %s' for name in where)
    return f'UPDATE "{model._meta.db_table}" SET {sets} WHERE {conds}'  # noqa: S608


def _update(model: type[Model], where: Row, values: Row) -> tuple[str, list[Any]]:
    fields, names = _fields(model), sorted(values)
    params = [_value(fields[name], values[name]) for name in names]
    params += [_value(fields[name], value) for name, value in where.items()]
    return _update_sql(model, tuple(where), tuple(names)), params


def update(model: type[Model], where: Row, **values: Any) -> int:
    """Set `values` on the rows that match `where` (equality only); returns how many."""
    if not values:
        return 0
    sql, params = _update(model, where, values)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


@cache
def _unique_names(model: type[Model]) -> frozenset[str]:
    """The attributes on which two rows of the table may collide: those of its unique constraints
    and of their conditions; all of them where a constraint excludes in another way."""
    fields = _fields(model)
    found = {f.attname for f in model._meta.pk_fields}  # one, or several together
    found |= {f.attname for f in _columns(model) if f.unique}
    for one in model._meta.constraints:
        if isinstance(one, CheckConstraint):
            continue
        if not isinstance(one, UniqueConstraint) or one.expressions:
            return frozenset(f.attname for f in _columns(model))
        found |= {fields[name].attname for name in (*one.fields, *_named_in(one.condition))}
    return frozenset(found)


def _named_in(condition: Any) -> set[str]:
    """The fields that a constraint's condition looks at."""
    if isinstance(condition, Q):
        return {name for part in condition.children for name in _named_in(part)}
    return {condition[0].partition("__")[0]} if condition else set()


# -- all that one act writes ------------------------------------------------------------------


class Sheet:
    """What one act writes, sent together by `write`: one round trip instead of one a table.

    PostgreSQL does the parts of one statement in no promised order. That matters only where a
    row gives way to a new one of its table (a corrected result): what changes a column on which a
    unique constraint looks goes in a statement of its own before, when its table gets new rows.
    """

    def __init__(self) -> None:
        self._new: dict[type[Model], list[Row]] = {}
        self._then: dict[type[Model], str] = {}
        self._changed: list[tuple[type[Model], bool, str, list[Any]]] = []

    def insert(self, model: type[Model], rows: Iterable[Row], *, then: str = "") -> None:
        """New rows. `then` is a SELECT over `{new}`, the ids of the rows that were really new:
        with it rows that exist stay as they are."""
        self._new.setdefault(model, []).extend(rows)
        if then:
            self._then[model] = then

    def update(self, model: type[Model], where: Row, **values: Any) -> None:
        """New values for the one row that `where` names."""
        if values:
            gives_way = not _unique_names(model).isdisjoint(values)
            self._changed.append((model, gives_way, *_update(model, where, values)))

    def add(self, other: Sheet) -> None:
        """Take over what stands on another sheet."""
        for model, new in other._new.items():
            self.insert(model, new, then=other._then.get(model, ""))
        self._changed += other._changed

    def write(self) -> None:
        """Send everything, inside the caller's transaction; the sheet is empty afterwards."""
        before: list[tuple[str, list[Any]]] = []
        parts: list[tuple[str, list[Any]]] = []
        for model, gives_way, sql, params in self._changed:
            first = gives_way and model in self._new
            (before if first else parts).append((sql, params))
        _send(before, [])
        follow = []
        for model, new in self._new.items():
            then = self._then.get(model, "")
            if then:
                follow.append(then.format(new=f"w{len(parts)}"))
            parts.append((_insert_sql(model, bool(then), "id" if then else ""),
                          [_as_json(model, new)]))  # fmt: skip
        _send(parts, follow)
        self.__init__()  # type: ignore[misc]


def _send(parts: list[tuple[str, list[Any]]], follow: list[str]) -> None:
    """All parts as one statement: the last one is the main query, the others stand before it."""
    if not parts:
        return
    texts = [sql for sql, _params in parts]
    last = " UNION ALL ".join(follow) if follow else texts.pop()
    named = ", ".join(f"w{n} AS ({sql})" for n, sql in enumerate(texts))
    params = [param for _sql, given in parts for param in given]
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {named} {last}" if named else last, params)
