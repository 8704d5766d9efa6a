"""Many more cases than a test could live through, and how many rows a question looks at.

The copies have no record: they are for plans, not for truth.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from yimen.cases.models import Case, Task

OPEN_EACH = 50  # one in so many copies stays open


def gather(count: int) -> None:
    """Copies of the cases and tasks that are there, spread over a year, nearly all closed."""
    closed = f"s.n % {OPEN_EACH} <> 0"
    # text made of the model's own columns and constants
    new_case = {
        "id": "s.id", "number": "'7' || lpad(s.n::text, 25, '0')", "enquiry_no": "'x' || lpad(s.n::text, 7, '0')",
        "received_at": "c.received_at - s.n * interval '10 minutes'",
        "stage": f"CASE WHEN {closed} THEN 'closed' ELSE c.stage END",
        "ending": f"CASE WHEN {closed} THEN 'completed' ELSE '' END",
        "closed_at": f"CASE WHEN {closed} THEN c.received_at END",
        "next_action_at": f"CASE WHEN NOT {closed} THEN c.next_action_at END",
    }  # fmt: skip
    new_task = {
        "id": "gen_random_uuid()", "case_id": "s.id",
        "state": f"CASE WHEN {closed} THEN 'finished' ELSE c.state END",
        "ended_at": f"CASE WHEN {closed} THEN c.offered_at ELSE c.ended_at END",
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE crowd ON COMMIT DROP AS SELECT gen_random_uuid() id, n, "
            "(SELECT array_agg(id) FROM cases_case)[1 + mod(n, (SELECT count(*)::int FROM cases_case))] old "
            "FROM generate_series(1, %s) n",
            [count],
        )
        cursor.execute(_copy(Case, new_case, "c.id = s.old"))
        cursor.execute(_copy(Task, new_task, "c.case_id = s.old"))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ANALYZE cases_case")
        cursor.execute("ANALYZE cases_task")


def _copy(model: Any, new: dict[str, str], on: str) -> str:
    columns = [f.column for f in model._meta.concrete_fields]
    names = ", ".join(f'"{c}"' for c in columns)
    values = ", ".join(new.get(c, f'c."{c}"') for c in columns)
    table = model._meta.db_table
    return f"INSERT INTO {table} ({names}) SELECT {values} FROM crowd s JOIN {table} c ON {on}"


def looked_at(ask: Callable[[], Any]) -> int:
    """The most rows of cases or tasks that one of the statements of `ask` looked at."""
    with CaptureQueriesContext(connection) as asked:
        ask()
    return max(_rows(q["sql"]) for q in asked.captured_queries if q["sql"].startswith("SELECT"))


def _rows(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}")
        found = cursor.fetchone()[0]
    plan = json.loads(found) if isinstance(found, str) else found
    return _sum(plan[0]["Plan"])


def _sum(node: dict[str, Any]) -> int:
    below = sum(_sum(child) for child in node.get("Plans", ()))
    if node.get("Relation Name") not in ("cases_case", "cases_task"):
        return below
    seen = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    return below + int(seen * node["Actual Loops"])
