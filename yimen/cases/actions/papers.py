"""The paper a decision makes, followed hop by hop in custody (AFF-7, AFF-9): work after the act.

Errands, so that a decision never waits for a label; each looks at what is there and does what is
missing, however often it runs.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from yimen.cases.actions.verb import perform
from yimen.cases.changes import Changes
from yimen.cases.dossier import Dossier, load
from yimen.cases.models import Outcome, Stage
from yimen.custody import actions as custody
from yimen.custody.models import Paper, Parcel
from yimen.lib.actor import system
from yimen.lib.errors import Problem
from yimen.lib.time import now

PRINTED = ("certificate", "document")


def follow(ch: Changes, step: str, **facts: str) -> None:
    """Queue what a step of the case means for its result paper: issued | posted | handed."""
    ch.queue("cases.papers", step, {"number": ch.d.case.number, "step": step, **facts})


@transaction.atomic
def work(payload: dict[str, Any], *, key: str) -> None:
    """Errand: bring the paper to where the case says it is."""
    d = load(payload["number"])
    paper = _paper(d)
    if paper is None:
        return
    by, at = system(d.case.street, "papers"), now()
    here = paper.state == Paper.State.HELD
    if payload["step"] == "posted" and here:
        custody.order_parcel(
            d.case.number, [paper], by=by, at=at, tracking=payload.get("parcel", "")
        )
    elif payload["step"] == "handed" and here:
        custody.hand_over_result(paper, to=d.case.applicant.name, by=by, at=at)


def _paper(d: Dossier) -> Paper | None:
    """The result paper of the case, registered with the body that decided when there is none."""
    if d.case.outcome != Outcome.GRANTED or d.content.result.sort not in PRINTED:
        return None
    known = Paper.objects.filter(case_number=d.case.number, sort=Paper.Sort.RESULT)
    found = known.order_by("created_at").first()
    if found is not None:
        return found
    made = custody.register_papers(
        d.case.number,
        [custody.NewPaper(d.content.result.name.zh or d.content.name.zh, sort=Paper.Sort.RESULT)],
        street=d.case.street,
        body=d.case.lead_id,
        by=system(d.case.street, "papers"),
        at=now(),
    )
    return made[0]


def parcel_delivered(parcel: Parcel, *, at: datetime) -> None:
    """The courier has proof that the result arrived: so it has been delivered."""
    d = load(parcel.case_number)
    if d.case.stage != Stage.DELIVERING:
        return
    try:
        with transaction.atomic():  # the courier's report stands even when this is refused
            perform(d.case.number, "confirm", by=system(d.case.street, "courier"), proof="courier")
    except Problem:  # it was confirmed at the same moment: then it is
        return
