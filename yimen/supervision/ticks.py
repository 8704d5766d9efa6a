"""What time does: a month ends and sheets are shown; measures come due."""

from __future__ import annotations

from datetime import datetime

from yimen.lib.actor import system
from yimen.lib.rounds import one_by_one
from yimen.supervision import actions, complaints, queries


def shown(moment: datetime) -> int:
    """Tell centres of the sheets that they may read since the month ended."""
    return one_by_one(
        "supervision.shown",
        queries.to_be_shown(moment),
        lambda v: actions.show(v, by=system(v.street, "supervision"), at=moment),
    )


def measures(moment: datetime) -> int:
    """Warn of measures past their day, once a day."""
    return one_by_one(
        "supervision.measures",
        queries.overdue_measures(moment),
        lambda m: actions.warn(m, by=system(m.street, "supervision"), at=moment),
    )


def late(moment: datetime) -> int:
    """Warn of complaints past their term, once a day."""
    return one_by_one(
        "supervision.late",
        complaints.overdue(moment),
        lambda c: actions.warn_complaint(c, by=system(c.street, "supervision"), at=moment),
    )
