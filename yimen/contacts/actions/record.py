"""What every verb of contacts shares: the lock, the entry, the words, the clock, who is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yimen.contacts import queries, rules
from yimen.contacts.models import Enquiry, Handover, Words
from yimen.contacts.rules import Offer, Owner, Question
from yimen.ledger import actions as ledger
from yimen.lib.actor import Actor
from yimen.lib.errors import Refused, Unseen
from yimen.lib.hashing import digest_text, new_salt
from yimen.lib.time import now
from yimen.notices.actions import tell


def locked(enquiry: Enquiry | UUID, by: Actor) -> Enquiry:
    """The question under its lock, if the actor may see it, and only while it is open."""
    pk = enquiry.pk if isinstance(enquiry, Enquiry) else enquiry
    found = queries.visible_to(by).select_for_update(of=("self",)).filter(pk=pk).first()
    if found is None:
        raise Unseen("enquiry")
    refuse_ended(found)
    return found


def refuse_ended(enquiry: Enquiry) -> None:
    """What has an end gets no second one."""
    if not enquiry.is_open:
        raise Refused("enquiry_ended", _("这条咨询已经结束，不能再办理。新的问题请另行登记。"))


def question_of(enquiry: Enquiry, offer: Handover | None) -> Question:
    """The row as the rules see it."""
    return Question(
        first=Owner(enquiry.first_body_id, enquiry.first_account_id),
        owner=Owner(enquiry.owner_body_id, enquiry.owner_account_id),
        due_at=enquiry.due_at,
        urged=enquiry.urged,
        offer=Offer(Owner(offer.to_body_id, offer.to_account_id), offer.due_at) if offer else None,
    )


def save(enquiry: Enquiry, offer: Handover | None, *fields: str) -> None:
    """Write the named columns, and when time looks next."""
    if enquiry.is_open:
        enquiry.next_action_at = rules.next_action_at(question_of(enquiry, offer))
    else:
        enquiry.next_action_at = None
    enquiry.save(update_fields=[*fields, "next_action_at"])


def entry(enquiry: Enquiry, act: str, *, by: Actor, at: datetime, **data: Any) -> None:
    """One entry on the question's stream; it always says who owns it now."""
    body = enquiry.owner_body_id
    power = by.power_for(*[p.can for p in by.powers], body=body)
    ledger.record(
        street=enquiry.street,
        stream=f"enquiry:{enquiry.number}",
        act=act,
        by=by,
        at=at,
        power=power,
        data={
            "state": enquiry.state,
            "owner_body": str(body),
            "owner_account": str(enquiry.owner_account_id) if enquiry.owner_account_id else None,
            **data,
        },
    )


def write(enquiry: Enquiry, sort: str, body: str, *, by: Actor) -> str:
    """Keep words in an erasable row; returns the salted digest for the entry."""
    salt = new_salt()
    Words.objects.create(
        street=enquiry.street,
        enquiry=enquiry,
        sort=sort,
        body=body,
        salt=salt,
        written_at=now(),
        written_by_id=by.account,
    )
    return digest_text(body, salt)


def tell_owner(
    enquiry: Enquiry, template: str, key: str, to: Owner, *, by: Actor, at: datetime
) -> None:
    """Tell the person, or the body when no person is named."""
    target: dict[str, Any] = {"to_account": to.account} if to.account else {"to_body": to.body}
    tell(
        street=enquiry.street,
        template=template,
        facts={"number": enquiry.number, "due": enquiry.due_at},
        about=f"enquiry:{enquiry.number}",
        key=f"enquiry:{enquiry.number}:{key}",
        by=by,
        at=at,
        **target,
    )


def tell_asker(enquiry: Enquiry, template: str, *, by: Actor, at: datetime, **facts: Any) -> None:
    """Tell the asker, where we know how; others look by number and code."""
    if enquiry.asker_id is None:
        return
    tell(
        street=enquiry.street,
        template=template,
        facts={"number": enquiry.number, **facts},
        about=f"enquiry:{enquiry.number}",
        key=f"enquiry:{enquiry.number}:{template}",
        by=by,
        at=at,
        to_party=enquiry.asker_id,
    )
