"""Verbs of bodies: set up, appoint, cover, arrange the matrix. Each with its ledger entry."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from yimen.bodies import perms, rules
from yimen.bodies.actions.outside import refusal
from yimen.bodies.models import Appointment, Body, Cover, MatrixRule, Seat
from yimen.ledger import rows
from yimen.ledger.actions import record
from yimen.lib.actor import Actor, Can
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused
from yimen.lib.text import squeeze
from yimen.people.models import Account
from yimen.places.models import ServicePoint


def _may_arrange(by: Actor, street: str) -> None:
    if not perms.may_arrange(by, street):
        raise Forbidden("arrange", _("只有本街道的系统管理员可以调整机构、席位和责任表。"))


def _write_down(act: str, body: Body, by: Actor, at: datetime, **data: Any) -> None:
    told = {n: v.isoformat() if isinstance(v, date) else v for n, v in data.items()}
    record(
        street=body.street,
        stream=f"body:{body.code}",
        act=act,
        by=by,
        at=at,
        data=told,
        power=by.power_for(Can.ADMIN, Can.HEAD, Can.DIRECT),
    )


def _invalid(code: str, field: str, message: str, remedy: str) -> Invalid:
    return Invalid(code, message, (FieldError(field, message, remedy),))


def _check_days(first: date, last: date | None, field: str) -> None:
    if last is not None and last < first:
        raise _invalid("days", field, _("最后一天早于第一天。"), _("请核对日期。"))


# -- bodies and seats -------------------------------------------------------------------------


@transaction.atomic
def create_body(
    street: str,
    code: str,
    *,
    name: str,
    name_en: str = "",
    sort: str,
    parent: Body | None = None,
    led_by: Body | None = None,
    guided_by: Body | None = None,
    funded_by: Body | None = None,
    service_point: ServicePoint | None = None,
    division: str = "",
    field: str = "",
    active_from: date,
    by: Actor,
    at: datetime,
) -> Body:
    """Set up a body. A residents' committee is guided, never led (SELF-1)."""
    _may_arrange(by, street)
    if sort == Body.Sort.RESIDENTS_COMMITTEE and led_by is not None:
        remedy = _("请把街道填在“指导”一栏。")
        raise _invalid("not_led", "led_by", _("居委会受指导、支持和帮助，不受领导。"), remedy)
    if not squeeze(name) or not squeeze(code):
        raise _invalid("name", "name", _("没有填写代码或名称。"), _("两项都要填。"))
    made = Body(
        street=street, code=squeeze(code), name=squeeze(name), name_en=squeeze(name_en), sort=sort,
        parent=parent, led_by=led_by, guided_by=guided_by, funded_by=funded_by,
        service_point=service_point, division=division, field=field, active_from=active_from,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise _invalid("code", "code", _("这个代码已经用过。"), _("请换一个代码。")) from error
    _write_down("body_created", made, by, at, sort=sort, **_led(made))
    return made


def _led(body: Body) -> dict[str, str]:
    told = {"led_by": body.led_by, "guided_by": body.guided_by, "funded_by": body.funded_by}
    return {name: other.code for name, other in told.items() if other is not None}


@transaction.atomic
def end_body(body: Body, *, last_day: date, by: Actor, at: datetime) -> Body:
    """The body no longer exists after `last_day`; its seats give no power then."""
    _may_arrange(by, body.street)
    _check_days(body.active_from, last_day, "last_day")
    rows.update(Body, {"id": body.pk}, active_until=last_day)
    body.active_until = last_day
    _write_down("body_ended", body, by, at, last_day=last_day)
    return body


@transaction.atomic
def create_seat(
    body: Body,
    key: str,
    *,
    title: str,
    title_en: str = "",
    powers: Iterable[Can | str] = (),
    place: str = "",
    quota: int = 1,
    by: Actor,
    at: datetime,
) -> Seat:
    """A seat with its powers over a place, for `quota` persons."""
    _may_arrange(by, body.street)
    try:
        cans = sorted(str(Can(can)) for can in powers)
    except ValueError as error:
        message = _("没有这种职权。")
        raise _invalid("powers", "powers", message, _("请从列表里选择。")) from error
    if quota < 1:
        raise _invalid("quota", "quota", _("编制至少一人。"), _("请填 1 或更大的数。"))
    made = Seat(
        body=body, key=squeeze(key), title=squeeze(title), title_en=squeeze(title_en),
        powers=cans, place=place, quota=quota,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        message = _("这个机构已有同名的席位。")
        raise _invalid("key", "key", message, _("请换一个席位代码。")) from error
    _write_down("seat_created", body, by, at, seat=made.key, powers=cans, quota=quota)
    return made


# -- appointments and covers ------------------------------------------------------------------


@transaction.atomic
def appoint(
    seat: Seat,
    account: Account,
    *,
    valid_from: date,
    valid_until: date | None = None,
    basis: str = "",
    by: Actor,
    at: datetime,
) -> Appointment:
    """Give somebody a seat from the first to the last day. Refused when the quota is full on
    any of these days; the database refuses the second of two at once."""
    body = seat.body
    _may_arrange(by, body.street)
    _check_days(valid_from, valid_until, "valid_until")
    Seat.objects.select_for_update(of=("self",)).get(pk=seat.pk)
    _check_fitness(seat, account, valid_from)
    held = [
        (post, who)
        for post, who, first, last in Appointment.objects.filter(seat=seat).values_list(
            "post", "account_id", "valid_from", "valid_until"
        )
        if rules.overlaps(first, last, valid_from, valid_until)
    ]
    if account.pk in {who for _post, who in held}:
        raise Refused("twice", _("这个人在这段时间已经担任这个席位。"))
    post = rules.free_post(seat.quota, {post for post, _who in held})
    if post is None:
        sentence = _("这个席位在这段时间没有空缺（编制 %(quota)d 人）。请先结束一项任职。")
        raise Refused("full", sentence % {"quota": seat.quota})
    try:
        with transaction.atomic():
            made = Appointment.objects.create(
                seat=seat, post=post, account=account, valid_from=valid_from,
                valid_until=valid_until, basis=squeeze(basis)[:200],
            )  # fmt: skip
    except IntegrityError as error:
        raise refusal(error) or error from error
    _write_down(
        "appointed", body, by, at, seat=seat.key, appointment=str(made.pk),
        account=str(account.pk), first=valid_from, last=valid_until,
    )  # fmt: skip
    return made


def _check_fitness(seat: Seat, account: Account, on: date) -> None:
    """Houses above may know why somebody is not fit for a seat yet (training before a post)."""
    for name in settings.YIMEN_FIT_FOR_SEAT:
        sentence = import_string(name)(seat, account, on)
        if sentence:
            raise Refused("not_fit", sentence)


@transaction.atomic
def end_appointment(
    appointment: Appointment, *, last_day: date, by: Actor, at: datetime
) -> Appointment:
    """Nobody acts by this appointment after `last_day`; covers end with it."""
    held = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment.pk)
    body = held.seat.body
    _may_arrange(by, body.street)
    _check_days(held.valid_from, last_day, "last_day")
    if held.valid_until is not None and held.valid_until < last_day:
        raise Refused("ended", _("这项任职更早就已结束。要延长请重新任命。"))
    rows.update(Appointment, {"id": held.pk}, valid_until=last_day, ended_by_id=by.account)
    held.valid_until, held.ended_by_id = last_day, by.account
    data = {"seat": held.seat.key, "appointment": str(held.pk), "last": last_day}
    _write_down("appointment_ended", body, by, at, **data)
    return held


@transaction.atomic
def cover(
    appointment: Appointment,
    deputy: Account,
    *,
    valid_from: date,
    valid_until: date,
    reason: str,
    by: Actor,
    at: datetime,
) -> Cover:
    """A deputy holds the powers of an appointment while its holder is away."""
    held = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment.pk)
    body = held.seat.body
    if not perms.may_cover(by, held):
        raise Forbidden("cover", _("只有本人、本机构负责人或管理员可以安排代理。"))
    _check_days(valid_from, valid_until, "valid_until")
    if deputy.pk == held.account_id:
        raise _invalid("self", "deputy", _("不能由本人代理自己。"), _("请选另一位同事。"))
    if not deputy.is_active or deputy.kind != Account.Kind.STAFF:
        raise _invalid("deputy", "deputy", _("代理人要是在用的工作人员账号。"), _("请另选。"))
    if valid_from < held.valid_from or (held.valid_until and valid_until > held.valid_until):
        message = _("代理的日期超出了任职的日期。")
        raise _invalid("outside", "valid_until", message, _("请缩短代理的日期。"))
    if not squeeze(reason):
        message = _("没有填写代理的原因。")
        raise _invalid("reason", "reason", message, _("例如：年休假、公差、学习。"))
    try:
        with transaction.atomic():
            made = Cover.objects.create(
                appointment=held, deputy=deputy, valid_from=valid_from, valid_until=valid_until,
                reason=squeeze(reason)[:120],
            )  # fmt: skip
    except IntegrityError as error:
        sentence = _("这段时间已经安排了代理人。请先取消原来的安排。")
        raise refusal(error) or Refused("overlap", sentence) from error
    _write_down(
        "covered", body, by, at, appointment=str(held.pk), cover=str(made.pk),
        deputy=str(deputy.pk), first=valid_from, last=valid_until,
    )  # fmt: skip
    return made


