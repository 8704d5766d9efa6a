"""What this house offers in the desk's navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yimen.look.navigation import Entry
from yimen.workforce import perms, queries

DESK = [
    Entry(
        _("我的排班"), "workforce:mine", when=perms.works_here, order=55,
        hint=_("我的班、换班、请假"), figure=queries.to_decide,
    ),
    Entry(
        _("排班"), "workforce:roster", when=perms.works_here, order=56,
        hint=_("谁在哪天上什么岗，今后两周缺谁"),
    ),
    Entry(
        _("培训"), "workforce:training", when=perms.works_here, order=57,
        hint=_("课程、场次、证书到期"),
    ),
    Entry(
        _("便民设施"), "workforce:facilities", when=perms.works_here, order=58,
        hint=_("老花镜、轮椅、饮水，每天查一次"),
    ),
    Entry(
        _("岗位和合同"), "workforce:posts", when=perms.sees_posts, order=69,
        hint=_("编制和空缺，合同到期，谁领导、谁指导、谁出经费"),
    ),
]  # fmt: skip
