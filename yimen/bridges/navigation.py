"""Where departments' systems stand on the desk."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yimen.lib.actor import Actor, Can
from yimen.look.navigation import Entry

LOOK_AFTER = (Can.ADMIN, Can.DECIDE, Can.HEAD, Can.COORDINATE, Can.DIRECT, Can.AUDIT)


def _looks_after(actor: Actor) -> bool:
    """Not at every counter: those who answer for an office or for the hand-over."""
    return actor.kind == "staff" and actor.can(*LOOK_AFTER)


DESK = [
    Entry(
        _("部门系统"), "bridges:systems", when=_looks_after, order=75,
        hint=_("接入的部门自有系统，推送是否送到，要转录的和还没有答复的办件"),
    ),
]  # fmt: skip
