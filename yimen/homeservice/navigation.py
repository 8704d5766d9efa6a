"""Where home service stands on the desk and on the ticket machine."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yimen.homeservice import perms, queries
from yimen.homeservice.models import Visit
from yimen.lib.actor import Actor
from yimen.lib.time import today
from yimen.look.navigation import Entry


def waiting(actor: Actor) -> int:
    """How many wait for a route."""
    return queries.kept_by(actor).filter(state=Visit.State.REQUESTED).count()


def stops(actor: Actor) -> int:
    """How many of today's stops are still to do."""
    return queries.stops_of(actor, today()).count()


DESK = [
    Entry(
        _("上门服务"), "homeservice:visits", can=perms.KEEPS, order=54, figure=waiting,
        hint=_("申请、排路线、委托书、经过"),
    ),
    Entry(
        _("上门路上"), "homeservice:way", can=perms.GOES, order=55, figure=stops,
        hint=_("今天要去的几家，没有网络也能记"),
    ),
]  # fmt: skip
KIOSK = [
    Entry(_("上门服务"), "homeservice:kiosk", hint=_("老人和行动不便的，我们上门办")),
]
