"""Verbs of employment (AFF-18): a contract begins, follows another, ends early."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yimen.bodies import perms
from yimen.bodies.actions.outside import refusal
from yimen.bodies.models import Body, Contract
from yimen.ledger import rows
from yimen.ledger.actions import record
from yimen.lib.actor import Actor, Can
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused
from yimen.lib.text import squeeze
from yimen.people.models import Account


def _may(by: Actor, employer: Body) -> None:
    if not perms.may_employ(by, employer):
        sentence = _("合同由用人单位负责人或系统管理员登记。请联系他们。")
        raise Forbidden("employ", sentence)


def _record(act: str, contract: Contract, by: Actor, at: datetime) -> None:
    last = contract.valid_until
    data: dict[str, Any] = {
        "contract": str(contract.pk),
        "account": str(contract.account_id),
        "sort": contract.sort,
        "first": contract.valid_from.isoformat(),
        "last": last.isoformat() if last else None,
    }
    record(
        street=contract.employer.street,
        stream=f"body:{contract.employer.code}",
        act=act,
        by=by,
        at=at,
        data=data,
        power=by.power_for(Can.HEAD, body=contract.employer_id) or by.power_for(Can.ADMIN),
    )


@transaction.atomic
def employ(
    employer: Body,
    account: Account,
    *,
    sort: str,
    valid_from: date,
    valid_until: date | None = None,
    basis: str = "",
    by: Actor,
    at: datetime,
) -> Contract:
    """Write down a contract, the first of somebody or one that follows. From now on this person
    holds powers only on days on which a contract runs; two at once are refused by the database."""
    _may(by, employer)
    if sort not in Contract.Sort.values:
        message = _("没有这种用工形式。")
        raise Invalid("sort", message, (FieldError("sort", message, _("请从列表里选择。")),))
    if valid_until is not None and valid_until < valid_from:
        message = _("最后一天早于第一天。")
        raise Invalid("days", message, (FieldError("valid_until", message, _("请核对日期。")),))
    if account.kind != Account.Kind.STAFF:
        message = _("只有工作人员的账号可以登记合同。")
        raise Invalid("account", message, (FieldError("account", message),))
    made = Contract(
        employer=employer, account=account, sort=sort, valid_from=valid_from,
        valid_until=valid_until, basis=squeeze(basis)[:200],
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        sentence = _("这段时间已有一份合同。续签从原合同结束的第二天起；提前结束请先登记。")
        raise refusal(error) or Refused("overlap", sentence) from error
    _record("contract_begun", made, by, at)
    return made


@transaction.atomic
def end_contract(contract: Contract, *, last_day: date, by: Actor, at: datetime) -> Contract:
    """The contract ends earlier than agreed. After `last_day` every power of this person, own or
    as a deputy, has ended with it."""
    held = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    _may(by, held.employer)
    if last_day < held.valid_from:
        message = _("最后一天早于第一天。")
        raise Invalid("days", message, (FieldError("last_day", message, _("请核对日期。")),))
    if held.valid_until is not None and held.valid_until < last_day:
        raise Refused("ended", _("合同更早就已到期。要延长请登记一份续签的合同。"))
    rows.update(Contract, {"id": held.pk}, valid_until=last_day, ended_by_id=by.account)
    held.valid_until, held.ended_by_id = last_day, by.account
    _record("contract_ended", held, by, at)
    return held
