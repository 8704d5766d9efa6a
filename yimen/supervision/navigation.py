"""What this house offers in the desk's navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yimen.lib.actor import Actor, Can
from yimen.look.navigation import Entry
from yimen.supervision import complaints, queries
from yimen.supervision.perms import reads


def _complaints(actor: Actor) -> bool:
    """Who may have some to handle, who watches, who runs a centre: by powers alone, no query."""
    if actor.kind != "staff":
        return False
    return actor.can(*complaints.WATCHING, *complaints.WORKING, Can.DIRECT)


DESK = [
    Entry(
        _("行风检查"), "supervision:visits", when=reads, order=62,
        hint=_("明察暗访的计划、评分、异议和整改"), figure=queries.to_do,
    ),
    Entry(
        _("投诉"), "supervision:complaints", when=_complaints, order=63,
        hint=_("对中心工作人员的投诉"), figure=complaints.open_count,
    ),
]  # fmt: skip
