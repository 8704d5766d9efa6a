"""A unit objects to what a call back counts for it; who runs the line judges, and not for himself."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yimen.bodies.queries import heads_of
from yimen.clock.queries import calendar_for
from yimen.hotline import perms, queries
from yimen.hotline.actions.record import write
from yimen.hotline.models import CallBack, CallBackObjection
from yimen.ledger.together import together
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused, Unseen
from yimen.lib.time import local
from yimen.notices.actions import tell


def last_day(back: CallBack) -> date:
    """The last day on which the unit may object: so many working days after the call back."""
    calendar = calendar_for(back.street).provisional
    return calendar.add_working_days(local(back.at).date(), settings.YIMEN_OBJECTION_DAYS)


@together()
def object_to(back: UUID, *, reason: str, by: Actor, at: datetime) -> CallBackObjection:
    """Say, with the reason, why a call back should not count. Once for each call back."""
    found = queries.call_backs(by).filter(pk=back).first()
    if found is None:
        raise Unseen("call_back", _("没有这次回访。"))
    case = found.request.case
    if by.account is None or not perms.may_object(by, found):
        raise Forbidden("object", _("由承办单位对这次回访提出异议。"))
    if local(at).date() > last_day(found):
        raise Refused("late", _("提出异议的期限已经过了。"))
    if not reason.strip():
        raise _wrong("reason", _("请写明理由。"))
    made = CallBackObjection(
        street=found.street, call_back=found, body_id=case.lead_id, reason=reason.strip()[:1000],
        by_id=by.account, at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Refused("objected", _("对这次回访已经提过异议。")) from error
    write(case, "object", by=by, at=at, round=found.round)
    return made


@together()
def judge(objection: UUID, *, upheld: bool, why: str, by: Actor, at: datetime) -> CallBackObjection:
    """Uphold it, and the call back counts in no rate; or not. Either way with the reason, told to
    the unit's heads."""
    if not queries.objections(by).filter(pk=objection).exists():
        raise Unseen("objection", _("没有这个异议。"))
    held = (
        CallBackObjection.objects.select_for_update(of=("self",))
        .select_related("call_back__request__case")
        .get(pk=objection)
    )
    if not perms.may_judge(by, held):
        raise Forbidden("judge", _("由热线负责人裁定；本单位的人、提出的人和回访的人不能裁定。"))
    if held.upheld is not None:
        raise Refused("judged", _("这个异议已经裁定。"))
    if not why.strip():
        raise _wrong("why", _("请写明裁定的理由。"))
    held.upheld, held.why, held.judged_by_id, held.judged_at = (
        upheld,
        why.strip()[:1000],
        by.account,
        at,
    )
    held.save(update_fields=["upheld", "why", "judged_by", "judged_at"])
    case = held.call_back.request.case
    write(case, "judge_objection", by=by, at=at, round=held.call_back.round, upheld=upheld)
    for account in heads_of(held.body_id, local(at).date()):
        tell(
            street=held.street, template="line.objection_judged", about=case.number,
            facts={"number": case.number}, key=f"objection:{held.pk}:{account}",
            to_account=account, by=by, at=at,
        )  # fmt: skip
    return held


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(field, sentence, (FieldError(field, sentence),))
