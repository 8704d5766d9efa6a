"""The floor: the same rows as the product's own, written and read by plain SQL.

What an intake or an act writes is read back from the product (`mould`), so that the floor keeps
writing the same rows when the product changes. All inserts of a transaction are one statement
(WITH ... INSERT), which is as few round trips as there can be. Rows of the floor carry a street
of their own and are taken away afterwards: their chains are not real.
"""

from __future__ import annotations

import json
import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from psycopg import sql

from bench import place
from bench.mould import Columns, Rows, gaps_of, opened
from yimen.lib.ids import new_id

STREET = "990000000"
Special = dict[tuple[str, str], str]
NAMES = "queue_name, task_name, args"
JOB = f"INSERT INTO procrastinate_jobs ({NAMES}) VALUES ('errands', 'yimen.errand', %s)"
Request = list[tuple[int, list[Any]]]
Cells = list[tuple[str | None, bool]]  # a parameter, or a format string with gaps


@dataclass
class Kind:
    """The statements of one kind of request, in a file that clients and the bare view read."""

    name: str
    texts: list[str]

    @property
    def path(self) -> Path:
        return place.VAR / f"{self.name}.sql.json"

    def save(self) -> None:
        self.path.write_text(json.dumps(self.texts), encoding="utf-8")


def value(text: str) -> str | None:
    """A column as COPY wrote it -> what a parameter says."""
    return None if text == "\\N" else text.replace("\\\\", "\\")


def cells(rows: Rows, columns: Columns, gaps: dict[str, str], special: Special) -> Cells:
    """The parameters of these rows, in order; what differs between two copies is a gap."""
    found: Cells = []
    for table, lines in rows.items():
        for line in lines:
            for column, text in zip(columns[table], line, strict=True):
                if column == "street":
                    found.append((STREET, False))
                    continue
                gap = special.get((table, column)) if text != "\\N" else None
                filled = gap.replace("*", text.rpartition(":")[2]) if gap else opened(text, gaps)
                same = filled.replace("%%", "%") == text
                found.append((value(text), False) if same else (value(filled), True))
    return found


def fill(pattern: Cells, gaps: dict[str, Any]) -> list[Any]:
    return [text % gaps if text and gap else text for text, gap in pattern]


def inserts(rows: Rows, columns: Columns) -> list[str]:
    """One INSERT a table."""
    found = []
    for table, lines in rows.items():
        names = ", ".join(f'"{name}"' for name in columns[table])
        one = "(" + ", ".join(["%s"] * len(columns[table])) + ")"
        found.append(f'INSERT INTO "{table}" ({names}) VALUES {", ".join([one] * len(lines))}')
    return found


def together(parts: Sequence[str]) -> str:
    """Several writing statements as one."""
    named = ", ".join(f"w{n} AS ({part})" for n, part in enumerate(parts[:-1]))
    return f"WITH {named} {parts[-1]}" if named else parts[-1]


SIGNS = string.ascii_letters + string.digits
SPECIAL: Special = {
    ("cases_case", "enquiry_no"): "%(short)s",
    ("cases_case", "hash"): "%(noise)s",
    ("ledger_entry", "hash"): "%(noise)s",
    ("ledger_entry", "seq"): "%(k)s",
    ("ledger_stream", "hash"): "%(noise)s",
    ("people_party", "id_index"): "%(noise)s",
    ("people_party", "phone_index"): "%(noise)s",
    ("ledger_errand", "key"): "%(number)s:%(k)s:*",
    ("notices_message", "key"): "%(number)s:%(k)s:*",
    ("cases_task", "attempt"): "%(k)s",
    ("cases_result", "code"): "%(code)s",
    # a case has one valid result, and the floor decides the same case again and again
    ("cases_result", "state"): "revoked",
}
STOCK: Special = {where: gap for where, gap in SPECIAL.items() if "%(k)s" not in gap}


class Copier:
    """Gaps of fresh copies: ids, numbers, noise for hashes and blind indexes."""

    def __init__(self, ids: Sequence[str]) -> None:
        self.ids = list(ids)

    def gaps(self, **known: Any) -> dict[str, Any]:
        gaps: dict[str, Any] = {name: str(new_id()) for name in self.ids}
        gaps["number"] = "9" + str(secrets.randbelow(10**25)).zfill(25)
        gaps["short"] = "x" + "".join(secrets.choice(SIGNS) for _ in range(7))
        gaps["code"] = secrets.token_hex(6).upper()
        gaps["noise"] = "\\x" + secrets.token_hex(32)
        return gaps | {"k": 1} | known


