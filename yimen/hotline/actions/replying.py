"""The body that acted answers in one go: its open tasks are finished, the answer is the decision."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from yimen.cases.actions import perform
from yimen.cases.dossier import Dossier, load
from yimen.cases.models import Stage, Task
from yimen.hotline.actions.answering import answered
from yimen.hotline.actions.events import carry
from yimen.hotline.models import HelpRequest
from yimen.ledger.together import together
from yimen.lib.actor import Actor
from yimen.lib.errors import Refused


@together()
def reply(number: str, *, done: bool, text: str, by: Actor, at: datetime) -> Dossier:
    """Finish what one's body has open on it and answer. Each act asks its own right and rule; the
    first refusal undoes all. `done` False says why it cannot be done. Whoever called about the same
    thing gets the same answer."""
    HelpRequest.objects.select_for_update().filter(case__number=number).first()  # nobody joins now
    d = load(number, lock=True)
    if d.case.stage != Stage.HANDLING:
        raise Refused("not_open", _("这个求助现在不用答复。"))
    while mine := _next(d, by):
        d = perform(number, "finish", by=by, at=at, task=str(mine.pk), reason=text)
    outcome = "granted" if done else "refused"
    d = perform(number, "decide", by=by, at=at, outcome=outcome, reason=text)
    for held in HelpRequest.objects.select_for_update().filter(case=d.case):
        answered(held, d, by=by, at=at)
        if held.event_id is None:
            carry(held, text, at)
    return d


def _next(d: Dossier, by: Actor) -> Task | None:
    """The next task of one's body that is not the engine's own."""
    own = by.bodies()
    return next((t for t in d.open_tasks if t.body_id in own and t.sort == "review"), None)
