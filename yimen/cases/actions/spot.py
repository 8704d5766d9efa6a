"""A matter done on the spot: accepted, granted, handed over and confirmed in one go, or not at all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from yimen.cases import perms
from yimen.cases.actions.verb import no, perform
from yimen.cases.dossier import Dossier, load
from yimen.cases.models import Outcome, Stage
from yimen.ledger.together import together
from yimen.lib.actor import Actor
from yimen.lib.errors import Forbidden

# what comes next from each stage on the short way
STEPS: dict[str, tuple[str, dict[str, Any]]] = {
    Stage.RECEIVED: ("accept", {}),
    Stage.HANDLING: ("decide", {"outcome": Outcome.GRANTED}),
    Stage.DECIDED: ("deliver", {"way": "on_the_spot"}),
    Stage.DELIVERING: ("confirm", {"proof": "on_the_spot"}),
}


def may_complete(by: Actor, d: Dossier) -> bool:
    """The counter that took it, or whoever works for the lead."""
    return by.kind == "system" or perms.may_lead(by, d).ok or perms.counter(by, d).ok


def complete(
    number: str, *, by: Actor, at: datetime | None = None, version: int | None = None
) -> Dossier:
    """Do every act that is left of an on-the-spot matter. Each asks its own right and rule; the
    first refusal undoes all. Whoever has no seat for any of it is told so before the rules are."""
    with together():
        d = load(number, lock=True)
        if not may_complete(by, d):
            raise Forbidden("act", _("您的岗位没有这项权限。请交给有权办理的人员。"))
        if not d.content.on_the_spot:
            raise no("not_on_the_spot", _("这个事项不是当场办结的。"))
        if d.case.stage not in STEPS:
            raise no("not_complete", _("材料还没有齐全，或者已经办结，不能当场办结。"))
        while d.case.stage in STEPS:
            act, args = STEPS[d.case.stage]
            d = perform(number, act, by=by, at=at, version=version, **args)
            version = None  # whoever looked before the first act saw no later version
    return d
