"""What this house offers in the desk's navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yimen.lib.actor import Actor, Can
from yimen.look.navigation import Entry
from yimen.supervision import complaints, queries, selections
from yimen.supervision.perms import above_centres, reads


def _complaints(actor: Actor) -> bool:
    """Who could have some to handle, who watches, who runs a centre."""
    watches = actor.can(*complaints.WATCHING, Can.DIRECT)
    return actor.kind == "staff" and (watches or above_centres(actor, *complaints.WORKING))


def _selections(actor: Actor) -> bool:
    """Who proposes or watches, and who sits in an office that may decide."""
    return actor.kind == "staff" and selections.works_with(actor)


DESK = [
    Entry(
        _("行风检查"), "supervision:visits", when=reads, order=62,
        hint=_("明察暗访的计划、评分、异议和整改"), figure=queries.to_do,
    ),
    Entry(
        _("投诉"), "supervision:complaints", when=_complaints, order=63,
        hint=_("对中心工作人员的投诉"), figure=complaints.open_count,
    ),
    Entry(
        _("评选"), "supervision:selections", when=_selections, order=64,
        hint=_("示范窗口和服务标兵：推荐、公示、评定"),
    ),
]  # fmt: skip
