"""Lists of the cases that an actor sees, newest first, at the cost of one page.

`queries.visible_to` says what somebody may know of; as the condition of a list it would make the
database gather and sort all of it before the first row is shown. Here each scope of the actor (a
body that leads, a body with a task, a centre, a street, a record of the person) is one range of an
index that already lies in the order of the list: every range gives at most one page, begun after
the last row that was seen, and only these few rows are put in order together.

A test holds the two together: the same cases, in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from yimen.bodies.register import bodies_of
from yimen.cases.kind import at_every_counter
from yimen.cases.models import Case
from yimen.cases.perms import STREET_WIDE, WORKING
from yimen.lib.actor import Actor, Can
from yimen.lib.time import today
from yimen.look.paging import CAP
from yimen.people.queries import records_of_actor

NEWEST = ("-received_at", "-id")
Fetch = Callable[[RawSQL], list[Any]]


class Line(NamedTuple):
    """A case as a list for machines tells it."""

    id: UUID
    received_at: datetime
    number: str
    matter_code: str
    name: str
    name_en: str
    stage: str
    ending: str
    outcome: str
    promised_due_on: date | None
    statutory_due_on: date | None
    due_at: datetime | None
    yellow_at: datetime | None
    version: int


_LINES = """SELECT c.id, c.received_at, c.number, c.matter_code, m.name, m.name_en, c.stage,
    c.ending, c.outcome, c.promised_due_on, c.statutory_due_on, c.due_at, c.yellow_at, c.version
