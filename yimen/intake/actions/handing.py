"""Hand on and hand over: papers to the bodies that lead, results of a bundle to the applicant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from yimen.cases.actions import perform
from yimen.cases.models import Case, Stage
from yimen.custody.actions import send
from yimen.custody.models import Paper, Transfer
from yimen.intake.models import Draft
from yimen.lib.actor import Actor


@transaction.atomic
def pass_on(draft: Draft, cases: Sequence[Case], *, by: Actor, at: datetime) -> list[Transfer]:
    """Send the papers of a visit to the bodies that lead its cases, each case with its own slip.
    What the counter itself decides stays where it is."""
    held: dict[str, list[Paper]] = {}
    for paper in Paper.objects.filter(case_number__in=draft.numbers, state=Paper.State.HELD):
        held.setdefault(paper.case_number, []).append(paper)
    going = {
        c.number: [p for p in held.get(c.number, []) if p.holder_id != c.lead_id] for c in cases
    }
    return [send(going[c.number], c.lead.code, by=by, at=at) for c in cases if going[c.number]]


@transaction.atomic
def hand_over(cases: Sequence[Case], *, by: Actor, at: datetime) -> None:
    """Delivered at the counter and confirmed by whoever stands there: all of them or none."""
    for case in cases:
        if case.stage == Stage.DECIDED:
            perform(case.number, "deliver", by=by, at=at, way="counter")
        perform(case.number, "confirm", by=by, at=at, proof="signed")
