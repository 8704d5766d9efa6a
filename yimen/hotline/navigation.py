"""Where the line stands on the desk and on the machine of the hall."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yimen.hotline import perms, queries
from yimen.lib.actor import Actor
from yimen.lib.time import now
from yimen.look.navigation import Entry


def _waiting(actor: Actor) -> int:
    waits = queries.to_call_back(actor, now()).order_by().values("pk")[:100].count()
    return waits + queries.inbound(actor).order_by().values("pk")[:100].count()


def _reports(actor: Actor) -> bool:
    return queries.committee_of(actor) is not None


DESK = [
    Entry(
        _("求助热线"), "hotline:line", when=perms.operates, order=22,
        hint=_("接电话，登记求助，转 110、119、120，回访"), figure=_waiting,
    ),
    Entry(
        _("代报求助"), "hotline:reports", when=_reports, order=23,
        hint=_("替小区里的人求助，看派到哪里了"),
    ),
    Entry(
        _("求助三率"), "hotline:rates", when=perms.watches, order=46,
        hint=_("响应率、解决率、满意率，每个数字都能点开"),
    ),
    Entry(
        _("热线值守"), "hotline:duty", when=perms.watches, order=47,
        hint=_("今后两周谁值守、哪里有空缺、夜里找谁"),
    ),
    Entry(
        _("来电和接通率"), "hotline:service", when=perms.watches, order=48,
        hint=_("十五秒接起、全天接通率，每个数字都能点开；建议几个坐席"),
    ),
    Entry(
        _("反复出现的问题"), "hotline:recurring", when=perms.watches, order=49,
        hint=_("同一类求助在同一个地方一再出现"),
    ),
    Entry(
        _("求助地图"), "hotline:map", when=perms.watches, order=49,
        hint=_("哪里求助多：图和表"),
    ),
    Entry(
        _("名称和渠道"), "hotline:gateway", when=perms.names, order=49,
        hint=_("中心的名称、热线的号码、主办单位，每个渠道归谁、来了多少"),
    ),
    Entry(
        _("对回访的异议"), "hotline:objections", order=47,
        when=lambda actor: perms.runs(actor) or perms.answers_for(actor),
        hint=_("单位说明一次回访为什么不该计，由热线负责人裁定"),
    ),
]  # fmt: skip
KIOSK = [
    Entry(_("求助"), "hotline:kiosk", hint=_("有难处，在这里说")),
]
