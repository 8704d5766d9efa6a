"""Life in danger: handed to 110, 119, 120, 122 at once, with what was typed so far; ours until the
outcome is known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yimen.bodies.queries import holders_in, impartial
from yimen.hotline import perms, queries, rules
from yimen.hotline.actions.calling import lock_call, lock_request, must_operate
from yimen.hotline.actions.calling_back import go_on
from yimen.hotline.actions.taking import Taken, take
from yimen.hotline.alarm import known
from yimen.hotline.models import HelpRequest, LineCall, Transfer
from yimen.hotline.needs import tree
from yimen.ledger.actions import record
from yimen.ledger.together import together
from yimen.lib.actor import Actor, system
from yimen.lib.errors import FieldError, Invalid, Refused, Unseen
from yimen.notices.actions import tell
from yimen.places.queries import committees

FIRST_WORDS = "紧急：先转接，后补记"


@together()
def transfer(
    to: str,
    *,
    by: Actor,
    at: datetime,
    call: LineCall | UUID | None = None,
    request: HelpRequest | UUID | None = None,
    typed: Mapping[str, Any] | None = None,
) -> Transfer:
    """One key: the request is taken if there is none yet, with what was typed, and handed over. The
    call stays in hand; the rest is written down while help is on its way."""
    operator = must_operate(by)
    if to not in Transfer.To.values:
        sentence = _("请选择转 110、119、120 还是 122。")
        raise Invalid("to", sentence, (FieldError("to", sentence),))
    held = lock_request(request, by) if request else None
    line = lock_call(call, by) if call and held is None else None
    if held is None:
        held = _first(to, line, typed, by, at)
    if held.transfers.filter(to=to).exists():
        raise Refused("twice", _("已经转过 %(to)s。") % {"to": to})
    made = Transfer.objects.create(
        street=held.street, request=held, to=to, at=at, by_id=operator,
        ask_at=at + timedelta(minutes=rules.LEARN[to]),
    )  # fmt: skip
    _write_down(made, "transfer", by, at)
    return made


def _first(
    to: str, call: LineCall | None, typed: Mapping[str, Any] | None, by: Actor, at: datetime
) -> HelpRequest:
    """The danger that this call is about: taken at the first key, the same at the second."""
    before = queries.danger_of(call) if call else None
    if before is not None:
        return HelpRequest.objects.select_for_update().get(pk=before.pk)
    people = queries.sharing(call.number_of) if call and call.number_of else []
    found = known(
        to, typed or (call.draft if call else {}), needs=tree(), first_words=FIRST_WORDS,
        places={c.code for c in committees(by.street)}, parties=[p.pk for p in people],
    )  # fmt: skip
    asked = Taken(**found, line=call.line) if call else Taken(**found)
    d = take(asked, by=by, at=at, call=call, stays=True)
    return HelpRequest.objects.get(case=d.case)


@together()
def learn(made: Transfer | UUID, *, outcome: str, by: Actor, at: datetime) -> Transfer:
    """What became of it, told by 110, 119, 120 or 122. Answered and called back already: with the
    last outcome it closes."""
    must_operate(by)
    pk = made.pk if isinstance(made, Transfer) else made
    of = Transfer.objects.filter(pk=pk, street=by.street).values("request")
    request = HelpRequest.objects.select_for_update().filter(pk__in=of).first()
    held = Transfer.objects.select_for_update().filter(pk=pk, street=by.street).first()
    if held is None or request is None:
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
    go_on(request, by=system(held.street, "hotline"), at=at)
    return held


@transaction.atomic
def remind(made: UUID, *, by: Actor, at: datetime) -> int:
    """Nobody has asked what became of it: who runs the line is told, again every half hour."""
    held = Transfer.objects.select_for_update().select_related("request__case").get(pk=made)
    if held.learned_at or held.ask_at is None or held.ask_at > at:
        return 0
    held.ask_at = at + timedelta(minutes=rules.LEARN[held.to])
    held.save(update_fields=["ask_at"])
    case, told = held.request.case, holders_in(held.street, perms.OPERATES, at.date())
    for account in impartial(told, case.excluded_bodies, at.date()):
        tell(
            street=held.street, template="line.transfer_open", about=case.number,
            facts={"number": case.number, "to": held.to, "since": held.at},
            key=f"transfer:{held.pk}:{account}:{at:%Y%m%d%H%M}", to_account=account, by=by, at=at,
        )  # fmt: skip
    return 1


def _write_down(made: Transfer, act: str, by: Actor, at: datetime) -> None:
    record(
        street=made.street, stream=f"transfer:{made.pk}", act=act, by=by, at=at,
        data={"case": made.request.case.number, "to": made.to},
    )  # fmt: skip