# --- intake -------------------------------------------------------------------------------------


class Written:
    """What one submission wrote, as one statement and its parameters with gaps."""

    def __init__(self, rows: Rows, columns: Columns, number: str) -> None:
        jobs = len(rows.pop("procrastinate_jobs", []))
        gaps = gaps_of(rows, columns, {}) | {number: "number"}
        ids = columns["ledger_errand"].index("id")
        self.copier = Copier([gap for gap in gaps.values() if gap != "number"])
        self.cells = cells(rows, columns, gaps, SPECIAL)
        self.errands = [gaps[row[ids]] for row in rows.get("ledger_errand", [])][:jobs]
        self.text = together([*inserts(rows, columns), *[JOB] * len(self.errands)])

    def parameters(self, gaps: dict[str, Any]) -> list[Any]:
        jobs = [json.dumps({"errand_id": gaps[errand]}) for errand in self.errands]
        return fill(self.cells, gaps) + jobs


class Intake:
    """BEGIN, is the person known, the counter's row, every row of the case, COMMIT; every second
    time the person is known already."""

    FIND = "SELECT id FROM people_party WHERE street = %s AND id_type = %s AND id_index = %s"
    COUNT = (
        "INSERT INTO cases_counter (centre, day, last) VALUES (%s, current_date, 1) "
        "ON CONFLICT (centre, day) DO UPDATE SET last = cases_counter.last + 1 RETURNING last"
    )

    def __init__(self, new: Written, known: Written) -> None:
        self.sorts = (new, known)
        texts = ["BEGIN", self.FIND, self.COUNT, new.text, known.text, "COMMIT"]
        self.kind = Kind("intake", texts)

    def request(self, centre: str, n: int) -> Request:
        written = self.sorts[n % 2]
        gaps = written.copier.gaps()
        find = [STREET, "resident_id", gaps["noise"]]
        rows = (3 + n % 2, written.parameters(gaps))
        return [(0, []), (1, find), (2, [centre]), rows, (5, [])]


# --- act ----------------------------------------------------------------------------------------


class Act:
    """BEGIN, the case's row under a lock, what the act changes and adds, COMMIT; finishing a task
    and deciding in turn, as the product's clients do.

    Each client acts on cases of its own, again and again; `k` counts, so that entries and attempts
    stay unique.
    """

    LOCK = "SELECT * FROM cases_case WHERE number = %s FOR UPDATE"

    def __init__(self, states: Sequence[Rows], columns: Columns, number: str) -> None:
        """`states`: everything the case has before the first act and after each."""
        jobs = [len(rows.pop("procrastinate_jobs", [])) for rows in states]
        known = gaps_of(states[0], columns, {}) | {number: "number"}
        self.moves = []
        for n, (before, after) in enumerate(pairwise(states)):
            more = jobs[n + 1] - jobs[n]
            self.moves.append(Move(before, after, columns, known, more))
            if n + 2 < len(states):  # the next act builds on what this one wrote
                known = gaps_of(after, columns, known, prefix="s")
        stock = states[-2]
        self.stock_ids = [gap for gap in known.values() if gap != "number"]
        self.stock_cells = cells(stock, columns, known, STOCK)
        self.stock_text = together(inserts(stock, columns))
        texts = ["BEGIN", self.LOCK, *(move.text for move in self.moves), "COMMIT"]
        self.kind = Kind("act", texts)

    def stock(self, connection: Any, count: int) -> list[dict[str, Any]]:
        """Put so many cases there to act upon; returns their gaps."""
        found = []
        for _n in range(count):
            gaps = Copier(self.stock_ids).gaps()
            connection.execute(self.stock_text, fill(self.stock_cells, gaps))
            found.append(gaps)
        return found

    def request(self, case: dict[str, Any], k: int) -> Request:
        n = k % len(self.moves)
        rows = (2 + n, self.moves[n].parameters(case, k))
        return [(0, []), (1, [case["number"]]), rows, (2 + len(self.moves), [])]