@transaction.atomic
def end_cover(cover: Cover, *, by: Actor, at: datetime) -> Cover:
    """The holder is back, or the leave is off: a cover that runs ends yesterday, one that has
    not begun is cancelled. What the deputy did stays done."""
    held = Cover.objects.select_for_update(of=("self",)).get(pk=cover.pk)
    appointment = held.appointment
    if not perms.may_cover(by, appointment):
        raise Forbidden("cover", _("只有本人、本机构负责人或管理员可以安排代理。"))
    yesterday = at.date() - timedelta(days=1)
    if held.cancelled_at is not None or held.valid_until <= yesterday:
        raise Refused("ended", _("这项代理已经结束。"))
    if held.valid_from <= yesterday:
        rows.update(Cover, {"id": held.pk}, valid_until=yesterday)
    else:
        rows.update(Cover, {"id": held.pk}, cancelled_at=at)
    held.refresh_from_db()
    data = {"appointment": str(appointment.pk), "cover": str(held.pk)}
    _write_down("cover_ended", appointment.seat.body, by, at, **data)
    return held


# -- the matrix -------------------------------------------------------------------------------


@transaction.atomic
def set_rule(
    street: str,
    *,
    field: str,
    role: str,
    body: Body,
    matter_code: str = "",
    place: str = "",
    valid_from: date,
    valid_to: date | None = None,
    basis: str = "",
    by: Actor,
    at: datetime,
) -> MatrixRule:
    """Put a body into a cell of the matrix. The one who led or was mainly responsible until then
    ends the day before; running cases keep the body they have."""
    _may_arrange(by, street)
    _check_days(valid_from, valid_to, "valid_to")
    if role not in rules.ROLES or not squeeze(field):
        raise _invalid("role", "role", _("领域和角色都要选。"), _("请从列表里选择。"))
    cell = {"street": street, "field": field, "matter_code": matter_code, "place": place}
    version = _give_way(cell, role, body, valid_from, valid_to, by, at)
    try:
        with transaction.atomic():
            made = MatrixRule.objects.create(
                **cell, role=role, body=body, valid_from=valid_from, valid_to=valid_to,
                basis=squeeze(basis)[:200], version=version,
            )  # fmt: skip
    except IntegrityError as error:
        sentence = _("这一格在这段时间已有安排。请先结束原来的规则。")
        raise Refused("overlap", sentence) from error
    _record_rule("rule_set", made, by, at)
    return made


