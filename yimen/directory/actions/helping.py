"""A neighbour offers help, is vetted, rests, ends. Whoever vets is never the one who offers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from yimen.directory import perms
from yimen.directory.actions.record import lock_helper, put, say, tell_off, write_down
from yimen.directory.models import Asking, Helper, Service
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused
from yimen.places.models import Division

State = Helper.State


@transaction.atomic
def offer_help(
    division: str,
    *,
    services: Sequence[str],
    times: Sequence[str],
    weekly: int,
    consent: bool,
    by: Actor,
    at: datetime,
    party: UUID | None = None,
) -> Helper:
    """Offer help at a committee, with services by their codes and times of `Helper.TIMES`; at the
    desk for `party`, who stands there. The consent is to be asked, and to be named to whom one
    helps."""
    who = party or by.party
    if who is None:
        raise Forbidden("helper", _("请先登记本人身份，再报名帮助邻里。"))
    if party and not perms.asks(by, division[:9]):
        raise Forbidden("helper", _("由受理人员代为报名。"))
    chosen = list(Service.objects.filter(street=division[:9], code__in=services, is_active=True))
    place = Division.objects.filter(code=division, level="committee").first()
    for field, wrong, sentence in (
        ("division", place is None, _("请选择您住在哪个居村委。")),
        ("services", not chosen, _("请选择您能帮什么忙。")),
        ("times", not times or set(times) - {t for t, _said in Helper.TIMES}, _("请选择什么时候有空。")),
        ("weekly", not 1 <= weekly <= 14, _("每周次数在 1 到 14 之间。")),
        ("consent", not consent, _("请先同意说明，才能报名。")),
    ):  # fmt: skip
        if wrong:
            raise Invalid(field, sentence, (FieldError(field, sentence),))
    made = Helper(
        street=division[:9], party_id=who, division=place, services=sorted(s.code for s in chosen), times=sorted(set(times)),
        weekly=weekly, consented_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Refused("twice", _("已经报过名。要改时间或服务，请先退出再报。")) from error
    write_down(made, "offer", by=by, at=at)
    return made


@transaction.atomic
def vet(helper: Helper | UUID, *, by: Actor, at: datetime, until: date | None = None) -> Helper:
    """Met in person and found fit, until a day (by default `YIMEN_HELPERS["valid_days"]` on)."""
    held = _vetting(helper, by, State.OFFERED, State.READY, State.PAUSED)
    last = until or date.fromordinal(at.date().toordinal() + settings.YIMEN_HELPERS["valid_days"])
    if last <= at.date():
        sentence = _("有效期要在今天以后。")
        raise Invalid("until", sentence, (FieldError("until", sentence),))
    state = State.READY if held.state == State.OFFERED else held.state
    put(
        held, "vet", by=by, at=at, state=state, vetted_by_id=by.account, vetted_at=at,
        valid_until=last,
    )  # fmt: skip
    say(held, "vetted", by=by, at=at, key=f"{at:%Y%m%d}", until=last)
    return held


@transaction.atomic
def refuse(helper: Helper | UUID, *, by: Actor, at: datetime) -> Helper:
    """Not fit. No reason about the person is kept; it is said in person."""
    held = _vetting(helper, by, State.OFFERED)
    put(held, "refuse", by=by, at=at, state=State.REFUSED, ended_at=at)
    say(held, "refused", by=by, at=at, key="1")
    return held


def _vetting(helper: Helper | UUID, by: Actor, *states: str) -> Helper:
    held = lock_helper(helper, by)
    if not perms.keeps(by, held.street):
        raise Forbidden("helper", _("由中心主任、副主任或行政助理核实。"))
    if perms.owns(by, held):
        raise Forbidden("own", _("不能核实自己。请由另一位负责人核实。"))
    return _in(held, states)


def _in(held: Helper, states: Sequence[str]) -> Helper:
    if held.state not in states:
        raise Refused("moved_on", _("这位帮手现在是“%(state)s”。") % {"state": held.get_state_display()})  # fmt: skip
    return held


def _own(helper: Helper | UUID, by: Actor, *states: str) -> Helper:
    held = lock_helper(helper, by)
    if not (perms.owns(by, held) or perms.keeps(by, held.street)):
        raise Forbidden("helper", _("只有本人和中心负责人可以改。"))
    return _in(held, states)


@transaction.atomic
def lapse(helper: UUID, *, by: Actor, at: datetime) -> int:
    """The vetting has ended: the offer stands, and waits to be vetted again."""
    held = Helper.objects.select_for_update().get(pk=helper)
    if (
        held.state not in (State.READY, State.PAUSED)
        or (held.valid_until or at.date()) >= at.date()
    ):
        return 0
    put(held, "lapse", by=by, at=at, state=State.OFFERED)
    return 1


@transaction.atomic
def pause(helper: Helper | UUID, *, by: Actor, at: datetime) -> Helper:
    """Not to be asked for a while."""
    held = _own(helper, by, State.READY)
    put(held, "pause", by=by, at=at, state=State.PAUSED)
    return held


@transaction.atomic
def resume(helper: Helper | UUID, *, by: Actor, at: datetime) -> Helper:
    held = _own(helper, by, State.PAUSED)
    put(held, "resume", by=by, at=at, state=State.READY)
    return held


@transaction.atomic
def end(helper: Helper | UUID, *, by: Actor, at: datetime) -> Helper:
    """Leave. What was asked and not done is withdrawn, and the other of two is told; whoever asked
    sees it."""
    held = _own(helper, by, *Helper.OPEN)
    open_ones = Asking.objects.select_for_update(of=("self",)).select_related("helper", "second")
    mine = Q(helper=held) | Q(second=held)
    for asking in open_ones.filter(mine, state__in=Asking.OPEN).order_by("pk"):
        put(asking, "withdraw", by=by, at=at, of=held, state=Asking.State.WITHDRAWN, ended_at=at)
        others = [one for one in asking.seats.values() if one.pk != held.pk]
        tell_off(others, asking, by=by, at=at)
    put(held, "end", by=by, at=at, state=State.ENDED, ended_at=at)
    return held
