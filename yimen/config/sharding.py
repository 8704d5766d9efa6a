"""From one PostgreSQL to Citus by street: which table goes where, and the statements that take it
there. Read from the catalogue of the database as it is; nothing is changed here.

Every table that grows with the cases carries `street` and is distributed by it. What is small and
read everywhere becomes a reference table (a copy on every node); what is named below is why.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db import connection

REFERENCE = {
    "bodies_appointment": "a few hundred in a street",
    "bodies_body": "organs, also the city's, which every street refers to",
    "bodies_gateway": "the name of a street's centre, a few versions",
    "bodies_joinedchannel": "a dozen in a street",
    "bodies_contract": "employment of a few hundred people",
    "bodies_cover": "leave of a few hundred people",
    "bodies_matrixrule": "the city's rules and each street's own",
    "bodies_seat": "a few hundred in a street",
    "bookings_closure": "a few a month in a centre",
    "bookings_opening": "a few lines for each thing that can be booked",
    "bookings_resource": "a dozen in a centre",
    "bridges_system": "departments' systems, one or two in a street",
    "clock_calendarday": "a few hundred days a year",
    "clock_calendarversion": "a few a year",
    "counters_desk": "a dozen in a centre",
    "counters_plan": "one in a centre",
    "counters_window": "two dozen in a centre",
    "ledger_edition": "numbers of what processes keep in memory, a handful of rows",
    "matters_blankform": "the catalogue, the same everywhere",
    "directory_offering": "what each unit gives",
    "directory_service": "the list of services, a few dozen lines",
    "directory_unit": "a few dozen in a street",
    "knowledge_document": "law, the same everywhere",
    "knowledge_passage": "law, the same everywhere",
    "matters_elsewhere": "the catalogue, the same everywhere",
    "matters_failedquery": "what the search did not find, counted by its words",
    "matters_lifeevent": "the catalogue, the same everywhere",
    "matters_matter": "the catalogue, the same everywhere",
    "matters_matterversion": "the catalogue, the same everywhere",
    "matters_revision": "one row",
    "matters_synonym": "the catalogue, the same everywhere",
    "matters_unanswered": "what the search did not find in a week, counted by its words",
    "people_account": "a user name is unique over the whole city; the largest of these tables",
    "people_token": "machines, found by the token's digest before a street is known",
    "places_division": "the administrative tree",
    "places_servicepoint": "centres",
    "reports_countedday": "one row a day",
    "workforce_course": "a dozen in a street",
    "workforce_facility": "a dozen in a centre",
    "workforce_need": "how many people, a few dozen in a street",
    "workforce_post": "a dozen in a street",
    "workforce_requirement": "a handful in a street",
    "workforce_shift": "a handful in a street",
    "feedback_unasked": "those few who want no invitations, a row each",
    "supervision_benchmark": "the quality items of each version, the same everywhere",
    "supervision_item": "some forty for each version of the benchmark",
    "supervision_score": "some forty for each visit, a few visits a month",
    "supervision_photo": "a few for each visit",
    "supervision_objection": "a few a month",
    "supervision_candidate": "a few windows and people a quarter",
    "supervision_postingobjection": "a few a quarter, if any",
}  # fmt: skip
# Grows, but its key is not a street: distributed by a column of its own.
APART = {
    "cases_counter": ("centre", "one row a centre and day, locked for a moment by each intake"),
    "counters_counter": ("centre", "one row a centre and day"),
    "intake_idempotencykey": ("account_id", "keys of a client, kept for seven days"),
}
# Stays where the background worker is.
LOCAL = {
    "bridges_reading": "one row: how far the worker has read the record",
    "ledger_heartbeat": "signs of life of the worker",
}
# Unique keys of distributed tables that do not begin with the street, nor with a row of the same
# street: after the move only (street, key) is enforced, and this is why the key stays unique.
GLOBAL = {
    "number": "a case number holds its centre, day and serial; the counter row of a centre is one",
    "enquiry_no": "a permutation of one sequence, and a permutation has no doubles",
    "code": "a verification code: twelve random characters, drawn again when taken in the street",
    "binding_live_code_once": "a random code of a slip, looked up as a digest",
    "ticket_number": "begins with a centre, and a centre lies in one street",
    "hall_day_once": "begins with a centre, and a centre lies in one street",
    "ticket_one_per_window": "a window lies in one street",
}
# Foreign keys that may lead into another street. Citus has none such; the program keeps them.
CROSSING = {
    ("cases_case", "bundle_id"): "one visit may bring matters of several streets",
    ("cases_link", "from_case_id"): "a case that moved continues in another street",
    ("cases_link", "to_case_id"): "a case that moved continues in another street",
}


@dataclass(frozen=True)
class Table:
    """One of our tables, and its columns."""

    name: str
    columns: frozenset[str]

    @property
    def by(self) -> str:
        """The column that it is distributed by; "" for a table that is not."""
        if self.name in APART:
            return APART[self.name][0]
        return "" if self.name in REFERENCE or self.name in LOCAL else "street"


@dataclass(frozen=True)
class Key:
    """A unique key. `constraint` is empty for a unique index that belongs to none."""

    table: str
    name: str
    columns: tuple[str, ...]
    primary: bool
    constraint: str
    index: str


@dataclass(frozen=True)
class Pointer:
    """A foreign key of one column."""

    name: str
    table: str
    column: str
    to: str
    target: str
    rest: str  # what stands behind the referenced columns


def tables() -> dict[str, Table]:
    """Every table of the houses."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in settings.HOUSES:
            columns = {str(f.column) for f in model._meta.concrete_fields if f.column}
            found[model._meta.db_table] = Table(model._meta.db_table, frozenset(columns))
    return dict(sorted(found.items()))


