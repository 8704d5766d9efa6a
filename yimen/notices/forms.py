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
    name = forms.CharField(label=_("种类"), max_length=60, required=False)

    def lookups(self) -> dict[str, Any]:
        chosen = self.chosen()
        if name := chosen.pop("name", ""):
            chosen["name__startswith"] = name.strip()
        return chosen


ERRAND_WORDS = dict(ErrandFilter.STATES)
assert set(Errand.State.values) <= set(ERRAND_WORDS)
