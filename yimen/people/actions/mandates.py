"""Give and withdraw the right to act for somebody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yimen.files.actions import store
from yimen.ledger import rows
from yimen.ledger.actions import record
from yimen.ledger.together import together
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused, Unseen
from yimen.lib.ids import new_id
from yimen.people import perms, rules
from yimen.people.models import Mandate, Party


def _wrong(
    principal: Party,
    agent: Party,
    capacity: str,
    scope: Sequence[str],
    valid_from: date,
    valid_until: date | None,
) -> list[FieldError]:
    found = []
    if principal.pk == agent.pk:
        found.append(
            FieldError("agent", _("委托人和代办人是同一个人。"), _("本人办理不需要委托。"))
        )
    if capacity not in Mandate.Capacity.values:
        found.append(FieldError("capacity", _("没有这种身份。"), _("请从列表里选择。")))
    elif capacity != Mandate.Capacity.GUARDIAN and valid_until is None:
        remedy = _("请按委托书填写到期日；只有监护可以不填。")
        found.append(FieldError("valid_until", _("委托要有到期日。"), remedy))
    if valid_until is not None and valid_until < valid_from:
        found.append(
            FieldError("valid_until", _("到期日早于开始日。"), _("请核对委托书上的日期。"))
        )
    if not [code for code in scope if code]:
        remedy = _("请填写事项编码，或选择全部事项。")
        found.append(FieldError("scope", _("没有写明委托办什么。"), remedy))
    return found


@together()
def create_mandate(
    principal: Party,
    agent: Party,
    *,
    capacity: str,
    scope: Sequence[str] = (rules.ALL,),
    valid_from: date,
    valid_until: date | None = None,
    file: UUID | None = None,
    paper: Any = None,
    by: Actor,
    at: datetime,
) -> Mandate:
    """Write down a mandate that was shown at a desk, or that the principal gives online. Its paper
    is kept with it: `paper` an upload (Invalid when it is no file that we take), or `file` the id
    of one that was kept before."""
    if not _may_give(by, principal):
        raise Forbidden("mandate", _("委托由本人在网上办理，或带委托书到窗口登记。"))
    wrong = _wrong(principal, agent, capacity, scope, valid_from, valid_until)
    if wrong:
        raise Invalid("mandate", _("委托没有填对，还没有登记。"), tuple(wrong))
    if paper:
        street = principal.street
        kept = store(paper, name=paper.name, purpose="mandate", street=street, by=by, at=at)
        file = kept.pk
    made = Mandate.objects.create(
        id=new_id(),
        street=principal.street,
        principal=principal,
        agent=agent,
        capacity=capacity,
        scope=[code for code in scope if code],
        valid_from=valid_from,
        valid_until=valid_until,
        file=file,
        created_at=at,
    )
    _write_down("mandate_given", made, by, at)
    return made


@together()
def keep_paper(mandate: Mandate, paper: Any, *, by: Actor, at: datetime) -> Mandate:
    """The signed paper of a mandate that was written down before it was scanned. Invalid when it is
    no file that we take; Refused when there is one already."""
    mandate = Mandate.objects.select_for_update(of=("self",)).get(pk=mandate.pk)
    if not _may_give(by, mandate.principal):
        raise Forbidden("mandate", _("委托由本人在网上办理，或带委托书到窗口登记。"))
    if mandate.file is not None:
        raise Refused("paper_kept", _("这份委托书的扫描件已经在了。"))
    kept = store(paper, name=paper.name, purpose="mandate", street=mandate.street, by=by, at=at)
    rows.update(Mandate, {"id": mandate.pk}, file=kept.pk)
    mandate.file = kept.pk
    _write_down("mandate_paper", mandate, by, at)
    return mandate


@together()
def revoke_mandate(mandate: Mandate, *, by: Actor, at: datetime) -> Mandate:
    """End a mandate now. What was done under it before stays done."""
    mandate = Mandate.objects.select_for_update(of=("self",)).get(pk=mandate.pk)
    if not (perms.may_see(by, mandate.principal) or by.party == mandate.agent_id):
        raise Unseen("mandate")
    if not perms.may_end_mandate(by, mandate):
        if mandate.capacity == Mandate.Capacity.GUARDIAN:
            raise Forbidden("mandate", _("监护关系有变化的，请带证件到窗口更正。"))
        raise Forbidden("mandate", _("只有委托双方或窗口可以终止委托。"))
    if mandate.revoked_at:
        raise Refused("revoked", _("这项委托已经终止。"))
    rows.update(Mandate, {"id": mandate.pk}, revoked_at=at)
    mandate.revoked_at = at
    _write_down("mandate_revoked", mandate, by, at)
    return mandate


def _may_give(by: Actor, principal: Party) -> bool:
    """A guardian's child does not sign: desks enter it. A resident gives only the own mandate."""
    return by.party == principal.pk or perms.may_correct(by, principal)


def _write_down(act: str, mandate: Mandate, by: Actor, at: datetime) -> None:
    record(
        street=mandate.street,
        stream=f"party:{mandate.principal_id}",
        act=act,
        by=by,
        at=at,
        data={
            "mandate": str(mandate.pk),
            "agent": str(mandate.agent_id),
            "capacity": mandate.capacity,
            "scope": list(mandate.scope),
            "file": str(mandate.file) if mandate.file else None,
            "until": mandate.valid_until.isoformat() if mandate.valid_until else None,
        },
        power=by.power_for(*perms.WRITES),
    )
