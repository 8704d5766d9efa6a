"""Where the calendars stand on the desk."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yimen.clock import perms
from yimen.look.navigation import Entry

DESK = [
    Entry(
        _("工作日历"),
        "clock:year",
        when=perms.may_see,
        order=85,
        hint=_("哪天上班，哪天休息；发布和更正日历"),
    )
]
