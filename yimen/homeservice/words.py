"""Sentences of home service that depend on what was done."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yimen.homeservice.rules import Act

# on a button
SHORT = {
    Act.ARRIVE: _("到了"),
    Act.MEET: _("见到本人，核对了证件"),
    Act.SIGN: _("委托书签好了"),
    Act.TAKE: _("收了材料"),
    Act.GIVE: _("交出了结果"),
    Act.FINISH: _("这一家办好了"),
    Act.MISS: _("没见到人"),
}
# in a list of what happened
ACTS = {
    Act.ARRIVE: _("到了"),
    Act.MEET: _("见到本人"),
    Act.SIGN: _("签了委托书"),
    Act.TAKE: _("收了材料"),
    Act.GIVE: _("交出结果"),
    Act.FINISH: _("办好"),
    Act.MISS: _("没见到人"),
}
HISTORY = {
    "ask": _("申请上门"),
    "complete": _("补充内容"),
    "schedule": _("排进路线"),
    "put_back": _("从路线取下，另约时间"),
    "remind": _("前一天提醒"),
    "bring": _("带上结果或原件"),
    "begin": _("开始上门"),
    "mandate": _("登记委托书"),
    "missed": _("没见到人，另约时间"),
    "leave": _("离开，材料待交件"),
    "hand_in": _("开始代为交件"),
    "end_done": _("结束：已完成"),
    "end_not_met": _("结束：几次都没见到人"),
    "end_cancelled": _("结束：已取消"),
    **{str(act): word for act, word in ACTS.items()},
}
