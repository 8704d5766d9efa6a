"""What this house offers in the desk's navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yimen.look.navigation import Entry
from yimen.people.perms import may_see_terms, works_with_people

DESK = [
    Entry(
        _("人员"), "people:people", key="p", when=works_with_people, order=40,
        hint=_("按姓名或号码查人、登记、合并、委托"),
    ),
    Entry(
        _("保存期限"), "people:retention", when=may_see_terms, order=95,
        hint=_("什么资料保存多久、依据什么、今夜会删除什么"),
    ),
]  # fmt: skip