KEYS = """
SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text,
    array(SELECT coalesce(a.attname, '') FROM unnest(i.indkey::int[]) WITH ORDINALITY k(n, o)
          LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.n ORDER BY k.o)::text[],
    i.indisprimary, coalesce(pg_get_constraintdef(c.oid), ''), pg_get_indexdef(i.indexrelid)
FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype IN ('p', 'u')
WHERE i.indisunique AND i.indrelid::regclass::text = ANY(%s) ORDER BY 1, 2
"""
POINTERS = """
SELECT c.conname, c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text, b.attname,
    pg_get_constraintdef(c.oid)
FROM pg_constraint c
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1]
WHERE c.contype = 'f' AND c.confrelid::regclass::text = ANY(%s) ORDER BY 2, 1
"""


def keys(names: Iterable[str]) -> list[Key]:
    """The unique keys of these tables, as the database has them."""
    with connection.cursor() as cursor:
        cursor.execute(KEYS, [list(names)])
        return [Key(t, n, tuple(c), p, d, i) for t, n, c, p, d, i in cursor.fetchall()]


def pointers(to: Iterable[str]) -> list[Pointer]:
    """The foreign keys that lead to these tables."""
    with connection.cursor() as cursor:
        cursor.execute(POINTERS, [list(to)])
        return [
            Pointer(n, t, c, to, target, definition.partition(")")[2].partition(")")[2])
            for n, t, c, to, target, definition in cursor.fetchall()
        ]


# -- the statements ----------------------------------------------------------------------------


def plan() -> Iterator[str]:
    """Every statement, in the order in which they must run."""
    known = tables()
    spread = [t.name for t in known.values() if t.by]
    leading = [p for p in pointers(spread) if p.table != p.to or known[p.to].by]
    yield "-- Run by the owner, the site stopped, after a backup; then `yimen verify`."
    yield "SET citus.enable_unsafe_triggers TO on; -- the record refuses UPDATE and DELETE by trigger"
    yield "-- 1. foreign keys to what becomes distributed"
    yield from (f"ALTER TABLE {p.table} DROP CONSTRAINT {p.name};" for p in leading)
    yield "-- 2. every unique key of a distributed table begins with its column"
    for key in keys(spread):
        yield from _widened(key, known[key.table].by)
    yield "-- 3. small tables: a copy on every node"
    yield from (f"SELECT create_reference_table('{name}');" for name in _parents_first(REFERENCE))
    yield "-- 4. the rest by street, all together in the same place"
    yield from _distributed(known.values())
    yield "-- 5. foreign keys inside a street"
    yield from (line for p in leading for line in _pointer(p, known))


def _widened(key: Key, by: str) -> Iterator[str]:
    if by in key.columns:
        return
    if not key.constraint:
        yield f"DROP INDEX {key.name};"
        yield re.sub(r"USING btree \(", f"USING btree ({by}, ", key.index, count=1) + ";"
        return
    wider = key.constraint.replace("(", f"({by}, ", 1)
    yield (
        f"ALTER TABLE {key.table} DROP CONSTRAINT {key.name}, ADD CONSTRAINT {key.name} {wider};"
    )


def _parents_first(names: Iterable[str]) -> list[str]:
    """Tables behind those they point to."""
    waiting, done = sorted(names), list[str]()
    needs: dict[str, set[str]] = {name: set() for name in waiting}
    for p in pointers(waiting):
        if p.table in needs and p.table != p.to:
            needs[p.table].add(p.to)
    while waiting:
        ready = [name for name in waiting if needs[name] <= set(done)]
        if not ready:
            raise ValueError(f"these tables point at each other in a ring: {waiting}")
        done += ready
        waiting = [name for name in waiting if name not in ready]
    return done


def _distributed(all_tables: Iterable[Table]) -> Iterator[str]:
    first = ""
    for table in all_tables:
        if not table.by:
            continue
        beside = "none" if table.by != "street" or not first else first
        first = first or (table.name if table.by == "street" else "")
        yield (
            f"SELECT create_distributed_table('{table.name}', '{table.by}', "
            f"colocate_with => '{beside}');"
        )


def _pointer(p: Pointer, known: dict[str, Table]) -> Iterator[str]:
    why = CROSSING.get((p.table, p.column))
    inside = known[p.table].by == known[p.to].by == "street" if p.table in known else False
    if why or not inside:
        reason = why or "from a table that every node has a copy of"
        yield f"-- {p.table}.{p.column} -> {p.to}: none; {reason}"
        return
    yield (
        f"ALTER TABLE {p.table} ADD CONSTRAINT {p.name} FOREIGN KEY (street, {p.column}) "
        f"REFERENCES {p.to} (street, {p.target}){p.rest};"
    )
