"""Who may rate and who may answer: predicates on the actor."""

from __future__ import annotations

from uuid import UUID

from yimen.feedback.models import FollowUp
from yimen.lib.actor import Actor, Can

ABOVE = (Can.DIRECT, Can.COORDINATE, Can.SUPERVISE, Can.AUDIT)
REVIEWERS = (Can.SUPERVISE, Can.DIRECT)


def may_rate(actor: Actor) -> bool:
    """The people served, never those who serve: no staff account rates or says "solved"."""
    return actor.kind in ("resident", "anonymous")


def may_answer(actor: Actor, followup: FollowUp) -> bool:
    """The rated body answers for itself."""
    return actor.kind == "staff" and followup.body_id in actor.bodies(
        Can.HEAD, Can.DECIDE, Can.HANDLE, Can.INTAKE, Can.DIRECT, Can.COORDINATE
    )


def may_decide_appeal(actor: Actor, followup: FollowUp) -> bool:
    """A reviewer of the street who does not sit in the rated body."""
    inside = followup.body_id in actor.bodies()
    return actor.street == followup.street and actor.can(*REVIEWERS) and not inside


def may_propose(actor: Actor, followup: FollowUp) -> bool:
    """The rated body offers its answer to everybody; so do those who review."""
    above = actor.street == followup.street and actor.can(*REVIEWERS)
    return may_answer(actor, followup) or above


def may_check(actor: Actor, followup: FollowUp, proposed_by: UUID | None) -> bool:
    """A second person of those who review looks before everybody does (the database asks too)."""
    above = actor.street == followup.street and actor.can(*REVIEWERS)
    return above and actor.account is not None and actor.account != proposed_by
