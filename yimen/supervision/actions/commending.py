"""Verbs of commending: begun, proposed, posted with its figures, objected to, decided."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yimen.bodies.models import Body
from yimen.bodies.queries import centre_body
from yimen.contacts.reckoning import after
from yimen.counters.models import Window
from yimen.ledger import actions as ledger
from yimen.lib.actor import Actor, Can
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused, Unseen
from yimen.lib.spans import working_days
from yimen.people.models import Account
from yimen.places.models import ServicePoint
from yimen.supervision import selections
from yimen.supervision.actions.access import written
from yimen.supervision.models import Candidate, PostingObjection, Selection
from yimen.supervision.ranking import Row, rank

State = Selection.State


def _invalid(field: str, message: str, remedy: str = "") -> Invalid:
    return Invalid(field, message, (FieldError(field, message, remedy),))


def _record(held: Selection, act: str, *, by: Actor, at: datetime, **data: Any) -> None:
    ledger.record(
        street=held.street, stream=f"selection:{held.pk}", act=act, by=by, at=at, data=data,
        power=by.power_for(Can.HEAD, Can.DECIDE, Can.DIRECT),
    )  # fmt: skip


def _proposing(by: Actor, street: str) -> None:
    if by.street != street or not by.can(Can.DIRECT):
        raise Forbidden("propose", _("评选由中心主任或常务副主任推荐、公示。"))


def _held(selection: Selection | UUID, by: Actor, state: str) -> Selection:
    pk = selection.pk if isinstance(selection, Selection) else selection
    rows = Selection.objects.select_for_update(of=("self",)).filter(pk=pk)
    held = rows.filter(pk__in=selections.visible_to(by).values("pk")).first()
    if held is None:
        raise Unseen("selection")
    if held.state != state:
        raise Refused("state", _("现在不能这样做：这次评选%(state)s。") % {
            "state": held.get_state_display()
        })  # fmt: skip
    return held


@transaction.atomic
def begin_selection(
    street: str, *, sort: str, quarter: date, body: Body, by: Actor, at: datetime
) -> Selection:
    """A quarter that is over; the body that will decide is named now, and so are the weights."""
    _proposing(by, street)
    if sort not in Selection.Sort.values:
        raise _invalid("sort", _("请选择评选什么。"))
    if quarter.day != 1 or quarter.month % 3 != 1 or selections.span_of(quarter).ends > at:
        raise _invalid("quarter", _("这个季度还没有结束。"), _("请选已经结束的季度。"))
    if not selections.deciding_bodies(street).filter(pk=body.pk).exists():
        raise _invalid("body", _("这个单位不能评定：它属于中心，或没有决定权。"), _("请另选。"))
    assert by.account
    try:
        with transaction.atomic():
            made = Selection.objects.create(
                street=street, sort=sort, quarter=quarter, body=body,
                weights=selections.weights_of(sort), opened_by_id=by.account, opened_at=at,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused("once", _("这个季度已经有这一项评选。")) from error
    _record(made, "selection_begun", by=by, at=at, sort=sort, quarter=quarter.isoformat(),
            body=body.code, weights=made.weights)  # fmt: skip
    return made


@transaction.atomic
def propose(
    selection: Selection | UUID,
    *,
    window: Window | None = None,
    account: Account | None = None,
    why: str,
    by: Actor,
    at: datetime,
) -> Candidate:
    """Propose a window or a person; nobody proposes themselves."""
    held = _held(selection, by, State.PROPOSING)
    _proposing(by, held.street)
    if (window is None) is (held.sort == Selection.Sort.WINDOW) or (window is None) is (
        account is None
    ):
        raise _invalid("who", _("请选择要推荐的窗口或人。"))
    if account is not None and account.pk == by.account:
        raise _invalid("who", _("不能推荐自己。"), _("请由别人推荐。"))
    count = held.candidates.count()
    if window is not None:
        code, name, centre = window.code, f"{window.centre.name} {window.name}", window.centre
    else:
        assert account is not None
        centre = _centre_of(account, held.street)
        code, name = f"{count + 1:02d}", account.party.name if account.party else account.username
    assert by.account
    try:
        with transaction.atomic():
            made = Candidate.objects.create(
                selection=held, code=code, name=name, window=window, account=account,
                centre=centre, why=written(why, "why")[:300], proposed_by_id=by.account,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused("proposed", _("已经推荐过。")) from error
    _record(held, "proposed", by=by, at=at, candidate=str(made.pk), window=code if window else None,
            account=str(account.pk) if account else None)  # fmt: skip
    return made


def _centre_of(account: Account, street: str) -> ServicePoint:
    for point in ServicePoint.objects.filter(street=street, is_open=True).order_by("code"):
        body = centre_body(point.code)
        if body and account.appointments.filter(seat__body=body).exists():
            return point
    raise _invalid("who", _("这位同事不在本街道的中心。"), _("请另选。"))


@transaction.atomic
def post_selection(selection: Selection | UUID, *, by: Actor, at: datetime) -> Selection:
    """Take the figures of those proposed and of nobody else, put them in order, and post both for
    everybody with the formula. From here on the figures stand."""
    held = _held(selection, by, State.PROPOSING)
    _proposing(by, held.street)
    candidates = list(held.candidates.select_related("centre").order_by("code"))
    if len(candidates) < 2:
        raise Refused("few", _("至少推荐两个才能比较。"))
    rows = [Row(c.code, selections.figures_of(held, c), c.name) for c in candidates]
    placed = {one.code: one for one in rank(rows, held.weights)}
    for candidate, row in zip(candidates, rows, strict=True):
        candidate.figures = dict(row.figures)
        candidate.place, candidate.score = placed[row.code].place, placed[row.code].shown
        candidate.save(update_fields=["figures", "place", "score"])
    days = settings.YIMEN_SELECTION["post_days"]
    held.state, held.posted_at = State.POSTED, at
    held.object_until = after(held.street, at, working_days(days)).at
    held.save(update_fields=["state", "posted_at", "object_until"])
    _record(held, "selection_posted", by=by, at=at, until=held.object_until.isoformat(),
            places={str(c.pk): c.place for c in candidates})  # fmt: skip
    return held


@transaction.atomic
def object_to_posting(
    selection: Selection | UUID, *, text: str, by: Actor, at: datetime
) -> PostingObjection:
    """Anybody objects while it is posted, without a name."""
    pk = selection.pk if isinstance(selection, Selection) else selection
    held = Selection.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if held is None or held.state == State.PROPOSING:
        raise Unseen("selection")
    if held.state != State.POSTED or held.object_until is None or at > held.object_until:
        raise Refused("late", _("公示期已过，不能再提异议。"))
    made = PostingObjection.objects.create(selection=held, text=written(text), at=at)
    nobody = Actor(kind=by.kind, street=held.street)
    _record(held, "posting_objected", by=nobody, at=at, objection=str(made.pk))
    return made


def _deciding(held: Selection, by: Actor) -> None:
    if not by.can(*selections.DECIDES, body=held.body_id):
        raise Forbidden("decide", _("由评定单位答复和评定。"))
    if held.candidates.filter(account=by.account).exists():
        raise Forbidden("own", _("被推荐的人不参加评定。"))


@transaction.atomic
def answer_posting(
    objection: PostingObjection | UUID, *, text: str, by: Actor, at: datetime
) -> PostingObjection:
    """The deciding body answers; the answer is published, the objection is not."""
    pk = objection.pk if isinstance(objection, PostingObjection) else objection
    found = PostingObjection.objects.filter(pk=pk).first()
    if found is None:
        raise Unseen("objection")
    held = _held(found.selection_id, by, State.POSTED)
    _deciding(held, by)
    found.refresh_from_db()
    if found.answered_at:
        raise Refused("answered", _("这条异议已经答复。"))
    found.answer, found.answered_at, found.answered_by_id = written(text), at, by.account
    found.save(update_fields=["answer", "answered_at", "answered_by"])
    _record(held, "posting_answered", by=by, at=at, objection=str(found.pk))
    return found


@transaction.atomic
def decide_selection(
    selection: Selection | UUID,
    *,
    chosen: Collection[UUID],
    reason: str = "",
    by: Actor,
    at: datetime,
) -> Selection:
    """The body decides, after the posting is over and every objection answered. Whoever is chosen
    otherwise than the order says is chosen with a reason that is published."""
    held = _held(selection, by, State.POSTED)
    _deciding(held, by)
    if held.object_until is None or at <= held.object_until:
        raise Refused("early", _("公示期还没有结束。"))
    if held.objections.filter(answered_at=None).exists():
        raise Refused("open", _("还有异议没有答复。"))
    candidates = list(held.candidates.all())
    wanted = set(chosen)
    if not wanted or wanted - {c.pk for c in candidates}:
        raise _invalid("chosen", _("请选择评定的对象。"))
    if wanted != selections.best(candidates) and not reason.strip():
        message = _("评定和排序不一致，请写明理由。理由会公布。")
        raise _invalid("reason", message)
    held.state, held.decided_at, held.decided_by_id = State.DECIDED, at, by.account
    held.reason = reason.strip()[:500]
    held.save(update_fields=["state", "decided_at", "decided_by", "reason"])
    held.candidates.filter(pk__in=wanted).update(chosen=True)
    _record(held, "selection_decided", by=by, at=at, chosen=sorted(str(pk) for pk in wanted),
            by_order=wanted == selections.best(candidates))  # fmt: skip
    return held
