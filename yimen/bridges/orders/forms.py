"""What a browser may send about orders."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yimen.bodies.models import Body
from yimen.bridges.actions import Said
from yimen.bridges.models import Order, Platform, System
from yimen.bridges.orders.mapping import names
from yimen.bridges.orders.showing import reasons
from yimen.hotline.forms import NeedField, division_name
from yimen.lib.actor import Actor
from yimen.lib.time import now
from yimen.look.forms import Form
from yimen.look.language import pick
from yimen.people.models import Account
from yimen.places.queries import committees

FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]


def _moment(label: Any, **more: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput({"type": "datetime-local"}, format=FORMATS[0])
    return forms.DateTimeField(
        label=label, required=False, input_formats=FORMATS, widget=widget, **more
    )


class ReturnForm(Form):
    """Ask the platform to take an order back."""

    reason = forms.ChoiceField(label=_("对方的退单理由"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("说明"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("对方会看到，请不要写姓名和电话"),
    )  # fmt: skip

    def __init__(self, order: Order, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = reasons(order)  # type: ignore[attr-defined]


class SortForm(Form):
    """What an order is about whose category nobody knew."""

    need = NeedField(label=_("什么求助"), max_length=60, help_text=_("打字，或从列表里选"))


class PlatformForm(Form):
    """A connected system sends orders."""

    mapping_name = forms.ChoiceField(
        label=_("分类对照表"),
        help_text=_("data/hotline/orders 里的文件：对方分类对我们的，退单理由"),
    )
    account = forms.ModelChoiceField(
        Account.objects.none(), label=_("对方的机器账户"), required=False,
        help_text=_("没有接口的空着"),
    )  # fmt: skip
    hours = forms.IntegerField(
        label=_("几小时以内可以退单"), min_value=1, max_value=720, initial=24,
        help_text=_("对方没有在工单上写明时"),
    )  # fmt: skip

    def __init__(self, system: System, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known: Any = self.fields
        known["mapping_name"].choices = [(name, name) for name in names()]
        machines = Account.objects.filter(kind="machine", street=system.street, is_active=True)
        known["account"].queryset = machines.order_by("username")
        if system.sort == System.Sort.CLOSED:
            del self.fields["account"]


class PlatformChangeForm(PlatformForm):
    """The same of a platform that is there."""

    was = forms.CharField(max_length=120, widget=forms.HiddenInput)

    def __init__(self, platform: Platform, *args: Any, **kwargs: Any) -> None:
        now = {
            "mapping_name": platform.mapping, "account": platform.account_id,
            "hours": platform.return_hours, "was": platform.state,
        }  # fmt: skip
        super().__init__(platform.system, *args, initial=now, **kwargs)


class HandForm(Form):
    """An order from a sheet, or from the screen of a platform without an interface."""

    problem_fields: ClassVar = {"complained_of": "complained_of"}
    platform = forms.ModelChoiceField(
        Platform.objects.none(), label=_("来单平台"), empty_label=None
    )
    their_number = forms.CharField(label=_("对方编号"), max_length=60)
    text = forms.CharField(
        label=pgettext_lazy("order", "内容"), max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    need = NeedField(
        label=_("什么求助"), max_length=60, required=False,
        help_text=_("打字，或从列表里选；不清楚就空着，先收下再分拣"),
    )  # fmt: skip
    where = forms.CharField(
        label=_("具体在哪里"), max_length=200, required=False,
        widget=forms.TextInput(attrs={"data-find": reverse_lazy("hotline:addresses")}),
    )  # fmt: skip
    place = forms.ChoiceField(label=_("哪个居村委"), required=False)
    due_at = _moment(_("对方的期限"), help_text=_("对方要我们在什么时候以前答复"))
    name = forms.CharField(label=_("求助人姓名"), max_length=60, required=False)
    phone = forms.CharField(label=_("求助人电话"), max_length=30, required=False)
    secret = forms.BooleanField(label=_("要求保密"), required=False)
    category = forms.CharField(label=_("对方分类代码"), max_length=40, required=False)
    received_at = _moment(_("对方收到的时间"), help_text=_("空着就是现在"))
    return_by = _moment(_("退单截止"), help_text=_("空着就按和对方约定的小时数算"))
    our_number = forms.CharField(
        label=_("求助人说的我方编号"), max_length=40, required=False,
        help_text=_("编号和电话都对得上，就和那一件并成一件"),
    )  # fmt: skip
    complained_of = forms.ModelChoiceField(
        Body.objects.none(), label=_("投诉哪个单位"), required=False, to_field_name="code",
        help_text=_("只有投诉才选：它不经办，也看不到"),
    )  # fmt: skip

    def __init__(self, actor: Actor, platforms: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known: Any = self.fields
        known["platform"].queryset = platforms
        known["platform"].label_from_instance = lambda p: p.system.name
        known["place"].choices = [("", _now("不清楚")), *places(actor.street)]
        bodies = Body.objects.filter(street__in=[actor.street, "0"], active_until=None)
        known["complained_of"].queryset = bodies.order_by("code")
        known["complained_of"].label_from_instance = lambda b: pick({"zh": b.name, "en": b.name_en})

    @property
    def rare(self) -> list[Any]:
        """What an ordinary order does without."""
        names = ("received_at", "return_by", "category", "our_number", "complained_of")
        return [self[name] for name in names]

    def said(self) -> Said:
        data = {k: v for k, v in self.cleaned_data.items() if k not in ("platform", "need")}
        body = data.pop("complained_of")
        received = data.pop("received_at") or now()
        codes = (body.code,) if body else ()
        return Said(title="", received_at=received, complained_of=codes, **data)


def places(street: str) -> list[tuple[str, str]]:
    return [(c.code, division_name(c)) for c in committees(street)]
