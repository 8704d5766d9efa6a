"""What a browser may send about messages."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from yimen.ledger.models import Errand
from yimen.look.forms import FilterForm, Form
from yimen.notices.actions.announcing import Words
from yimen.notices.models import Message
from yimen.places.models import ServicePoint


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


FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]


def _moment(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput({"type": "datetime-local"}, format=FORMATS[0])
    return forms.DateTimeField(label=label, input_formats=FORMATS, widget=widget)


class AnnouncementForm(Form):
    """A few words for everybody in a hall or a street."""

    text = forms.CharField(
        label=_("公告内容"), max_length=120, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("在大厅的屏幕上从十米外看，越短越好。不要写任何人的姓名和号码。"),
    )  # fmt: skip
    text_en = forms.CharField(
        label=_("英文"), max_length=240, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    centre = forms.ChoiceField(label=_("在哪里"), required=False)
    begins_at = _moment(_("从"))
    ends_at = _moment(_("到"))
    urgent = forms.BooleanField(
        label=_("紧急"), required=False, help_text=_("紧急的排在最前面，颜色醒目。")
    )

    def __init__(self, street: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        points = ServicePoint.objects.filter(pk__startswith=street, is_open=True).order_by("pk")
        self.fields["centre"].choices = [  # type: ignore[attr-defined]
            ("", _("全街道")), *[(p.pk, p.label) for p in points]
        ]  # fmt: skip

    def words(self) -> Words:
        return Words(**self.cleaned_data)


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
