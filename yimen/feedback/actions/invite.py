"""Whoever was served is asked how it was: once a contact, by a link that ends; and no more when
they say so."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from yimen.feedback import rules
from yimen.feedback.models import Invitation, Unasked
from yimen.feedback.queries import Rateable
from yimen.ledger import actions as ledger
from yimen.ledger import rows
from yimen.lib.actor import Actor
from yimen.lib.ids import new_id
from yimen.matters.queries import some
from yimen.notices.actions import tell
from yimen.people.models import Party

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is taken for another


@transaction.atomic
def invite(subject: Rateable, party: UUID, *, by: Actor, at: datetime) -> bool:
    """Ask once. False when somebody has asked already, or the party wants none."""
    if Unasked.objects.filter(party=party).exists():
        return False
    made = {
        "id": new_id(), "street": subject.street, "subject": subject.sort, "ref": subject.ref,
        "code": "".join(secrets.choice(LETTERS) for _ in range(10)), "party_id": party,
        "sent_at": at, "expires_at": at + timedelta(days=rules.LINK_DAYS),
    }  # fmt: skip
    if not rows.insert(Invitation, [made], ignore_conflict=True, returning="id"):
        return False
    ledger.record(
        street=subject.street, stream=f"invitation:{made['id']}", act="invited", by=by, at=at,
        data={"subject": subject.sort},
    )  # fmt: skip
    phone = bool(Party.objects.filter(pk=party).exclude(phone_mask="").exists())
    version = some([subject.matter]).get(subject.matter) if subject.matter else None
    tell(
        street=subject.street, template="rating.invite", about=f"invitation:{made['id']}",
        key=f"invitation:{made['id']}", to_party=party, channel="sms" if phone else "inbox",
        facts={
            "what": {"zh": version.name, "en": version.name_en} if version else None,
            "link": f"rate/i/{made['code']}", "until": made["expires_at"],
        },
        by=by, at=at,
    )  # fmt: skip
    return True


@transaction.atomic
def stop_asking(invitation: Invitation, *, by: Actor, at: datetime) -> None:
    """Whoever holds the link wants no more of them."""
    rows.insert(Unasked, [{"party_id": invitation.party_id, "at": at}], ignore_conflict=True)
    _record(invitation, "unasked", by=by, at=at)


@transaction.atomic
def ask_again(invitation: Invitation, *, by: Actor, at: datetime) -> None:
    """They may be asked again after all."""
    Unasked.objects.filter(party=invitation.party_id).delete()
    _record(invitation, "asked_again", by=by, at=at)


def _record(invitation: Invitation, act: str, *, by: Actor, at: datetime) -> None:
    ledger.record(
        street=invitation.street, stream=f"invitation:{invitation.pk}", act=act, by=by, at=at,
        data={},
    )  # fmt: skip
