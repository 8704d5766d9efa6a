"""The catalogue in the desk's menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yimen.lib.actor import Can
from yimen.look.navigation import Entry

DESK = [
    Entry(
        label=_("事项目录"),
        url="matters:catalogue",
        can=(Can.CATALOGUE,),
        order=70,
        hint=_("起草、比对和发布事项"),
    )
]
