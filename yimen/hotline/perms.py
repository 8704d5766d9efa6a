"""Who works on the line: pure predicates."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from yimen.hotline.models import CallBack, CallBackObjection
from yimen.lib.actor import Actor, Can
from yimen.places.perms import may_name

OPERATES = (Can.INTAKE, Can.COORDINATE, Can.DIRECT)
WATCHES = (*OPERATES, Can.SUPERVISE, Can.AUDIT)

# Why a colleague may be rung up at home.
RING_UP = {"empty": _("热线没有人接"), "queue": _("热线来电排队"), "danger": _("有生命危险要支援")}


def names(actor: Actor) -> bool:
    """Reads what the line is called and who owns the ways into it; some may change it."""
    return watches(actor) or (actor.kind == "staff" and may_name(actor, actor.street))


def operates(actor: Actor) -> bool:
    """Takes calls, transfers, calls back: the counters of the street and who runs them."""
    return actor.kind == "staff" and bool(actor.street) and actor.can(*OPERATES)


def dials(actor: Actor) -> bool:
    """Rings people up: whoever may not see a number in full does not get it dialled either."""
    return operates(actor) and actor.can(Can.UNMASK)


def watches(actor: Actor) -> bool:
    """Reads the figures of the line."""
    return actor.kind == "staff" and bool(actor.street) and actor.can(*WATCHES)


def may_listen(actor: Actor, operator: UUID) -> bool:
    """Whoever had the call, who runs the line, who audits it."""
    if operator == actor.account:
        return operates(actor)
    return actor.kind == "staff" and actor.can(Can.COORDINATE, Can.DIRECT, Can.AUDIT)


def asks(actor: Actor) -> bool:
    """Asks for help without an operator: a resident; at the open door (web, machine) the product
    acts for whoever stands there."""
    return actor.kind in ("resident", "system")


def may_report(actor: Actor) -> bool:
    """Could tell for somebody else: works for a body. Whether it is a neighbourhood's committee, the
    register of bodies says (queries.committee_of)."""
    return actor.kind == "staff" and bool(actor.street) and actor.can(Can.HANDLE)


def settles(actor: Actor) -> bool:
    """Runs the line: decides who does it when it was given back again and again."""
    return operates(actor) and actor.can(Can.DIRECT)


def may_object(actor: Actor, back: CallBack) -> bool:
    """The body in charge objects to what was not solved, or not content, in the caller's words."""
    bad = back.last and (back.solved in ("no", "partly") or back.content is False)
    lead = back.request.case.lead_id
    return bad and actor.can(Can.HANDLE, Can.DECIDE, Can.HEAD, body=lead)


def answers_for(actor: Actor) -> bool:
    """Works for a body that may have to answer for what a call back counts."""
    return actor.kind == "staff" and actor.can(Can.HANDLE, Can.DECIDE, Can.HEAD)


def runs(actor: Actor) -> bool:
    """Runs the line: judges objections, sees its month."""
    return actor.kind == "staff" and bool(actor.street) and actor.can(Can.COORDINATE, Can.DIRECT)


def may_judge(actor: Actor, objection: CallBackObjection) -> bool:
    """Who runs the line, and is of neither side: not of the unit, nor the one who called back."""
    own = objection.body_id in actor.bodies() or actor.account == objection.call_back.by_id
    return runs(actor) and not own and actor.account != objection.by_id
