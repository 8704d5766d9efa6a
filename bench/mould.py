"""Moulds for the bulk loader: cases that the product itself has lived, kept as rows with gaps.

A life (submission, acceptance, work, decision, delivery) is lived through the product's own acts
inside a transaction; every row that it wrote is read back and the transaction undone. What differs
between two such cases (ids, numbers, the person) becomes a gap `%(name)s`. So a new column or a
new table of the product is loaded without a word here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from bench import residents
from bench.lives import Life

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# an id, a case number, a digest, a verification code: what may have to become a gap
TOKEN = re.compile(rf"{UUID.pattern}|\b[0-9a-f]{{64}}\b|\b[0-9]{{26}}\b|\b[0-9A-Z]{{12}}\b")
# written by the way, not by the case: queues of the worker, sessions, signs of life
NOT_ROWS = re.compile(r"(procrastinate|django|ledger_heartbeat|cache|cases_counter)")
Rows = dict[str, list[list[str]]]  # table -> rows -> columns as COPY writes them
Columns = dict[str, list[str]]  # table -> names of its columns


@dataclass
class Chained:
    """One entry of the record: what its hash is taken over, and its row but for the hash."""

    stream: str
    values: dict[str, Any]
    row: str


@dataclass
class Mould:
    """Everything of one case, with gaps."""

    shape: str
    centre: str
    day: date
    lines: dict[str, list[str]]  # table -> COPY lines with gaps, the record and parties aside
    chain: list[Chained]
    ids: int  # how many ids a copy needs (gaps u0, u1 ...)
    case: str  # the gap of the case's own id
    codes: int  # how many verification codes (gaps r0, r1 ...)
    facts: str  # what the answers' digest is taken over, after the case's id


@dataclass
class Moulds:
    """All lives, and the person who stands for every resident."""

    columns: Columns = field(default_factory=dict)
    party: dict[str, tuple[list[str], list[Chained]]] = field(default_factory=dict)
    cases: list[Mould] = field(default_factory=list)
    given: dict[tuple[str, date], int] = field(default_factory=dict)  # last serials
    poured: int = 0  # residents made so far


# --- reading back what was written --------------------------------------------------------------


def tables(cursor: Any) -> dict[str, list[str]]:
    """Every table of the product with its columns, in order."""
    cursor.execute(
        "SELECT c.relname, array_agg(a.attname ORDER BY a.attnum) FROM pg_class c "
        "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
        "WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace GROUP BY 1 ORDER BY 1"
    )
    return {name: list(names) for name, names in cursor.fetchall() if not NOT_ROWS.match(name)}


def begun(cursor: Any) -> int:
    """The number of the running transaction; everything it writes carries this or a later one."""
    cursor.execute("SELECT pg_current_xact_id()::text::bigint % 4294967296")
    return int(cursor.fetchone()[0])


def written(cursor: Any, known: Columns, since: int) -> Rows:
    """The rows that transaction `since` and what runs inside it have written."""
    found: Rows = {}
    cursor.execute(
        "SELECT relname FROM pg_stat_xact_user_tables WHERE n_tup_ins + n_tup_upd > 0 "
        "AND schemaname = 'public' ORDER BY 1"
    )
    for table in [name for (name,) in cursor.fetchall() if name in known]:
        text = f'COPY (SELECT * FROM "{table}" WHERE xmin::text::bigint >= {since}) TO STDOUT'
        with cursor.cursor.copy(text) as copy:
            lines = b"".join(bytes(part) for part in copy).decode().splitlines()
        if lines:
            found[table] = [line.split("\t") for line in lines]
    return found


def less(rows: Rows, known: Rows) -> Rows:
    """`rows` without those that stand in `known`."""
    left = {t: [row for row in found if row not in known.get(t, [])] for t, found in rows.items()}
    return {t: found for t, found in left.items() if found}


# --- living -------------------------------------------------------------------------------------


def _actor(username: str) -> Any:
    from yimen.bodies.queries import actor_for
    from yimen.people.models import Account

    return actor_for(Account.objects.get(username=username))


def registered(life: Life) -> Any:
    """The resident of all lives, found or made."""
    from yimen.lib.time import now
    from yimen.people.actions import find_or_register

    person, street = residents.ONLINE - 1, life.centre[:9]
    return find_or_register(
        street,
        name=residents.name(person),
        id_type="resident_id",
        id_number=residents.id_number(person),
        phone=residents.phone(person),
        division=f"{street}001",
        by=_actor(life.clerk),
        at=now(),
    )


def submitted(life: Life, party: Any) -> Any:
    """Hand in, with every paper."""
    from yimen.cases.actions import Given
    from yimen.intake.actions import Visit, Wanted, submit
    from yimen.lib.time import now
    from yimen.matters.queries import content_of, current
    from yimen.places.models import ServicePoint

    matter = current(life.matter)
    given = tuple(Given(m.code, "original") for m in content_of(matter).materials)
    visit = Visit(
        centre=ServicePoint.objects.get(code=life.centre),
        channel="counter",
        applicant=party,
        wanted=(Wanted(matter, {}, given),),
    )
    return submit(visit, by=_actor(life.clerk), at=now())[0]


ARGUMENTS: dict[str, dict[str, Any]] = {
    "finish": {"reason": "情况属实。"},
    "decide": {"outcome": "granted", "reason": "符合规定的条件。"},
    "deliver": {"way": "counter"},
    "confirm": {"proof": "signature"},
}


SORTS = {"accept": "accept", "decide": "decide", "deliver": "deliver", "confirm": "deliver"}


def act(number: str, verb: str) -> None:
    """By whoever holds a seat at the body whose task it is; the first who may."""
    from yimen.bodies.queries import holders_of
    from yimen.cases.actions import perform
    from yimen.cases.models import Task
    from yimen.lib.actor import Can
    from yimen.lib.errors import Forbidden
    from yimen.people.models import Account

    task = Task.objects.get(
        case__number=number, state__in=Task.OPEN, sort=SORTS.get(verb, "review")
    )
    args = dict(ARGUMENTS.get(verb, {}))
    if verb in ("sign", "finish"):
        args["task"] = str(task.pk)
    held = holders_of(task.body_id, (Can.DECIDE, Can.HANDLE, Can.INTAKE, Can.HEAD))
    for username in Account.objects.filter(pk__in=held).values_list("username", flat=True):
        try:
            perform(number, verb, by=_actor(username), **args)
            return
        except Forbidden:
            continue
    raise RuntimeError(f"nobody may {verb}")


def _send_messages(rows: Rows, columns: list[str]) -> None:
    """What the worker would have done by now; PDFs of old cases are not made."""
    from yimen.ledger.jobs import run_errand
    from yimen.ledger.models import Errand
    from yimen.lib.time import now

    for row in rows.get("ledger_errand", []):
        named = dict(zip(columns, row, strict=True))
        if named["name"] == "notices.send":
            run_errand(named["id"])
        else:
            Errand.objects.filter(pk=named["id"]).update(state="done", done_at=now())


def lived(life: Life) -> str:
    """Live it (inside the caller's transaction); returns the case's number."""
    from yimen.lib import time as clock

    with clock.at(life.received):
        number = str(submitted(life, registered(life)).case.number)
    moment = life.received
    for verb in life.acts:
        moment += life.step
        with clock.at(moment):
            act(number, verb)
    return number


def live(life: Life, columns: Columns) -> tuple[Rows, Rows, Any]:
    """Live it and undo it: rows of the person, rows of the case, the case."""
    from django.db import connection, transaction

    from yimen.cases.models import Case
    from yimen.lib import time as clock

    with transaction.atomic(), connection.cursor() as cursor:
        since = begun(cursor)
        before = written(cursor, columns, since)
        with clock.at(life.received):
            registered(life)
        with_person = written(cursor, columns, since)
        number = lived(life)
        with clock.at(life.received + life.step * len(life.acts) + timedelta(minutes=1)):
            _send_messages(written(cursor, columns, since), columns["ledger_errand"])
        rows = less(written(cursor, columns, since), with_person)
        case = Case.objects.get(number=number)
        transaction.set_rollback(True)
    return less(with_person, before), rows, case


# --- making gaps --------------------------------------------------------------------------------


def gaps_of(
    rows: Rows, columns: Columns, known: dict[str, str], prefix: str = "u"
) -> dict[str, str]:
    """Every id that these rows brought, in its own order, -> the name of its gap."""
    ids = {
        row[columns[table].index("id")]
        for table, found in rows.items()
        if "id" in columns[table]
        for row in found
    }
    new = sorted(one for one in ids if UUID.fullmatch(one) and one not in known)
    return known | {one: f"{prefix}{n}" for n, one in enumerate(new)}


def opened(text: str, gaps: dict[str, str]) -> str:
    """`text` as a format string: ids, numbers and codes of the case become gaps."""

    def gap(found: re.Match[str]) -> str:
        name = gaps.get(found[0])
        return f"%({name})s" if name else found[0]

    return TOKEN.sub(gap, text.replace("%", "%%"))


def _plain(text: str) -> str:
    r"""A column as COPY writes it -> the text itself (only \\ occurs: our text has no controls)."""
    return text.replace("\\\\", "\\")


def _chained(row: Sequence[str], columns: list[str], gaps: dict[str, str]) -> Chained:
    named = dict(zip(columns, row, strict=True))
    values: dict[str, Any] = {
        "street": named["street"],
        "stream": opened(named["stream"], gaps),
        "seq": int(named["seq"]),
        "act": named["act"],
        "at": datetime.fromisoformat(named["at"]),
        "recorded_at": datetime.fromisoformat(named["recorded_at"]),
        "account": None if named["account"] == "\\N" else named["account"],
        "power": None if named["power"] == "\\N" else named["power"],
        "data": opened(_plain(named["data"]), gaps),
    }
    line = [
        "%(hash)s" if column == "hash" else opened(value, gaps) for column, value in named.items()
    ]
    return Chained(named["stream"].partition(":")[0], values, "\t".join(line))


def _chain(rows: Rows, columns: list[str], gaps: dict[str, str]) -> list[Chained]:
    at = columns.index("seq")
    found = sorted(rows.pop("ledger_entry"), key=lambda row: int(row[at]))
    return [_chained(row, columns, gaps) for row in found]


PERSON = (
    "name", "name_key", "id_sealed", "id_index", "id_mask", "birth_date", "sex",
    "phone_sealed", "phone_index", "phone_mask",
)  # fmt: skip


def of_party(rows: Rows, columns: Columns) -> tuple[list[str], list[Chained], str]:
    """The lines of a person (its row, its stream), its chain, its id in the mould."""
    party = rows["people_party"][0][columns["people_party"].index("id")]
    gaps = {party: "party"}
    chain = _chain(rows, columns["ledger_entry"], gaps)
    lines = []
    for table in ("people_party", "ledger_stream"):
        line = [
            f"%({column})s" if column in PERSON or column == "hash" else opened(value, gaps)
            for column, value in zip(columns[table], rows[table][0], strict=True)
        ]
        lines.append("\t".join(line))
    return lines, chain, party


def of_case(life: Life, rows: Rows, columns: Columns, party: str, case: Any) -> Mould:
    """The mould of one case out of its rows."""
    from yimen.lib.hashing import canonical

    gaps = gaps_of(rows, columns, {party: "party"})
    ids = len(gaps) - 1
    gaps |= {case.number: "number", case.facts_digest: "facts"}
    codes = [row[columns["cases_result"].index("code")] for row in rows.get("cases_result", [])]
    gaps |= {code: f"r{n}" for n, code in enumerate(codes)}
    chain = _chain(rows, columns["ledger_entry"], gaps)
    special = {
        ("cases_case", "hash"): "hash",
        ("cases_case", "enquiry_no"): "enquiry_no",
        ("cases_case", "enquiry_code"): "enquiry_code",
    }
    lines: dict[str, list[str]] = {table: [] for table in rows}
    for table, found in rows.items():
        for row in found:
            line = []
            for column, value in zip(columns[table], row, strict=True):
                gap = special.get((table, column))
                line.append(f"%({gap})s" if gap else opened(value, gaps))
            lines[table].append("\t".join(line))
    return Mould(
        shape=life.shape,
        centre=life.centre,
        day=life.received.date(),
        lines=lines,
        chain=chain,
        ids=ids,
        case=gaps[str(case.pk)],
        codes=len(codes),
        facts=canonical(case.facts).decode(),
    )


# --- all of them ---------------------------------------------------------------------------------


def make(which: Iterable[Life]) -> Moulds:
    """Live every one of these lives once. Needs a database that holds the demonstration."""
    from django.db import connection

    moulds = Moulds()
    with connection.cursor() as cursor:
        moulds.columns = tables(cursor)
    for life in which:
        person, rows, case = live(life, moulds.columns)
        lines, chain, party = of_party(person, moulds.columns)
        moulds.party.setdefault(life.centre[:9], (lines, chain))
        moulds.cases.append(of_case(life, rows, moulds.columns, party, case))
    return moulds
