"""What happens without anybody pressing a button; called by ticks, through the lock."""

from __future__ import annotations

from datetime import date, datetime

from yimen.homeservice import queries
from yimen.homeservice.actions.planning import close_route, leave_papers, put_back
from yimen.homeservice.actions.record import lock_route, lock_visit, put_visit, say
from yimen.homeservice.actions.way import left_home
from yimen.homeservice.models import Route, Stop, Visit
from yimen.ledger import rows
from yimen.ledger.together import together
from yimen.lib.actor import Actor


@together()
def remind(visit: Visit, day: date, *, by: Actor, at: datetime) -> bool:
    """The day before, once."""
    row = lock_visit(visit.pk)
    route = queries.route_of(row)
    if row.state != Visit.State.SCHEDULED or route is None or route.day != day:
        return False
    if row.reminded_for == day:
        return False
    put_visit(row, "remind", by=by, at=at, reminded_for=day)
    say(row, "reminder", by=by, at=at, route=route, mark=day.isoformat())
    return True


@together()
def close_day(route: Route, *, by: Actor, at: datetime) -> bool:
    """The day is over, and so is the time for acts that come late. Where nobody went, the visit waits
    for another route; where the end was never pressed, it ended with the last thing on record."""
    row = lock_route(route.pk)
    if not row.is_open:
        return False
    for stop in row.stops.filter(state__in=Stop.OPEN).order_by("visit_id"):
        visit = lock_visit(stop.visit_id)
        if stop.state != Stop.State.MET:
            put_back(visit, stop, row, by=by, at=at)
            continue
        rows.update(Stop, {"id": stop.pk}, state=Stop.State.DONE, ended_at=stop.last_at)
        leave_papers(visit, by=by, at=at)
        left_home(visit, by=by, at=at)
    close_route(row, Route.State.DONE, by=by, at=at)
    return True
