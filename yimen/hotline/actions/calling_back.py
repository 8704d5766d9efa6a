"""Calling back: the caller alone says whether it is solved; a handler cannot."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from yimen.cases.actions import perform
from yimen.cases.dossier import load
from yimen.cases.models import Stage
from yimen.hotline import rules
from yimen.hotline.actions.answering import answered, call_back_hours
from yimen.hotline.actions.calling import lock_request, must_operate
from yimen.hotline.actions.dispatching import again
from yimen.hotline.actions.record import write
from yimen.hotline.models import CallBack, HelpRequest
from yimen.ledger.together import together
from yimen.lib.actor import Actor, system
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused
from yimen.lib.time import local

SOLVED = ("yes", "partly", "no")


@together()
def plan(request: UUID, *, by: Actor, at: datetime) -> int:
    """It was answered by another way than this house's page: the call back is due, or the sample
    leaves it out."""
    held = HelpRequest.objects.select_for_update().filter(pk=request).first()
    if held is None or held.call_back_at or asked_back(held) is not None:
        return 0
    d = load(held.case.number)
    if d.case.stage not in (Stage.DECIDED, Stage.DELIVERING):
        return 0
    answered(held, d, by=by, at=at)
    return 1


@together()
def call_back(
    request: HelpRequest | UUID,
    *,
    reached: bool,
    solved: str = "",
    content: bool | None = None,
    by: Actor,
    at: datetime,
) -> HelpRequest:
    """One try. Reached: what the caller says is written down, and what is not solved opens the next
    round. Not reached three times is an answer of its own. While nobody knows what became of a danger
    that was handed over, the case stays open: `learn` closes it."""
    operator = must_operate(by)
    held = lock_request(request, by)
    if held.call_back_at is None:
        raise Refused("not_due", _("这个求助现在不用回访。"))
    d = load(held.case.number)
    if any(t.body_id in by.bodies() and t.sort == "review" for t in d.tasks):
        raise Forbidden("own", _("办理这个求助的单位不能自己回访。"))
    if reached and solved not in SOLVED:
        sentence = _("请按求助人说的选择：解决了、部分解决、没有解决。")
        raise Invalid("solved", sentence, (FieldError("solved", sentence),))
    held.tries += 1
    held.call_back_at = rules.next_try(held.tries, reached, local(at), call_back_hours())
    held.save(update_fields=["tries", "call_back_at"])
    CallBack.objects.create(
        street=held.street, request=held, round=d.case.round, number=held.tries, at=at,
        by_id=operator, reached=reached, last=held.call_back_at is None,
        solved=solved if reached else "", content=content if reached else None,
    )  # fmt: skip
    write(
        d.case, "call_back", by=by, at=at, round=d.case.round, number=held.tries, reached=reached,
        last=held.call_back_at is None, solved=solved if reached else "",
        content=content if reached else None,
    )  # fmt: skip
    if held.call_back_at is None:
        go_on(held, by=by, at=at)
    return held


def asked_back(held: HelpRequest) -> CallBack | None:
    """The last word of this round's call back, if there is one already."""
    return held.calls_back.filter(round=held.case.round, last=True).first()


def go_on(held: HelpRequest, *, by: Actor, at: datetime) -> bool:
    """What the call back said takes effect, unless an outcome is still to be learned. `held` is
    locked; without a call back nothing happens."""
    last, d = asked_back(held), load(held.case.number)
    if last is None or d.case.stage not in (Stage.DECIDED, Stage.DELIVERING):
        return False
    learned = [t.learned_at is not None for t in held.transfers.all()]
    if not rules.goes_on(last.solved, learned):
        return False
    proof = "called" if last.reached else "unreached"
    _close(d.case.number, proof, last.solved, by if all(learned) else None, by, at)
    return True


def _close(
    number: str, proof: str, solved: str, confirms: Actor | None, by: Actor, at: datetime
) -> None:
    """The answer has arrived; what the caller said of it stands with the case."""
    d = load(number)
    confirms = confirms or system(d.case.street, "hotline")
    if d.case.stage == Stage.DECIDED:
        d = perform(number, "deliver", by=confirms, at=at, way="electronic")
    if d.case.stage == Stage.DELIVERING:
        d = perform(number, "confirm", by=confirms, at=at, proof=proof)
    if solved:
        perform(number, "solved", by=by, at=at, answer=solved)
    if solved in ("no", "partly"):
        line = system(d.case.street, "hotline")
        perform(number, "reopen", by=line, at=at, reason=_("求助人说没有解决"))
        HelpRequest.objects.filter(case=d.case).update(tries=0)
        again(HelpRequest.objects.get(case=d.case), at=at)
