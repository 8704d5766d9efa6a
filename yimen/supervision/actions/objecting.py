"""Verbs of an objection: the centre objects to an item once, the supervisors' body answers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yimen.contacts.reckoning import after
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused, Unseen
from yimen.lib.spans import working_days
from yimen.supervision import perms, queries, rules
from yimen.supervision.actions.access import locked, record, tell_about, written
from yimen.supervision.models import Objection, Score


def _why_not(code: str) -> Refused:
    sentences = {
        "hidden": _("评分表还没有公开，现在不能提异议。"),
        "before": _("对这一项已经提过异议，一项只能提一次。"),
        "late": _("提异议的期限已过。"),
    }
    return Refused(f"objection_{code}", sentences[code])


@transaction.atomic
def object_to(score: Score | UUID, *, text: str, by: Actor, at: datetime) -> Objection:
    """The centre says why an item was scored wrongly. Once, and within its days."""
    pk = score.pk if isinstance(score, Score) else score
    found = Score.objects.select_related("item", "visit").filter(pk=pk).first()
    if found is None:
        raise Unseen("score")
    visit = locked(found.visit_id, by, at)
    if not perms.may_object(by, visit):
        raise Forbidden("object", _("异议由中心负责人提出。"))
    before = Objection.objects.filter(score=found).exists()
    shown = rules.shown_from(visit.facts(at))
    if why := rules.may_object(shown, visit.object_until, before=before, at=at):
        raise _why_not(why)
    assert by.account
    due = after(visit.street, at, working_days(settings.YIMEN_VISITS["answer_days"])).at
    try:
        with transaction.atomic():
            made = Objection.objects.create(
                score=found, text=written(text), at=at, by_id=by.account, due_at=due,
                before=found.level,
            )  # fmt: skip
    except IntegrityError as error:
        raise _why_not("before") from error
    record(visit, "objected", by=by, at=at, item=found.item.code, due=due)
    if body := queries.conduct_body(visit.street):
        tell_about(
            visit, "visit.objected", f"objected:{found.item.code}", by=by, at=at,
            to={"to_body": body.pk}, due=due,
        )  # fmt: skip
    return made


@transaction.atomic
def answer(
    objection: Objection | UUID, *, level: str, text: str, by: Actor, at: datetime
) -> Objection:
    """The supervisors' body answers; the item keeps its level or gets another, on record. Nobody
    answers an objection to an own score while the body has somebody else."""
    pk = objection.pk if isinstance(objection, Objection) else objection
    held = Objection.objects.select_related("score__item").filter(pk=pk).first()
    if held is None:
        raise Unseen("objection")
    visit = locked(held.score.visit_id, by, at)
    held.refresh_from_db()
    if not perms.may_answer(by, visit, queries.supervisors(visit.street)):
        sentence = _("异议由行风监督员小组答复；打分的人不答复自己的评分，除非只有一位监督员。")
        raise Forbidden("answer", sentence)
    if held.answered_at:
        raise Refused("answered", _("这条异议已经答复。"))
    if level not in Score.Level.values:
        message = _("请选择答复后的结果。")
        raise Invalid("level", message, (FieldError("level", message),))
    assert by.account
    held.answer, held.after = written(text), level
    held.answered_at, held.answered_by_id = at, by.account
    held.save(update_fields=["answer", "after", "answered_at", "answered_by"])
    score = held.score
    was, score.level = score.points, level
    score.points = rules.points(level, score.out_of)
    score.save(update_fields=["level", "points"])
    record(
        visit, "objection_answered", by=by, at=at, item=score.item.code, before=held.before,
        after=level, points_before=was, points_after=score.points,
    )  # fmt: skip
    tell_about(
        visit, "visit.answered", f"answered:{score.item.code}", by=by, at=at,
        to={"to_body": visit.body_id},
    )  # fmt: skip
    return held
