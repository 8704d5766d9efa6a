"""A neighbour is asked for one job, answers, helps, is thanked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yimen.directory import perms, rules
from yimen.directory.actions.record import (
    lock_asking,
    lock_helper,
    put,
    say,
    tell_off,
    write_down,
)
from yimen.directory.models import Asking, Helper, Service
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused
from yimen.lib.masking import holds_id

State = Asking.State
ENDED = (State.DECLINED, State.WITHDRAWN, State.DONE)


@transaction.atomic
def ask(
    helper: Helper | UUID,
    *,
    job: str,
    service: Service,
    meeting: str,
    brief: str,
    when: datetime,
    by: Actor,
    at: datetime,
    second: Helper | UUID | None = None,
    escort: UUID | None = None,
) -> Asking:
    """Ask a vetted neighbour. To somebody's home two go: a second helper or a member of staff."""
    held = lock_helper(helper, by)
    if by.account is None or not perms.asks(by, held.street):
        raise Forbidden("asking", _("由受理人员联系邻里帮手。"))
    other = lock_helper(second, by) if second else None
    _check(held, other, escort, meeting=meeting, brief=brief, when=when, at=at)
    made = Asking(
        street=held.street, helper=held, second=other, escort_id=escort, job=job, service=service,
        meeting=meeting, brief=brief, when=when, asked_by_id=by.account, asked_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Refused("twice", _("已经为这件事请过这位帮手。")) from error
    write_down(made, "ask", by=by, at=at)
    for one in made.seats.values():
        template = "asked_two" if other else "asked"
        say(one, template, by=by, at=at, key=str(made.pk), what=_what(service), when=when)
    return made


def _what(service: Service) -> dict[str, str]:
    return {"zh": service.name, "en": service.name_en or service.name}


def _check(
    held: Helper, other: Helper | None, escort: UUID | None, *, meeting: str, brief: str,
    when: datetime, at: datetime,
) -> None:  # fmt: skip
    for one in filter(None, (held, other)):
        fresh = one.valid_until is not None and one.valid_until >= when.date()
        if one.state != Helper.State.READY or not fresh:
            raise Refused("not_ready", _("这位帮手现在不能请：还没有核实、已过有效期或在休息。"))
    alone = meeting == Asking.Meeting.TWO and not (other or escort)
    for field, wrong, sentence in (
        ("meeting", meeting not in Asking.Meeting.values, _("请选择在哪里见面。")),
        ("second", alone, _("上门要两个人：请选第二位帮手，或写明哪位工作人员同去。")),
        ("second", other is not None and other.pk == held.pk, _("第二位要是另一个人。")),
        ("when", when <= at, _("时间要在现在以后。")),
        ("brief", not brief.strip(), _("请写明帮什么忙，不写姓名。")),
        ("brief", holds_id(brief), _("里面好像有身份证号码。请删去。")),
    ):
        if wrong:
            raise Invalid(field, sentence, (FieldError(field, sentence),))


@transaction.atomic
def answer(asking: Asking | UUID, *, accept: bool, by: Actor, at: datetime) -> Asking:
    """Yes or no, each for themselves; whoever said yes may take it back. No reason is asked for.
    A visit of two stands when both have said yes; the one who cannot come ends it for both."""
    held = lock_asking(asking, by, State.ASKED, State.ACCEPTED)
    mine = perms.seats(by, held)
    if not mine:
        raise Forbidden("asking", _("由被请的人自己回答。"))
    said = Asking.Answer.YES if accept else Asking.Answer.NO
    if all(held.answer_of(seat) == said for seat in mine):
        raise Refused("twice", _("您已经答应了。"))
    _answered(held, mine, said, by, at)
    return held


def _answered(held: Asking, mine: list[str], said: str, by: Actor, at: datetime) -> None:
    now = {seat: said if seat in mine else held.answer_of(seat) for seat in held.seats}
    state = rules.stands(list(now.values()))
    columns: dict[str, Any] = {f"{seat}_answer": answer for seat, answer in now.items()}
    columns["state"] = state
    if state != State.ASKED:
        columns |= {"answered_at": at} | ({"ended_at": at} if state == State.DECLINED else {})
    act = "accept" if said == Asking.Answer.YES else "decline"
    put(held, act, by=by, at=at, of=held.seats[mine[0]], **columns)
    others = [one for seat, one in held.seats.items() if seat not in mine]
    if state == State.DECLINED:
        tell_off(others, held, by=by, at=at)
    elif state == State.ACCEPTED and held.second:
        for one in held.seats.values():
            say(one, "settled", by=by, at=at, key=str(held.pk), what=_what(held.service), when=held.when)  # fmt: skip


@transaction.atomic
def withdraw(asking: Asking | UUID, *, by: Actor, at: datetime) -> Asking:
    """The help is no longer needed."""
    held = _asker(asking, by, State.ASKED, State.ACCEPTED)
    put(held, "withdraw", by=by, at=at, state=State.WITHDRAWN, ended_at=at)
    for one in held.seats.values():
        say(one, "withdrawn", by=by, at=at, key=str(held.pk), when=held.when)
    return held


@transaction.atomic
def finish(asking: Asking | UUID, *, by: Actor, at: datetime) -> Asking:
    """Helped: said by the neighbour or by whoever asked."""
    held = lock_asking(asking, by, State.ACCEPTED)
    if not (perms.answers(by, held) or perms.asks(by, held.street)):
        raise Forbidden("asking", _("由帮忙的人或受理人员登记。"))
    put(held, "help", by=by, at=at, state=State.DONE, ended_at=at)
    return held


@transaction.atomic
def thank(asking: Asking | UUID, *, by: Actor, at: datetime) -> Asking:
    """Say thank you, once, to both."""
    held = _asker(asking, by, State.DONE)
    if held.thanked_at:
        raise Refused("twice", _("已经道过谢了。"))
    put(held, "thank", by=by, at=at, thanked_at=at)
    for one in held.seats.values():
        say(one, "thanked", by=by, at=at, key=str(held.pk), when=held.when)
    return held


def forget(askings: Iterable[UUID], *, by: Actor, at: datetime) -> int:
    """Take the words of these away; who helped when stays."""
    return Asking.objects.filter(pk__in=list(askings), state__in=ENDED).update(brief="")


def _asker(asking: Asking | UUID, by: Actor, *states: str) -> Asking:
    held = lock_asking(asking, by, *states)
    if not perms.asks(by, held.street):
        raise Forbidden("asking", _("由受理人员处理。"))
    return held
