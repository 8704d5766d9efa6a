"""Who may hand in or take in a submission: pure predicates."""

from __future__ import annotations

from uuid import UUID

from yimen.lib.actor import Actor, Can, Power


def may_take(actor: Actor, counter: UUID) -> bool:
    """Take submissions at this counter: whoever holds its intake power today."""
    return actor.kind == "system" or actor.can(Can.INTAKE, body=counter)


def power_to_take(actor: Actor, counter: UUID) -> Power | None:
    return actor.power_for(Can.INTAKE, body=counter)


def may_hand_in(actor: Actor, applicant: UUID, presenter: UUID | None) -> bool:
    """Residents hand in for themselves, or for somebody whose mandate they hold."""
    return actor.party is not None and actor.party in (applicant, presenter)
