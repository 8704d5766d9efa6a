"""Hand-overs: offered, then signed for, declined, or taken back. Only a signature moves a
question to another owner, in the same statement that names the new one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yimen.bodies.models import Body
from yimen.contacts import perms, queries, reckoning, rules
from yimen.contacts.actions.record import entry, locked, save, tell_owner, write
from yimen.contacts.models import Enquiry, Handover, Words
from yimen.contacts.rules import Owner
from yimen.lib.actor import Actor
from yimen.lib.errors import Forbidden, Invalid, Refused
from yimen.people.models import Account

State = Handover.State


@transaction.atomic
def offer(
    enquiry: Enquiry | UUID,
    *,
    to_body: Body,
    by: Actor,
    at: datetime,
    to_account: Account | None = None,
    reason: str = Handover.Reason.COMPETENCE,
    note: str = "",
) -> Handover:
    """Offer the question. The owner stays the owner until somebody has signed."""
    found = locked(enquiry, by)
    _must_work(found, by)
    if queries.offer_of(found):
        raise Refused("already_offered", _("这条咨询正在等待签收。请先收回，再转交给别人。"))
    owner = Owner(found.owner_body_id, found.owner_account_id)
    to = Owner(to_body.pk, to_account.pk if to_account else None)
    rung = rules.next_rung(found.rung, to_office=to_body.sort != Body.Sort.CENTRE)
    if rules.offer_is_to_itself(owner, to, climbs=rung != found.rung):
        raise Invalid("offer_to_itself", _("这条咨询已经在该单位名下，请选择其他单位或人员。"))
    if to_body.street != found.street:
        raise Invalid("other_street", _("只能转交给本街道的单位。"))
    span = reckoning.after(found.street, at, rules.SIGN_WITHIN)
    handover = Handover.objects.create(
        street=found.street,
        enquiry=found,
        from_account_id=by.account,
        from_body_id=found.owner_body_id,
        to_body=to_body,
        to_account=to_account,
        rung=rung,
        reason=reason,
        offered_at=at,
        due_at=span.at,
    )
    save(found, handover)
    digest = write(found, Words.Sort.NOTE, note, by=by) if note.strip() else ""
    entry(
        found, "offered", by=by, at=at, handover=str(handover.pk), to_body=str(to_body.pk),
        to_account=str(to_account.pk) if to_account else None, reason=reason, text=digest,
    )  # fmt: skip
    tell_owner(found, "enquiry.offered", f"offered:{handover.pk}", to, by=by, at=at)
    return handover


@transaction.atomic
def sign(handover: Handover | UUID, *, by: Actor, at: datetime) -> Enquiry:
    """Take the question over. From here the signer answers for it, within the term of its step."""
    found, offered = _offered(handover, by)
    if not perms.may_sign(by, offered):
        raise Forbidden("sign", _("这条咨询是转交给别人的，只有对方可以签收。"))
    span = reckoning.to_answer(found.street, at, offered.rung)
    before = Owner(found.owner_body_id, found.owner_account_id)
    _end(offered, State.SIGNED, signed_at=at, signed_by_id=by.account)
    found.owner_body_id, found.owner_account_id = offered.to_body_id, by.account
    found.owned_since, found.due_at = at, span.at
    found.due_provisional, found.rung = span.provisional, offered.rung
    save(
        found, None,
        "owner_body", "owner_account", "owned_since", "due_at", "due_provisional", "rung",
    )  # fmt: skip
    entry(found, "signed", by=by, at=at, handover=str(offered.pk), due_at=found.due_at.isoformat())
    tell_owner(found, "enquiry.signed", f"signed:{offered.pk}", before, by=by, at=at)
    return found


@transaction.atomic
def decline(handover: Handover | UUID, *, by: Actor, at: datetime, note: str = "") -> Enquiry:
    """Say no; the question stays where it is."""
    found, offered = _offered(handover, by)
    if not perms.may_sign(by, offered):
        raise Forbidden("decline", _("这条咨询是转交给别人的，只有对方可以谢绝。"))
    if not note.strip():
        raise Invalid("decline_needs_reason", _("请写明谢绝的理由，便于对方另找负责单位。"))
    _end(offered, State.DECLINED, declined_at=at)
    save(found, None)
    digest = write(found, Words.Sort.NOTE, note, by=by)
    entry(found, "declined", by=by, at=at, handover=str(offered.pk), text=digest)
    owner = Owner(found.owner_body_id, found.owner_account_id)
    tell_owner(found, "enquiry.declined", f"declined:{offered.pk}", owner, by=by, at=at)
    return found


@transaction.atomic
def withdraw_offer(handover: Handover | UUID, *, by: Actor, at: datetime) -> Enquiry:
    """Take an offer back that nobody has signed yet."""
    found, offered = _offered(handover, by)
    _must_work(found, by)
    _end(offered, State.WITHDRAWN, withdrawn_at=at)
    save(found, None)
    entry(found, "offer_withdrawn", by=by, at=at, handover=str(offered.pk))
    return found


def _offered(handover: Handover | UUID, by: Actor) -> tuple[Enquiry, Handover]:
    """The question under its lock and the offer as it stands now."""
    pk = handover.pk if isinstance(handover, Handover) else handover
    enquiry = Handover.objects.filter(pk=pk).values_list("enquiry", flat=True).first()
    found = locked(enquiry, by) if enquiry else None
    offered = queries.offer_of(found) if found else None
    if found is None or offered is None or offered.pk != pk:
        raise Refused(
            "not_offered", _("这次转交已经结束（已签收、谢绝、收回或退回），请刷新页面。")
        )
    return found, offered


def _end(offered: Handover, state: str, **fields: object) -> None:
    offered.state = state
    for name, value in fields.items():
        setattr(offered, name, value)
    offered.save(update_fields=["state", *(name.removesuffix("_id") for name in fields)])


def _must_work(enquiry: Enquiry, by: Actor) -> None:
    if not perms.may_work(by, enquiry):
        raise Forbidden(
            "enquiry", _("这条咨询现在由别人负责，只有负责人、其同事或协调员可以办理。")
        )
