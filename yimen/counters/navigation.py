"""Where the hall stands on the desk."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yimen.bookings.queries import of_day
from yimen.counters import perms, queries
from yimen.counters.actions.appointments import KIND
from yimen.counters.models import Ticket
from yimen.lib.actor import Actor
from yimen.lib.time import today
from yimen.look.navigation import Entry


def _waiting(actor: Actor) -> int:
    centres = queries.centres_of(actor).values("code")
    return Ticket.objects.filter(centre__in=centres, state=Ticket.State.WAITING).count()


def _coming(actor: Actor) -> int:
    """How many are booked for the rest of today."""
    codes = list(queries.centres_of(actor).values_list("code", flat=True))
    return sum(of_day(code, KIND, today()).filter(state="booked").count() for code in codes)


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
    Entry(
        _("预约"),
        "counters:appointments_today",
        when=perms.in_hall,
        order=16,
        hint=_("当天谁来，签到给号，替人预约"),
        figure=_coming,
    ),
    Entry(
        _("大厅数字"),
        "counters:figures_halls",
        when=perms.watches_any,
        order=17,
        hint=_("等候、办理、过号和延时，按小时、窗口和事项"),
    ),
]
