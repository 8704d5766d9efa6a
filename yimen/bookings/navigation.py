"""Where bookings stand on the desk."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yimen.bookings import perms
from yimen.look.navigation import Entry

DESK = [
    Entry(
        _("预约时间"), "bookings:resources", can=perms.RUNS, order=58,
        hint=_("什么时候可以预约，每段几个名额，临时停约"),
    ),
]  # fmt: skip
