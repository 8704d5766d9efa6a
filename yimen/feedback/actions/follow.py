"""What follows a bad rating: a call, a reply, the fix; or an appeal, and its decision."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yimen.bodies.models import Body
from yimen.bodies.queries import centre_body
from yimen.feedback import perms, queries, reckoning
from yimen.feedback.models import FollowUp, Rating, Reply
from yimen.ledger import actions as ledger
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused, Unseen
from yimen.lib.hashing import digest_text, new_salt
from yimen.notices.actions import tell

State = FollowUp.State


@transaction.atomic
def call_back(followup: FollowUp | UUID, *, text: str, by: Actor, at: datetime) -> FollowUp:
    """The rater was called; only a rater who gave a name can be."""
    found = _answering(followup, by)
    if found.call_back_due is None:
        raise Refused("not_named", _("评价人没有留名，不能回访；请直接整改并写明结果。"))
    if found.called_at:
        raise Refused("called", _("已经登记过回访。"))
    _write(found, Reply.Sort.CALL, text, by=by, at=at)
    found.called_at = at
    found.next_action_at = found.fix_due
    found.save(update_fields=["called_at", "next_action_at"])
    return found


@transaction.atomic
def reply(followup: FollowUp | UUID, *, text: str, by: Actor, at: datetime) -> FollowUp:
    """Explain; it ends nothing."""
    found = _answering(followup, by)
    _write(found, Reply.Sort.REPLY, text, by=by, at=at)
    return found


@transaction.atomic
def fix(followup: FollowUp | UUID, *, text: str, by: Actor, at: datetime) -> FollowUp:
    """What was wrong has been put right; the rater may rate once more."""
    found = _answering(followup, by)
    if found.state != State.OPEN:
        raise Refused("appealed", _("申诉正在复核，复核结束后才能登记整改。"))
    if found.call_back_due and not found.called_at:
        raise Refused("call_first", _("评价人留了名，请先回访，再登记整改。"))
    _write(found, Reply.Sort.FIX, text, by=by, at=at)
    found.state, found.fixed_at, found.next_action_at = State.FIXED, at, None
    found.save(update_fields=["state", "fixed_at", "next_action_at"])
    _tell_rater(found, by, at)
    return found


@transaction.atomic
def appeal(followup: FollowUp | UUID, *, text: str, by: Actor, at: datetime) -> FollowUp:
    """The rated body says the rating is mistaken or false: once, within five working days."""
    found = _answering(followup, by)
    if found.appealed_at:
        raise Refused("appealed_before", _("同一评价只能申诉一次。"))
    if at > found.appeal_due:
        raise Refused("appeal_late", _("申诉期限（五个工作日）已过，请按评价整改。"))
    _write(found, Reply.Sort.APPEAL, text, by=by, at=at)
    found.state, found.appealed_at = State.APPEALED, at
    found.next_action_at = reckoning.appeal(found.street, at)
    found.save(update_fields=["state", "appealed_at", "next_action_at"])
    for body in _reviewers(found):
        _tell(found, "rating.appealed", "appealed", body, by=by, at=at)
    return found


@transaction.atomic
def decide_appeal(
    followup: FollowUp | UUID, *, mistaken: bool, text: str, by: Actor, at: datetime
) -> FollowUp:
    """A reviewer from outside the body decides. A mistaken rating is counted apart, not erased."""
    found = _locked(followup, by)
    if not perms.may_decide_appeal(by, found):
        raise Forbidden("appeal", _("申诉由本单位以外的中心主任或行风监督员复核。"))
    if found.state != State.APPEALED:
        raise Refused("no_appeal", _("没有待复核的申诉。"))
    _write(found, Reply.Sort.DECISION, text, by=by, at=at)
    found.outcome = FollowUp.Outcome.MISTAKEN if mistaken else FollowUp.Outcome.UPHELD
    found.decided_at, found.decided_by_id = at, by.account
    found.state = State.CLOSED if mistaken else State.OPEN
    found.next_action_at = None if mistaken else max(found.fix_due, at)
    found.save(update_fields=["outcome", "decided_at", "decided_by", "state", "next_action_at"])
    if mistaken:
        Rating.objects.filter(pk=found.rating_id).update(mistaken=True)
    _tell(found, "rating.appeal_decided", "appeal_decided", found.body_id, by=by, at=at)
    return found


@transaction.atomic
def warn(followup: UUID, *, by: Actor, at: datetime) -> int:
    """A deadline has passed: the body and those above it are told, again every working day."""
    found = FollowUp.objects.select_for_update(skip_locked=True).filter(pk=followup).first()
    if found is None or found.next_action_at is None or found.next_action_at > at:
        return 0
    template = _overdue(found, at)
    for body in {found.body_id, *_reviewers(found)}:
        _tell(found, template, f"{template}:{found.warned}:{body}", body, by=by, at=at)
    found.warned += 1
    again = reckoning.warn_again(found.street, at)
    found.next_action_at = again if at >= found.fix_due else min(again, found.fix_due)
    found.save(update_fields=["warned", "next_action_at"])
    _record(found, "followup_warned", by=by, at=at, template=template, count=found.warned)
    return 1


def _overdue(followup: FollowUp, at: datetime) -> str:
    if followup.state == State.APPEALED:
        return "rating.appealed"
    waiting = followup.call_back_due is not None and followup.called_at is None
    return "rating.call_back_due" if waiting and at < followup.fix_due else "rating.fix_due"


def _reviewers(followup: FollowUp) -> set[UUID]:
    """The centre that answers for the hall, and the supervisors of conduct."""
    rating = followup.rating
    centre = centre_body(rating.centre_id) if rating.centre_id else None
    supervisors = Body.objects.filter(street=followup.street, sort=Body.Sort.SUPERVISION)
    found = set(supervisors.values_list("pk", flat=True)[:5])
    return (found | ({centre.pk} if centre else set())) - {followup.body_id}


def _locked(followup: FollowUp | UUID, by: Actor) -> FollowUp:
    pk = followup.pk if isinstance(followup, FollowUp) else followup
    found = (
        FollowUp.objects.select_for_update(of=("self",))
        .select_related("rating")
        .filter(pk=pk, rating__in=queries.visible_to(by).order_by().values("pk"))
        .first()
    )
    if found is None:
        raise Unseen("followup")
    return found


def _answering(followup: FollowUp | UUID, by: Actor) -> FollowUp:
    found = _locked(followup, by)
    if not perms.may_answer(by, found):
        raise Forbidden("followup", _("只有被评价的单位可以办理这条评价。"))
    if found.state in (State.CLOSED, State.FIXED):
        raise Refused("followup_over", _("这条评价已经办理完毕。"))
    return found


def _write(followup: FollowUp, sort: str, text: str, *, by: Actor, at: datetime) -> None:
    if not text.strip():
        message = _("请写明经过和结果。")
        raise Invalid("text", message, (FieldError("text", message),))
    assert by.account, "only people answer"
    salt = new_salt()
    row = Reply.objects.create(
        street=followup.street,
        followup=followup,
        sort=sort,
        text=text.strip(),
        salt=salt,
        at=at,
        by_id=by.account,
    )
    _record(followup, f"followup_{sort}", by=by, at=at, text=digest_text(row.text, salt))


def _record(followup: FollowUp, act: str, *, by: Actor, at: datetime, **data: Any) -> None:
    ledger.record(
        street=followup.street,
        stream=f"rating:{followup.rating_id}",
        act=act,
        by=by,
        at=at,
        power=by.power_for(*[p.can for p in by.powers], body=followup.body_id),
        data=data,
    )


def _tell(
    followup: FollowUp, template: str, key: str, body: UUID, *, by: Actor, at: datetime
) -> None:
    due = followup.call_back_due if template == "rating.call_back_due" else followup.fix_due
    tell(
        street=followup.street,
        template=template,
        facts={"rating": str(followup.rating_id), "due": due},
        about=f"rating:{followup.rating_id}",
        key=f"rating:{followup.rating_id}:{key}:{body}",
        by=by,
        at=at,
        to_body=body,
    )


def _tell_rater(followup: FollowUp, by: Actor, at: datetime) -> None:
    """Only who gave a name: a message to anybody else would stand in the outbox and tell the
    centre who rated. They read of the fix when they look it up by number and code."""
    rating = Rating.objects.select_related("case").get(pk=followup.rating_id)
    if rating.case is None or not rating.named:
        return
    tell(
        street=rating.street,
        template="rating.fixed",
        facts={"number": rating.ref},
        about=f"rating:{rating.pk}",
        key=f"rating:{rating.pk}:fixed",
        by=by,
        at=at,
        to_party=rating.case.applicant_id,
    )
