"""Verbs of a measure: set by who runs the centre, done by its owner, seen by a supervisor."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused, Unseen
from yimen.lib.time import local
from yimen.people.models import Account
from yimen.supervision import perms, queries
from yimen.supervision.actions.access import locked, record, supervising, tell_about, written
from yimen.supervision.models import Measure, Score

State = Measure.State


@transaction.atomic
def set_measure(
    score: Score | UUID, *, text: str, owner: Account, due: date, by: Actor, at: datetime
) -> Measure:
    """What will be done about a lost item, by whom, by when."""
    pk = score.pk if isinstance(score, Score) else score
    found = Score.objects.select_related("item").filter(pk=pk).first()
    if found is None:
        raise Unseen("score")
    visit = locked(found.visit_id, by, at)
    if not perms.may_object(by, visit):
        raise Forbidden("measure", _("整改由中心负责人布置。"))
    if not found.lost:
        raise Refused("not_lost", _("这一项没有失分，不用整改。"))
    if due < local(at).date():
        message = _("期限已经过去。")
        raise Invalid("due", message, (FieldError("due", message, _("请选今天或以后。")),))
    if not queries.staff_around(visit).filter(pk=owner.pk).exists():
        message = _("这位同事不在被检查的中心。")
        raise Invalid("owner", message, (FieldError("owner", message, _("请另选。")),))
    assert by.account
    made = Measure.objects.create(
        street=visit.street, score=found, text=written(text), owner=owner, due=due,
        set_by_id=by.account, set_at=at,
    )  # fmt: skip
    record(
        visit, "measure_set", by=by, at=at, item=found.item.code, measure=str(made.pk),
        owner=str(owner.pk), due=due,
    )  # fmt: skip
    tell_about(
        visit, "visit.measure", f"measure:{made.pk}", by=by, at=at, to={"to_account": owner.pk},
        day=due,
    )  # fmt: skip
    return made


def _held(measure: Measure | UUID, by: Actor, at: datetime) -> Measure:
    pk = measure.pk if isinstance(measure, Measure) else measure
    found = Measure.objects.select_related("score__visit__body", "score__item").filter(pk=pk)
    held = found.select_for_update(of=("self",)).first()
    if held is None:
        raise Unseen("measure")
    locked(held.score.visit_id, by, at)
    return held


@transaction.atomic
def report_done(measure: Measure | UUID, *, note: str, by: Actor, at: datetime) -> Measure:
    """The owner, or who runs the centre, says that it is done; a supervisor will look."""
    held = _held(measure, by, at)
    if not perms.may_report(by, held):
        raise Forbidden("measure", _("只有责任人或中心负责人可以报告整改完成。"))
    if held.state != State.OPEN:
        raise Refused("done", _("已经报告过完成。"))
    held.state, held.done_at, held.done_note = State.DONE, at, written(note, "note")
    held.save(update_fields=["state", "done_at", "done_note"])
    visit = held.score.visit
    record(visit, "measure_done", by=by, at=at, measure=str(held.pk))
    if body := queries.conduct_body(visit.street):
        tell_about(
            visit, "visit.measure_done", f"done:{held.pk}:{at:%Y%m%d%H%M%S}", by=by, at=at,
            to={"to_body": body.pk},
        )  # fmt: skip
    return held


@transaction.atomic
def see_done(
    measure: Measure | UUID, *, good: bool, note: str = "", by: Actor, at: datetime
) -> Measure:
    """A supervisor looked: it is done, or not, and then says what is missing."""
    held = _held(measure, by, at)
    visit = held.score.visit
    supervising(by, visit.street)
    if held.state != State.DONE:
        raise Refused("not_done", _("还没有报告完成，或者已经确认。"))
    if good:
        held.state, held.seen_at, held.seen_by_id = State.SEEN, at, by.account
    else:
        held.returned_note = written(note, "note")
        held.state, held.done_at = State.OPEN, None
    held.save(update_fields=["state", "seen_at", "seen_by", "returned_note", "done_at"])
    record(
        visit, "measure_seen" if good else "measure_returned", by=by, at=at, measure=str(held.pk)
    )
    if not good:
        tell_about(
            visit, "visit.measure_returned", f"returned:{held.pk}:{at:%Y%m%d%H%M%S}", by=by,
            at=at, to={"to_account": held.owner_id}, day=held.due,
        )  # fmt: skip
    return held


@transaction.atomic
def warn(measure: Measure, *, by: Actor, at: datetime) -> int:
    """Past its day: the owner, the centre and the supervisors are told, once a day."""
    day = local(at).date()
    rows = Measure.objects.select_for_update(skip_locked=True, of=("self",))
    held = rows.select_related("score__visit").filter(pk=measure.pk, state=State.OPEN).first()
    if held is None or held.due >= day or held.warned_on == day:
        return 0
    held.warned_on = day
    held.save(update_fields=["warned_on"])
    visit = held.score.visit
    told = [{"to_account": held.owner_id}, {"to_body": visit.body_id}]
    if body := queries.conduct_body(visit.street):
        told.append({"to_body": body.pk})
    for to in told:
        tell_about(
            visit, "visit.measure_late", f"late:{held.pk}:{day:%Y%m%d}", by=by, at=at, to=to,
            day=held.due,
        )  # fmt: skip
    return 1
