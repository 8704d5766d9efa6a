"""What this house offers in the desk's navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yimen.feedback import queries
from yimen.lib.actor import Actor
from yimen.look.navigation import Entry


def _sits_somewhere(actor: Actor) -> bool:
    return actor.kind == "staff" and bool(actor.bodies())


DESK = [
    Entry(
        _("评价"), "feedback:list", when=_sits_somewhere, order=60,
        hint=_("好差评：差评的回访、整改和申诉"), figure=queries.open_count,
    ),
]  # fmt: skip
