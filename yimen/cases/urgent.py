"""The worklist of an actor's bodies, the most urgent first, at the cost of one page.

The same way as sight.py: each body is one range of the index of open tasks, which lies in the order
of their due moments; what has no due moment comes after it, in the order in which it was made.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from yimen.cases.models import Task
from yimen.cases.sight import HIDDEN, NOT_HIDDEN, condition
from yimen.lib.actor import Actor

NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # what has no term comes last
ORDER = ("urgent", "id")

_RANGE = """(SELECT x.id, x.urgent FROM unnest(%s::uuid[]) AS scope(key), LATERAL (
    SELECT cases_task.id, {urgent} AS urgent FROM {tables}
    WHERE cases_task.body_id = scope.key AND cases_task.state IN ('offered', 'signed')
    AND cases_task.due_at IS {null}NULL{where}{beyond}
    ORDER BY cases_task.due_at {way}, cases_task.id {way} LIMIT %s) x)"""
_DATED = {"urgent": "cases_task.due_at", "null": "NOT "}
_UNDATED = {"urgent": "'9999-01-01 00:00:00+00'::timestamptz", "null": ""}


class OpenTasks:
    """Those of `tasks` (filtered, not ordered) that lie open with one of `bodies`, as a source for
    `look.paging.page` with the keys ORDER. `fetch` reads the rows of the ids it is given, each
    with `urgent`: its due moment, or NEVER."""

    def __init__(
        self,
        actor: Actor,
        bodies: frozenset[UUID],
        tasks: QuerySet[Task],
        fetch: Callable[[RawSQL], list[Any]],
    ) -> None:
        self.actor, self.bodies, self.fetch = actor, list(bodies), fetch
        self.tables, self.where, self.params = condition(tasks)

    def after(self, values: list[Any] | None, back: bool, limit: int) -> list[Any]:
        if not self.bodies or self.where is None:
            return []
        rows = self.fetch(self._ids(values, back, limit))
        return sorted(rows, key=lambda row: (row.urgent, row.id), reverse=back)

    def count(self) -> int:
        raise NotImplementedError("the tabs of the worklist count")

    def _ids(self, values: list[Any] | None, back: bool, limit: int) -> RawSQL:
        params: list[Any] = [list(self.actor.bodies())]
        ranges = []
        for kind in (_DATED, _UNDATED):
            beyond, begun = _beyond(kind, values, back)
            ranges.append(
                _RANGE.format(
                    **kind,
                    tables=self.tables,
                    where=NOT_HIDDEN.format(id="cases_task.case_id") + (self.where or ""),
                    beyond=beyond,
                    way="DESC" if back else "ASC",
                )
            )
            params += [self.bodies, *self.params, *begun, limit]
        way = "DESC" if back else "ASC"
        sql = (
            f"{HIDDEN} SELECT id FROM ({' UNION ALL '.join(ranges)}) found "  # noqa: S608
            f"ORDER BY urgent {way}, id {way} LIMIT %s"
        )
        return RawSQL(sql, [*params, limit])  # noqa: S611 - values travel beside the text


def _beyond(kind: Any, values: list[Any] | None, back: bool) -> tuple[str, list[Any]]:
    """The part of a range beyond the last row seen, and its parameters."""
    if values is None:
        return "", []
    than, (urgent, id) = "<" if back else ">", values
    if kind is _DATED:
        return f" AND (cases_task.due_at, cases_task.id) {than} (%s, %s)", [urgent, id]
    if urgent == NEVER:
        return f" AND cases_task.id {than} %s", [id]
    return (" AND FALSE" if back else ""), []
