"""What this house offers in the desk's navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yimen.lib.actor import Can
from yimen.look.navigation import Entry

DESK = [
    Entry(
        label=_("法规公报"), url="knowledge:list", can=(Can.CATALOGUE,), order=72,
        hint=_("收录法规和公报，登记修改和废止"),
    )
]  # fmt: skip
