"""Where intake stands on the desk."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yimen.intake.models import Draft
from yimen.intake.queries import visible_to
from yimen.lib.actor import Actor, Can
from yimen.look.navigation import Entry


def kept(actor: Actor) -> int:
    """How many visits of this clerk are begun and not handed in."""
    return visible_to(actor).filter(door=Draft.Door.COUNTER, sent_at=None).count()


DESK = [
    Entry(
        _("收件"), "intake:counter", key="i", can=(Can.INTAKE,), order=5, figure=kept,
        hint=_("一口受理：任何窗口收任何部门的事项，一次来访可以办几件"),
    ),
]  # fmt: skip
