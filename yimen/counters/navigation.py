"""Where the hall stands on the desk."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yimen.counters import perms, queries
from yimen.counters.models import Ticket
from yimen.lib.actor import Actor
from yimen.look.navigation import Entry


def _waiting(actor: Actor) -> int:
    centres = queries.centres_of(actor).values("code")
    return Ticket.objects.filter(centre__in=centres, state=Ticket.State.WAITING).count()


DESK = [
    Entry(
        _("大厅叫号"),
        "counters:windows",
        key="w",
        when=perms.in_hall,
        order=15,
        hint=_("开窗，叫下一位，取号"),
        figure=_waiting,
    ),
]