def _give_way(
    cell: dict[str, str],
    role: str,
    body: Body,
    valid_from: date,
    valid_to: date | None,
    by: Actor,
    at: datetime,
) -> int:
    """End the rule that the new one follows; returns the new rule's version."""
    same = MatrixRule.objects.select_for_update().filter(**cell, role=role)
    if role not in (rules.LEADS, rules.MAIN):
        same = same.filter(body=body)
    version = 1
    for old in same:
        version = max(version, old.version + 1)
        runs = old.valid_to is None or old.valid_to >= valid_from
        if runs and old.valid_from < valid_from and valid_to is None:
            _end(old, valid_from - timedelta(days=1), by, at)
    return version


@transaction.atomic
def end_rule(rule: MatrixRule, *, last_day: date, by: Actor, at: datetime) -> MatrixRule:
    """A rule no longer holds after `last_day`."""
    _may_arrange(by, rule.street)
    held = MatrixRule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
    _check_days(held.valid_from, last_day, "last_day")
    if held.valid_to is not None and held.valid_to <= last_day:
        raise Refused("ended", _("这条规则更早就已结束。"))
    _end(held, last_day, by, at)
    return held


def _end(rule: MatrixRule, last_day: date, by: Actor, at: datetime) -> None:
    rows.update(MatrixRule, {"id": rule.pk}, valid_to=last_day)
    rule.valid_to = last_day
    _record_rule("rule_ended", rule, by, at)


def _record_rule(act: str, rule: MatrixRule, by: Actor, at: datetime) -> None:
    record(
        street=rule.street,
        stream=f"matrix:{rule.field}",
        act=act,
        by=by,
        at=at,
        data={
            "rule": str(rule.pk),
            "matter_code": rule.matter_code,
            "place": rule.place,
            "role": rule.role,
            "body": rule.body.code,
            "from": rule.valid_from.isoformat(),
            "to": rule.valid_to.isoformat() if rule.valid_to else None,
            "version": rule.version,
        },
        power=by.power_for(Can.ADMIN),
    )


# -- a lost second factor ---------------------------------------------------------------------


@transaction.atomic
def reset_second_factor(account: Account, *, by: Actor, at: datetime) -> int:
    """Somebody lost the phone or key: take the second factors away, so that the next sign-in with
    the password can set up new ones. Returns how many there were."""
    _may_arrange(by, account.street)
    if by.account == account.pk:
        raise Refused("own", _("不能重置自己的两步验证。请由另一位管理员操作。"))
    count, _kinds = Authenticator.objects.filter(user=account).delete()
    record(
        street=account.street,
        stream=f"account:{account.pk}",
        act="second_factor_reset",
        by=by,
        at=at,
        data={"count": count},
        power=by.power_for(Can.ADMIN),
    )
    return count