class Move:
    """What one act changes and adds, as one statement and its parameters with gaps."""

    def __init__(
        self, before: Rows, after: Rows, columns: Columns, known: dict[str, str], jobs: int
    ) -> None:
        changed, added = _compared(before, after, columns)
        gaps = gaps_of(added, columns, known, prefix="n")
        self.fresh = Copier(
            [gap for gap in gaps.values() if gap.startswith("n") and gap[1:].isdigit()]
        )
        self.cells, parts = [], []
        for table, line, names in changed:
            parts.append(_update(table, names))
            picked = [line[columns[table].index(name)] for name in (*names, "id")]
            self.cells += cells({table: [picked]}, {table: [*names, "id"]}, gaps, SPECIAL)
        self.cells += cells(added, columns, gaps, SPECIAL)
        ids = columns["ledger_errand"].index("id")
        self.errands = [gaps[row[ids]] for row in added.get("ledger_errand", [])][:jobs]
        parts += [*inserts(added, columns), *[JOB] * len(self.errands)]
        self.text = together(parts)

    def parameters(self, case: dict[str, Any], k: int) -> list[Any]:
        gaps = case | self.fresh.gaps(number=case["number"], k=k)
        jobs = [json.dumps({"errand_id": gaps[errand]}) for errand in self.errands]
        return fill(self.cells, gaps) + jobs


def _compared(before: Rows, after: Rows, columns: Columns) -> tuple[list[Any], Rows]:
    """Rows that changed, with the names of their changed columns, and rows that are new."""
    changed: list[Any] = []
    added: Rows = {}
    for table, lines in after.items():
        ids = columns[table].index("id") if "id" in columns[table] else -1
        old = {line[ids]: line for line in before.get(table, [])} if ids >= 0 else {}
        for line in lines:
            if line in before.get(table, []):
                continue
            if ids >= 0 and line[ids] in old:
                pairs = zip(columns[table], line, old[line[ids]], strict=True)
                changed.append((table, line, [name for name, new, was in pairs if new != was]))
            else:
                added.setdefault(table, []).append(line)
    return changed, added


def _update(table: str, names: Sequence[str]) -> str:
    sets = ", ".join(f'"{name}" = %s' for name in names)
    return f'UPDATE "{table}" SET {sets} WHERE id = %s'


# --- reading ------------------------------------------------------------------------------------

TRACK = Kind(
    "track",
    [
        "SELECT * FROM cases_case WHERE number = %s",
        "SELECT seq, act, at, data FROM ledger_entry WHERE street = %s AND stream = %s ORDER BY seq",
    ],
)
WORKLIST = Kind(
    "worklist",
    [
        """
        WITH mine AS (SELECT unnest(%s::uuid[]) AS body),
        top AS (
            SELECT t.* FROM mine, LATERAL (
                SELECT id, case_id, name, state, due_at FROM cases_task
                WHERE body_id = mine.body AND state IN ('offered', 'signed')
                AND (due_at, id) > (%s::timestamptz, %s::uuid)
                ORDER BY due_at, id LIMIT 21
            ) t ORDER BY t.due_at, t.id LIMIT 21
        ),
        counted AS (
            SELECT count(*) AS n FROM (
                SELECT 1 FROM mine, LATERAL (
                    SELECT 1 FROM cases_task
                    WHERE body_id = mine.body AND state IN ('offered', 'signed') LIMIT 1000
                ) each_body LIMIT 1000
            ) few
        )
        SELECT top.id, top.name, top.state, top.due_at, c.number, c.matter_code, c.stage,
            c.received_at, c.promised_due_on, c.statutory_due_on, c.version, m.name, counted.n
        FROM top JOIN cases_case c ON c.id = top.case_id
        JOIN matters_matterversion m ON m.id = c.matter_id, counted
        ORDER BY top.due_at, top.id
        """
    ],
)


def clear() -> None:
    """Take the floor's rows away again. The record refuses DELETE, so triggers are put aside."""
    with place.superuser(place.NAME) as connection:
        connection.execute("SET session_replication_role = replica")
        tables = connection.execute(
            "SELECT table_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND column_name = 'street'"
        ).fetchall()
        for (table,) in tables:
            connection.execute(
                sql.SQL("DELETE FROM {} WHERE street = %s").format(sql.Identifier(str(table))),
                [STREET],
            )
        connection.execute(
            "DELETE FROM procrastinate_jobs j WHERE task_name = 'yimen.errand' AND NOT EXISTS "
            "(SELECT 1 FROM ledger_errand e WHERE e.id = (j.args->>'errand_id')::uuid)"
        )
