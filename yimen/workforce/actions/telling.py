"""What workforce tells people: swaps, leave, gaps two weeks ahead, contracts that end."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from yimen.bodies.models import Contract
from yimen.bodies.queries import holders_in, holders_of
from yimen.lib.actor import Actor, Can
from yimen.notices.actions import tell
from yimen.people.models import Account
from yimen.places.models import ServicePoint
from yimen.workforce import queries
from yimen.workforce.models import Leave, Swap


def tell_person(swap: Swap, template: str, account: UUID, *, by: Actor, at: datetime) -> None:
    """About a swap, to one of the two."""
    tell(
        street=swap.street, template=template, about=f"swap:{swap.pk}",
        facts={"day": swap.duty.day}, key=f"{template}:{swap.pk}:{account}",
        to_account=account, by=by, at=at,
    )  # fmt: skip


def tell_leave(leave: Leave, *, by: Actor, at: datetime) -> None:
    """Approved or not, to whoever asked."""
    approved = leave.state == Leave.State.APPROVED
    template = "roster.leave_approved" if approved else "roster.leave_refused"
    tell(
        street=leave.street, template=template, about=f"leave:{leave.pk}",
        facts={"first": leave.first, "last": leave.last}, key=f"{template}:{leave.pk}",
        to_account=leave.account_id, by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def tell_gaps(place: ServicePoint, *, by: Actor, at: datetime) -> int:
    """What the roster lacks in the next two weeks, once a day, to who plans it. Returns how many
    people were told."""
    first = at.date()
    found = queries.gaps(place, first, first + queries.AHEAD)
    if not found:
        return 0
    missing = sum(one.missing for one in found)
    planners = holders_in(place.street, (Can.COORDINATE,), first)
    for account in planners:
        tell(
            street=place.street, template="roster.gaps", about=f"roster:{place.code}",
            facts={"count": missing, "day": found[0].day},
            key=f"roster.gaps:{place.code}:{first:%Y%m%d}:{account}",
            to_account=account, by=by, at=at,
        )  # fmt: skip
    return len(planners)


BEFORE = (60, 30, 14, 7, 1)  # days before the end of a contract


@transaction.atomic
def tell_ending(contract: Contract, *, by: Actor, at: datetime) -> int:
    """A contract ends soon and none follows: the employer's head and the person are told at 60,
    30, 14, 7 days and the day before, once each. Returns how many people were told."""
    assert contract.valid_until is not None
    left = (contract.valid_until - at.date()).days
    step = min((n for n in BEFORE if n >= left), default=None)
    if step is None:
        return 0
    heads = holders_of(contract.employer_id, (Can.HEAD,), at.date())
    people = [*heads, contract.account_id]
    who = Account.objects.only("username").get(pk=contract.account_id).username
    for account in dict.fromkeys(people):
        tell(
            street=contract.employer.street, template="contract.ends",
            about=f"contract:{contract.pk}", facts={"day": contract.valid_until, "account": who},
            key=f"contract.ends:{contract.pk}:{step}:{account}",
            to_account=account, by=by, at=at,
        )  # fmt: skip
    return len(people)


FURTHEST = timedelta(days=max(BEFORE))
