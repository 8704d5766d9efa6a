"""Judgements about questions: who may do what in which state, and what time does to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from yimen.lib.spans import Span, working_days

SIGN_WITHIN: Span = working_days(1)
LADDER = ("desk", "window", "officer")
ENOUGH_URGING = 2  # from here on the director is told too


@dataclass(frozen=True, slots=True)
class Owner:
    """Who answers for a question: a body, and the person in it once there is one."""

    body: UUID
    account: UUID | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """An open offer: to whom, and by when it must be signed for."""

    to: Owner
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Question:
    """The facts of an open question that time looks at."""

    first: Owner
    owner: Owner
    due_at: datetime
    urged: int = 0
    offer: Offer | None = None


def with_first_asked(question: Question) -> bool:
    """Is it with whoever was asked first? With the body alone, when that person has left it."""
    same = question.owner.body == question.first.body
    return same and question.owner.account in (question.first.account, None)


class Due(StrEnum):
    """What time does to a question now."""

    NOTHING = "nothing"
    OFFER_BOUNCES = "offer_bounces"  # nobody signed: the offer ends, the owner was owner all along
    OWNER_BOUNCES = "owner_bounces"  # signed and silent: back to the first asked
    URGE = "urge"  # the first asked is silent too: those above are told


def what_is_due(question: Question, moment: datetime) -> Due:
    """The one thing to do at `moment`; asked again afterwards until nothing is left.

    The owner's silence comes before the offer's: an offer does not stop the owner's own clock,
    or two people could keep a question in the air for ever.
    """
    if question.due_at <= moment:
        return Due.URGE if with_first_asked(question) else Due.OWNER_BOUNCES
    if question.offer and question.offer.due_at <= moment:
        return Due.OFFER_BOUNCES
    return Due.NOTHING


def next_action_at(question: Question) -> datetime:
    """When time looks at the question again."""
    if question.offer is None:
        return question.due_at
    return min(question.due_at, question.offer.due_at)


def may_own(body: UUID, owner: Owner, bodies: frozenset[UUID], account: UUID | None) -> bool:
    """Does somebody of `bodies` answer for what `owner` owns? Colleagues may help out."""
    return owner.body in bodies or (account is not None and owner.account == account)


def next_rung(rung: str, *, to_office: bool) -> str:
    """Where on the ladder a question stands once it is handed over. It never climbs down."""
    wanted = "officer" if to_office else "window"
    return max(rung, wanted, key=LADDER.index)


def offer_is_to_itself(owner: Owner, to: Owner, *, climbs: bool = False) -> bool:
    """Handing a question to where it already is would reset nothing and explain nothing. A body
    that has more than one step may hand it up within itself: from the service desk to a window."""
    same = to.account is not None and to.account == owner.account
    return to.body == owner.body and (same or (to.account is None and not climbs))
