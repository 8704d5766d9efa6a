"""What a browser may send about messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yimen.ledger.models import Errand
from yimen.look.forms import FilterForm, Form
from yimen.look.language import pick
from yimen.notices.actions.announcing import Words
from yimen.notices.models import Announcement, Message
from yimen.places.models import ServicePoint
from yimen.places.queries import committees


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


PAIRS = (("text", "text_en"), ("short", "short_en"))  # said in two languages


class AnnouncementForm(Form):
    """One text for many. `id` is made with the page, so that a second click makes no second one."""

    text = forms.CharField(
        label=_("公告内容"), max_length=600, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写清什么事、什么时候、在哪里、问谁。不要写任何人的姓名和手机号码。"),
    )  # fmt: skip
    short = forms.CharField(
        label=_("短句（屏幕和短信用）"), max_length=200, required=False,
        help_text=_("不超过 70 个字。内容本来就短的可以不填。"),
    )  # fmt: skip
    text_en = forms.CharField(
        label=_("英文"), max_length=1200, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    short_en = forms.CharField(label=_("英文短句"), max_length=300, required=False)
    same_en = forms.BooleanField(
        label=_("英文看过了，照旧"), required=False,
        help_text=_("中文改了，英文没有改。请改英文；还对得上的，勾上这里再提交。"),
    )  # fmt: skip
    place = forms.ChoiceField(label=_("给哪里的人"), required=False)
    centre = forms.ChoiceField(
        label=_("只在一个大厅"), required=False, help_text=_("只和这个大厅有关的才选。")
    )
    group = forms.ChoiceField(label=_("给谁"), choices=Announcement.Group.choices)
    begins_at = _moment(_("从"))
    ends_at = _moment(_("到"))
    by_sms = forms.BooleanField(
        label=_("同时发短信"), required=False,
        help_text=_("只发给同意收公告短信的人；不紧急的晚上九点到早上八点不发。"),
    )  # fmt: skip
    urgent = forms.BooleanField(
        label=_("紧急"), required=False,
        help_text=_("马上占满大厅屏幕，短信夜里也发。只用于停水停电、火灾、台风这样的事。"),
    )  # fmt: skip
    id = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, street: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        points = ServicePoint.objects.filter(pk__startswith=street, is_open=True).order_by("pk")
        self.fields["centre"].choices = [  # type: ignore[attr-defined]
            ("", _("不限")), *[(p.pk, p.label) for p in points]
        ]  # fmt: skip
        if not self.stale_en():  # asked only of whoever changed one language and not the other
            del self.fields["same_en"]
        parts = [(d.code, pick({"zh": d.name, "en": d.name_en})) for d in committees(street)]
        self.fields["place"].choices = [("", _("全街道")), *parts]  # type: ignore[attr-defined]

    def stale_en(self) -> bool:
        """Were the Chinese words of an announcement changed, and its English left as it was?"""
        if not self.is_bound:
            return False
        return any(self._changed(zh) and self._left(en) for zh, en in PAIRS)

    def _changed(self, name: str) -> bool:
        """Other words than before, not only other blanks or line ends."""
        before = str(self.initial.get(name) or "")
        return bool(before) and before.split() != str(self.data.get(name, "")).split()

    def _left(self, name: str) -> bool:
        before = str(self.initial.get(name) or "")
        return bool(before) and before.split() == str(self.data.get(name, "")).split()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "same_en" in self.fields and not data.get("same_en"):
            self.add_error("same_en", _("中文改了，英文还是原来的。请一起改，或者确认英文照旧。"))
        return data

    def words(self) -> Words:
        given = {n: value for n, value in self.cleaned_data.items() if n not in ("id", "same_en")}
        return Words(**given)


class AnnouncementFilter(FilterForm):
    """Which announcements to show."""

    STATES: ClassVar[list[tuple[str, Any]]] = [
        ("", _("全部")), ("draft", _("草稿")), ("on", _("显示中和未开始")), ("over", _("已结束")),
    ]  # fmt: skip
    q = forms.CharField(label=_("内容里有"), max_length=60, required=False)
    state = forms.ChoiceField(label=_("状态"), choices=STATES, required=False)

    def chosen_at(self, at: datetime) -> Q:
        """The condition, at a moment."""
        chosen = self.chosen()
        found = Q()
        if text := chosen.get("q", "").strip():
            found &= Q(text__icontains=text) | Q(text_en__icontains=text)
        released = Q(released_at__isnull=False)
        return found & {
            "draft": Q(released_at=None, withdrawn_at=None),
            "on": released & Q(ends_at__gt=at),
            "over": released & Q(ends_at__lte=at) | Q(withdrawn_at__isnull=False),
        }.get(chosen.get("state", ""), Q())


ERRAND_NAMES: dict[str, Any] = {  # of everything in settings.YIMEN_ERRANDS
    "notices.send": _("发送消息"),
    "notices.spread": _("分发公告"),
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
