"""What stands behind a figure of the rates and of the month: the same conditions as the counts have."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, Prefetch, Q, QuerySet

from yimen.hotline import perms, queries
from yimen.hotline.models import HelpRequest, LineCall
from yimen.lib.actor import Actor

ANSWERED = Q(case__decided_at__isnull=False) | Q(case__round__gt=1)
LAST = queries.LAST
COUNTS = Q(objection=None) | ~Q(objection__upheld=True)
OF: dict[str, Q | Exists] = {
    "taken": Q(),
    "again": Q(case__round__gt=1),
    "same": Q(event__isnull=False),
    "open": Q(case__closed_at=None),
    "answered": ANSWERED,
    "jobs": ANSWERED & Q(event=None),
    "in_time": ANSWERED & Q(contacted_in_time=True),
    "unasked": ANSWERED & Q(left_out=True),
    "waiting": ANSWERED & queries.TO_ASK,
    "reached": Exists(LAST.filter(COUNTS, reached=True)),
    "unreached": Exists(LAST.filter(reached=False)),
    "excused": Exists(LAST.filter(objection__upheld=True)),
}
GOING_ON = "now"  # stands for a call that has no end yet
PARTS = (*queries.BY, "branch", "all")


def requests(
    actor: Actor, first: date, last: date, *, by: str, key: Any, of: str
) -> QuerySet[HelpRequest]:
    """Requests taken in these days, of one part of them. Somebody asked in two rounds counts twice
    and stands here once, with what was said in each."""
    rows = queries.visible_to(actor).filter(street=actor.street)
    rows = rows.filter(OF[of], taken_at__date__range=(first, last))
    if by == "branch":
        rows = rows.filter(Q(need=key) | Q(need__startswith=f"{key}."))
    elif by == "month":
        rows = rows.annotate(month=queries.part(by)).filter(month=key)
    elif by != "all":
        rows = rows.filter(**{queries.BY[by]: key})
    return rows.select_related("case__lead")


def calls(actor: Actor, first: date, last: date, outcome: str) -> QuerySet[LineCall]:
    """Calls of these days that ended so, or are going on; without an outcome all of them. A call that
    complains of the actor is not among them; of the others only what the actor may open is named."""
    rows = queries.incoming(actor.street if perms.watches(actor) else "")
    rows = rows.filter(queries.of_others(actor))
    rows = rows.filter(rang_at__date__range=(first, last))
    if outcome:
        rows = rows.filter(outcome="" if outcome == GOING_ON else outcome)
    taken = queries.visible_to(actor).select_related("case")
    rows = rows.select_related("operator__party", "recording")
    return rows.prefetch_related(Prefetch("requests", queryset=taken))
