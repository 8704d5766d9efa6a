"""What a browser may send about messages."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from yimen.ledger.models import Errand
from yimen.look.forms import FilterForm
from yimen.notices.models import Message


class OutboxFilter(FilterForm):
    """Which messages to show."""

    state = forms.ChoiceField(
        label=_("状态"), choices=[("", _("全部状态")), *Message.State.choices], required=False
    )
    channel = forms.ChoiceField(
        label=_("渠道"),
        choices=[
            ("", _("全部渠道")),
            *[c for c in Message.Channel.choices if c[0] != Message.Channel.INBOX],
        ],
        required=False,
    )
    about = forms.CharField(label=_("关于（编号）"), max_length=80, required=False)

    def lookups(self) -> dict[str, Any]:
        chosen = self.chosen()
        if about := chosen.pop("about", ""):
            chosen["about__endswith"] = about.strip()
        return chosen


ERRAND_NAMES: dict[str, Any] = {  # of everything in settings.YIMEN_ERRANDS
    "notices.send": _("发送消息"),
    "cases.papers": _("生成文书"),
    "cases.remind_renewal": _("提醒续办"),
    "bridges.deliver": _("通知外部系统"),
    "custody.order": _("向快递下单"),
}


class ErrandFilter(FilterForm):
    """Which background work to show."""

    STATES: ClassVar[list[tuple[str, Any]]] = [
        ("", _("全部状态")),
        ("failed", _("失败")),
        ("waiting", _("等待")),
        ("running", _("执行中")),
        ("done", _("完成")),
    ]
    state = forms.ChoiceField(label=_("状态"), choices=STATES, required=False)
    name = forms.ChoiceField(
        label=_("种类"), choices=[("", _("全部种类")), *ERRAND_NAMES.items()], required=False
    )

    def lookups(self) -> dict[str, Any]:
        return self.chosen()


ERRAND_WORDS = dict(ErrandFilter.STATES)
assert set(Errand.State.values) <= set(ERRAND_WORDS)
