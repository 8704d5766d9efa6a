"""What this house offers in the desk's navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yimen.look.navigation import Entry
from yimen.supervision import queries
from yimen.supervision.perms import reads

DESK = [
    Entry(
        _("行风检查"), "supervision:visits", when=reads, order=62,
        hint=_("明察暗访的计划、评分、异议和整改"), figure=queries.to_do,
    ),
]  # fmt: skip
