"""What this house offers in the desk's navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yimen.contacts import queries
from yimen.lib.actor import Actor
from yimen.look.navigation import Entry


def _takes_questions(actor: Actor) -> bool:
    return actor.kind == "staff" and bool(actor.bodies())


DESK = [
    Entry(
        _("咨询"), "contacts:list", key="q", when=_takes_questions, order=30,
        hint=_("首问负责：由您负责的和等您签收的"), figure=queries.open_count,
    ),
]  # fmt: skip
