"""Where the line stands on the desk."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yimen.look.navigation import Entry
from yimen.phone import perms, queries

DESK = [
    Entry(
        _("电话"), "phone:owed", when=perms.may_see, order=35,
        hint=_("查询电话：要回的电话和来电记录"), figure=queries.open_count,
    ),
]  # fmt: skip
