"""Life in danger: handed to 110, 119, 120, 122 at once; ours until the outcome is known."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yimen.bodies.queries import holders_in
from yimen.hotline import perms, rules
from yimen.hotline.actions.calling import lock_request, must_operate
from yimen.hotline.actions.taking import Taken, take
from yimen.hotline.models import HelpRequest, LineCall, Transfer
from yimen.ledger.actions import record
from yimen.ledger.together import together
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Invalid, Refused, Unseen
from yimen.notices.actions import tell

FIRST_WORDS = "紧急：先转接，后补记"
NEED = {"110": "danger.crime", "119": "danger.fire", "120": "danger.ill", "122": "danger"}


@together()
def transfer(
    to: str,
    *,
    by: Actor,
    at: datetime,
    call: LineCall | UUID | None = None,
    request: HelpRequest | UUID | None = None,
    place: str = "",
) -> Transfer:
    """One key: the request is taken if there is none yet, with what is known, and handed over. The
    rest is written down while help is on its way."""
    operator = must_operate(by)
    if to not in Transfer.To.values:
        sentence = _("请选择转 110、119、120 还是 122。")
        raise Invalid("to", sentence, (FieldError("to", sentence),))
    held = lock_request(request, by) if request else None
    if held is None:
        d = take(Taken(NEED[to], FIRST_WORDS, place=place), by=by, at=at, call=call)
        held = HelpRequest.objects.get(case=d.case)
    if held.transfers.filter(to=to).exists():
        raise Refused("twice", _("已经转过 %(to)s。") % {"to": to})
    made = Transfer.objects.create(
        street=held.street, request=held, to=to, at=at, by_id=operator,
        ask_at=at + timedelta(minutes=rules.LEARN[to]),
    )  # fmt: skip
    _write_down(made, "transfer", by, at)
    return made


@transaction.atomic
def learn(made: Transfer | UUID, *, outcome: str, by: Actor, at: datetime) -> Transfer:
    """What became of it, told by 110, 119, 120 or 122."""
    must_operate(by)
    pk = made.pk if isinstance(made, Transfer) else made
    held = Transfer.objects.select_for_update().filter(pk=pk, street=by.street).first()
    if held is None:
        raise Unseen("transfer")
    if held.learned_at:
        raise Refused("learned", _("结果已经登记。"))
    if not outcome.strip():
        sentence = _("请写下结果。")
        raise Invalid("outcome", sentence, (FieldError("outcome", sentence),))
    held.outcome, held.learned_at, held.learned_by_id = outcome.strip()[:300], at, by.account
    held.ask_at = None
    held.save(update_fields=["outcome", "learned_at", "learned_by", "ask_at"])
    _write_down(held, "learn", by, at)
    return held


@transaction.atomic
def remind(made: UUID, *, by: Actor, at: datetime) -> int:
    """Nobody has asked what became of it: who runs the line is told, again every half hour."""
    held = Transfer.objects.select_for_update().select_related("request__case").get(pk=made)
    if held.learned_at or held.ask_at is None or held.ask_at > at:
        return 0
    held.ask_at = at + timedelta(minutes=rules.LEARN[held.to])
    held.save(update_fields=["ask_at"])
    for account in holders_in(held.street, perms.OPERATES, at.date()):
        tell(
            street=held.street, template="line.transfer_open", about=f"transfer:{held.pk}",
            facts={"number": held.request.case.number, "to": held.to, "since": held.at},
            key=f"transfer:{held.pk}:{account}:{at:%Y%m%d%H%M}", to_account=account, by=by, at=at,
        )  # fmt: skip
    return 1


def _write_down(made: Transfer, act: str, by: Actor, at: datetime) -> None:
    record(
        street=made.street, stream=f"transfer:{made.pk}", act=act, by=by, at=at,
        data={"case": made.request.case.number, "to": made.to},
    )  # fmt: skip
