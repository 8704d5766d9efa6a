"""What this house offers in the desk's navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yimen.look.navigation import Entry
from yimen.people.perms import works_with_people

DESK = [
    Entry(
        _("人员"), "people:people", key="p", when=works_with_people, order=40,
        hint=_("按姓名或号码查人、登记、合并、委托"),
    ),
]  # fmt: skip
