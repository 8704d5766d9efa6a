"""Verbs of the roster: put somebody on duty, share out what is open, take off, follow a calendar
that changed. The database refuses every double booking, whoever was quicker."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError, IntegrityError, transaction
from django.utils.translation import gettext as _

from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused, Unseen
from yimen.people.models import Account
from yimen.places.models import ServicePoint
from yimen.workforce import learning, perms, queries, rules
from yimen.workforce.actions.setting_up import record
from yimen.workforce.models import Duty, Post, Shift, Swap
from yimen.workforce.rules import Slot, Span
from yimen.workforce.words import broken_rule

LONGEST_PLAN = 366  # days in one draft


def _may(by: Actor, street: str) -> None:
    if not perms.may_plan(by, street):
        raise Forbidden("plan", _("排班由行政助理或中心主任负责。"))


def check_person(account: Account | UUID, post: Post, day: date) -> None:
    """Refuse whoever may not work the post on the day, with the reason."""
    pk = account.pk if isinstance(account, Account) else account
    if not queries.may_work(pk, post, day):
        message = _("这位同事那天不能上“%(post)s”：没有任这个岗位的席位，或合同已到期。")
        told = message % {"post": post.label}
        raise Invalid("person", told, (FieldError("account", told, _("请另选一位。")),))
    missing = learning.lacking(post, pk, day)
    if missing:
        names = _("、").join(course.label for course in missing)
        message = _("“%(post)s”要有“%(course)s”的有效证书，这位同事那天没有。")
        told = message % {"post": post.label, "course": names}
        remedy = _("请先安排培训，或另选一位。")
        raise Invalid("certificate", told, (FieldError("account", told, remedy),))


def check_rest(account: UUID, new: Span, without: Iterable[Duty] = ()) -> None:
    """Refuse what breaks a rule of rest. `without` are duties that go in the same act, whosever."""
    load = queries.loads([account], new.day, new.day)[account]
    gone = {(d.begins_at, d.ends_at) for d in without if d.account_id == account}
    kept = rules.worked(
        (s for spans in load.spans.values() for s in spans if (s.begins, s.ends) not in gone),
        load.blocked,
    )
    why = rules.broken(queries.rest(), kept, new)
    if why:
        raise Refused(f"rest_{why}", broken_rule(why))


@transaction.atomic
def assign(
    account: Account,
    post: Post,
    shift: Shift,
    *,
    day: date,
    last: date | None = None,
    by: Actor,
    at: datetime,
) -> list[Duty]:
    """Put somebody on duty for a day, or for every day until `last` on which the shift is worked.
    All or nothing: the day that cannot be is named."""
    _may(by, post.street)
    if shift.place_id != post.place_id:
        message = _("班次和岗位不在一个地点。")
        raise Invalid("shift", message, (FieldError("shift", message, _("请另选。")),))
    days = _days(shift, day, last or day)
    made = [_assign(account, post, shift, one) for one in days]
    record(
        post.place, "duty_assigned", by, at,
        duties=[str(d.pk) for d in made], post=post.code, shift=shift.code,
        account=str(account.pk), first=days[0], last=days[-1],
    )  # fmt: skip
    return made


def _days(shift: Shift, first: date, last: date) -> list[date]:
    """The days on which the shift is worked."""
    working = queries.calendar_of(shift.street).is_working
    if last < first or (last - first).days >= LONGEST_PLAN:
        message = _("一次最多排 366 天，最后一天不早于第一天。")
        raise Invalid("days", message, (FieldError("last", message),))
    days = [d for d in rules.days_between(first, last) if rules.fits(shift.on, working(d))]
    if not days:
        message = _("这几天都没有“%(shift)s”这个班。") % {"shift": shift.label}
        raise Invalid("day", message, (FieldError("day", message, _("请换一天或换一个班次。")),))
    return days


def _assign(account: Account, post: Post, shift: Shift, day: date) -> Duty:
    new = rules.span(day, shift.begins, shift.ends)
    try:
        check_person(account, post, day)
        check_rest(account.pk, new)
        return _put(post, shift.pk, account.pk, new)
    except Refused as refused:
        detail = _("%(day)s：%(why)s") % {"day": f"{day:%Y-%m-%d}", "why": refused.detail}
        raise Refused(refused.code, detail) from refused


def _put(post: Post, shift: UUID, account: UUID, new: Span) -> Duty:
    try:
        with transaction.atomic():
            return Duty.objects.create(**_row(post, shift, account, new))
    except IntegrityError as error:
        raise Refused("rest_busy", broken_rule("busy")) from error


def _row(post: Post, shift: UUID, account: UUID, new: Span) -> dict[str, Any]:
    return {
        "street": post.street, "place_id": post.place_id, "account_id": account, "post": post,
        "shift_id": shift, "day": new.day, "begins_at": new.begins, "ends_at": new.ends,
    }  # fmt: skip


@transaction.atomic
def draft(
    place: ServicePoint, *, first: date, last: date, by: Actor, at: datetime
) -> tuple[int, int]:
    """Fill what is open from the first to the last day, fairly: whoever has worked least comes
    next, no rule of rest is broken. Returns how many were given and how many stay open."""
    _may(by, place.street)
    if last < first or (last - first).days >= LONGEST_PLAN:
        message = _("一次最多排 366 天，最后一天不早于第一天。")
        raise Invalid("days", message, (FieldError("last", message),))
    ServicePoint.objects.select_for_update(of=("self",)).get(pk=place.pk)
    open_ = queries.gaps(place, first, last)
    posts = {one.post.pk: one.post for one in open_}
    fit = {pk: queries.fit(post, first, last) for pk, post in posts.items()}
    people = sorted({who for days in fit.values() for on in days.values() for who in on}, key=str)
    given, left = rules.draft(
        queries.slots(open_),
        people,
        queries.loads(people, first, last),
        queries.rest(),
        lambda who, slot: who in fit[_post(slot)][slot.span.day],
    )
    made = [Duty(**_row(posts[_post(s)], _shift(s), who, s.span)) for s, who in given]
    try:
        with transaction.atomic():
            Duty.objects.bulk_create(made, batch_size=500)
    except DatabaseError as error:
        raise Refused("changed", _("有人同时在排班。请刷新后再排一次。")) from error
    record(
        place, "roster_drafted", by, at,
        first=first, last=last, given=len(given), open=len(left),
    )  # fmt: skip
    return len(given), len(left)


def _post(slot: Slot) -> UUID:
    key: tuple[UUID, UUID] = slot.key  # type: ignore[assignment]
    return key[0]


def _shift(slot: Slot) -> UUID:
    key: tuple[UUID, UUID] = slot.key  # type: ignore[assignment]
    return key[1]


@transaction.atomic
def drop(duty: Duty | UUID, *, by: Actor, at: datetime) -> Duty:
    """Take somebody off a duty that has not begun; the gap shows at once."""
    held = _locked(duty)
    _may(by, held.street)
    if held.begins_at <= at:
        raise Refused("begun", _("这个班已经开始，不能再取消。"))
    _cancel([held], at)
    assert held.post is not None
    record(
        held.place, "duty_dropped", by, at,
        duty=str(held.pk), post=held.post.code, account=str(held.account_id), day=held.day,
    )  # fmt: skip
    return held


def _locked(duty: Duty | UUID) -> Duty:
    pk = duty.pk if isinstance(duty, Duty) else duty
    found = Duty.objects.select_for_update(of=("self",)).select_related("post", "place")
    held = found.filter(pk=pk, sort=Duty.Sort.POST).first()
    if held is None:
        raise Unseen("duty")
    if held.cancelled_at is not None:
        raise Refused("dropped", _("这个班已经取消。请刷新页面。"))
    return held


def _cancel(held: list[Duty], at: datetime) -> None:
    """Duties go, and with them the swaps that were asked for."""
    ids = [duty.pk for duty in held]
    Duty.objects.filter(pk__in=ids).update(cancelled_at=at)
    open_ = Swap.objects.filter(state__in=Swap.OPEN)
    for named in ("duty__in", "other__in"):
        open_.filter(**{named: ids}).update(state=Swap.State.CANCELLED, decided_at=at)


def clear_for_leave(account: UUID, street: str, taken: Span, at: datetime) -> list[Duty]:
    """Take somebody off every duty that touches a stretch of time; for leave and training."""
    found = Duty.objects.select_for_update(of=("self",)).filter(
        street=street, account=account, sort=Duty.Sort.POST, cancelled_at=None,
        begins_at__lt=taken.ends, ends_at__gt=taken.begins,
    )  # fmt: skip
    held = list(found)
    _cancel(held, at)
    return held


@transaction.atomic
def realign(
    place: ServicePoint, *, first: date, last: date, by: Actor, at: datetime
) -> tuple[int, int, int]:
    """After the calendar changed: duties whose shift is not worked on their day go, and so do
    those of people who may no longer work the post; what is open then is shared out anew.
    Returns how many went, were given, stay open."""
    _may(by, place.street)
    wrong = {d.pk: d for d in queries.misfits(place, first, last)}
    wrong |= {d.pk: d for d in queries.unfit(place, first, last)}
    gone = [duty for duty in wrong.values() if duty.begins_at > at]
    _cancel(gone, at)
    record(place, "roster_realigned", by, at, first=first, last=last, gone=len(gone))
    given, left = draft(place, first=first, last=last, by=by, at=at)
    return len(gone), given, left