FROM cases_case c JOIN matters_matterversion m ON m.id = c.matter_id WHERE c.id IN ({ids})"""


def lines(ids: RawSQL) -> list[Line]:
    """The lines of some cases, in any order."""
    with connection.cursor() as cursor:
        cursor.execute(_LINES.format(ids=ids.sql), ids.params)
        return [Line._make(row) for row in cursor.fetchall()]


# One range for each key of a scope. {column} is the case's; {where} and {beyond} narrow it.
_CASES = """(SELECT x.id, x.received_at FROM unnest(%s::{kind}[]) AS scope(key), LATERAL (
    SELECT cases_case.id, cases_case.received_at FROM {tables}
    WHERE cases_case.{column} = scope.key{where}{beyond}
    ORDER BY cases_case.received_at {way}, cases_case.id {way} LIMIT %s) x)"""
# A case in which a body has several tasks comes once.
_WORKED = """(SELECT x.id, x.received_at FROM unnest(%s::{kind}[]) AS scope(key), LATERAL (
    SELECT DISTINCT ON (t.received_at, t.case_id) t.case_id AS id, t.received_at
    FROM cases_task t{tables} WHERE t.body_id = scope.key{where}{beyond}
    ORDER BY t.received_at {way}, t.case_id {way} LIMIT %s) x)"""
# Of a case that complains of one of the actor's bodies nothing is known (GOV-3). There are few of
# them, so they are read once and left out by their ids: the ranges need not look at the cases.
HIDDEN = """WITH hidden AS MATERIALIZED (SELECT ARRAY(
    SELECT id FROM cases_case WHERE NOT (excluded_bodies = '{}'::uuid[])
    AND excluded_bodies && %s::uuid[]) AS ids)"""
NOT_HIDDEN = " AND {id} <> ALL ((SELECT ids FROM hidden)::uuid[])"


def scopes(actor: Actor) -> Iterator[tuple[str, str, list[Any]]]:
    """(column of the case, or `worked`; type; keys) of everything the actor sees cases by."""
    records = list(records_of_actor(actor))
    if records:
        yield "applicant_id", "uuid", records
        yield "presenter_id", "uuid", records
    if actor.can(*STREET_WIDE):
        yield "street", "varchar", [actor.street]
        return
    offices = list(actor.bodies(*WORKING))
    if offices:
        yield "lead_id", "uuid", offices
        yield "worked", "uuid", offices
    counters = bodies_of(actor.bodies(Can.INTAKE), actor.street).values()
    points = [b.service_point_id for b in counters if b.service_point_id]
    if points:
        yield "centre_id", "varchar", points
        yield "accepting_id", "varchar", points
        yield EVERY, "varchar", [actor.street]


EVERY = "street of kinds that every counter sees"
OF_EVERY = " AND cases_case.kind = ANY(%s)"
# Who handed in for somebody sees the case while they hold that person's mandate.
MANDATED = """ AND cases_case.applicant_id IN (SELECT principal_id FROM people_mandate
    WHERE agent_id = %s AND revoked_at IS NULL AND valid_from <= %s
    AND (valid_until IS NULL OR valid_until >= %s))"""


class Seen:
    """Those of `cases` (filtered, not ordered) that the actor sees, as a source for
    `look.paging.page` with the keys NEWEST. `fetch` reads the rows of the ids it is given."""

    def __init__(self, actor: Actor, cases: QuerySet[Case], fetch: Fetch) -> None:
        self.actor, self.fetch = actor, fetch
        self.tables, self.where, self.params = condition(cases)

    def after(self, values: list[Any] | None, back: bool, limit: int) -> list[Any]:
        ids = self._ids(values, back, limit)
        rows = self.fetch(ids) if ids is not None else []
        return sorted(rows, key=lambda row: (row.received_at, row.id), reverse=not back)

    def count(self) -> int:
        ids = self._ids(None, False, CAP + 1)
        if ids is None:
            return 0
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM ({ids.sql}) capped", ids.params)  # noqa: S608
            return int(cursor.fetchone()[0])

    def _ids(self, values: list[Any] | None, back: bool, limit: int) -> RawSQL | None:
        ranges: list[str] = []
        params: list[Any] = [list(self.actor.sides())]
        for column, kind, keys in scopes(self.actor):
            ranges.append(self._range(column, kind, values is not None, back))
            held: list[Any] = (
                [self.actor.party, today(), today()] if column == "presenter_id" else []
            )
            held = [at_every_counter()] if column == EVERY else held
            params += [keys, *self.params, *held, *(values or ()), limit]
        if not ranges or self.where is None:
            return None
        way = "ASC" if back else "DESC"
        # every part is one of the texts above or compiled by Django; values travel beside it
        sql = (
            f"{HIDDEN} SELECT id FROM ({' UNION '.join(ranges)}) seen "  # noqa: S608
            f"ORDER BY received_at {way}, id {way} LIMIT %s"
        )
        return RawSQL(sql, [*params, limit])  # noqa: S611

    def _range(self, column: str, kind: str, begun: bool, back: bool) -> str:
        worked = column == "worked"
        at = "t.received_at" if worked else "cases_case.received_at"
        id = "t.case_id" if worked else "cases_case.id"
        tables, where = self.tables, NOT_HIDDEN.format(id=id) + (self.where or "")
        where += MANDATED if column == "presenter_id" else ""
        where += OF_EVERY if column == EVERY else ""
        if worked:  # the case itself is read only when it is asked for something
            tables = f", {tables}" if self.where else ""
            where += " AND cases_case.id = t.case_id" if self.where else ""
        return (_WORKED if worked else _CASES).format(
            kind=kind,
            column="street" if column == EVERY else column,
            tables=tables,
            where=where,
            beyond=f" AND ({at}, {id}) {'>' if back else '<'} (%s, %s)" if begun else "",
            way="ASC" if back else "DESC",
        )


def condition(rows: QuerySet[Any]) -> tuple[str, str | None, list[Any]]:
    """Tables, condition and parameters of a filtered queryset; a condition of None is never met."""
    query, table = rows.query, rows.model._meta.db_table
    if not query.where:
        return table, "", []
    compiler = query.get_compiler(connection=connection)
    try:
        compiler.pre_sql_setup()
        where, params = compiler.compile(query.where)
    except FullResultSet:
        return table, "", []
    except EmptyResultSet:
        return table, None, []
    tables, more = compiler.get_from_clause()
    return " ".join(tables), f" AND {where}", [*more, *params]
