"""What a browser may send about systems, cleaned into the arguments of the actions."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from yimen.bodies.models import Body
from yimen.bridges.models import System
from yimen.cases.words import ACTS, QUIET_ACTS
from yimen.lib.actor import Actor
from yimen.look.forms import Form
from yimen.look.language import pick

# what a department can do something with; quiet acts such as a warning stay here
TOLD = (
    "receive", "accept", "deem", "not_accept", "supplement", "supplied", "hold", "resume", "extend",
    "offer", "sign", "return", "finish", "decide", "deliver", "confirm", "withdraw", "void",
)  # fmt: skip
RESERVED = frozenset({"connect"})  # an address of its own
HOLDERS = (Body.Sort.BACK_OFFICE, Body.Sort.LEADING_GROUP, Body.Sort.CENTRE)


def act_choices() -> list[tuple[str, Any]]:
    return [(act, ACTS[act].label if act in ACTS else QUIET_ACTS[act]) for act in TOLD]


class ChangeForm(Form):
    """Where and about what a system is told."""

    problem_fields: ClassVar = {"system.url": "url"}
    name = forms.CharField(label=_("系统名称"), max_length=120)
    url = forms.CharField(
        label=_("接收地址"), max_length=400, required=False,
        help_text=_("以 https:// 开头。每次办理都会推送到这里，并带有签名。"),
    )  # fmt: skip
    events = forms.MultipleChoiceField(
        label=_("推送哪些办理"), required=False, choices=act_choices,
        widget=forms.CheckboxSelectMultiple, help_text=_("不选就是全部推送。"),
    )  # fmt: skip
    answer_days = forms.IntegerField(
        label=_("几个工作日没有答复要提醒"), min_value=1, max_value=60, initial=5
    )

    def arguments(self) -> dict[str, Any]:
        return {k: v for k, v in self.cleaned_data.items() if k != "version"}


class EditForm(ChangeForm):
    """Changing what somebody else may be changing too."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class ConnectForm(ChangeForm):
    """A system that is new here."""

    code = forms.SlugField(
        label=_("代码"), max_length=40, help_text=_("英文字母、数字和连字符，以后不能改。")
    )
    body = forms.ModelChoiceField(label=_("所属单位"), queryset=Body.objects.none(), empty_label="")
    sort = forms.ChoiceField(
        label=_("有没有接口"), choices=System.Sort.choices, widget=forms.RadioSelect,
        initial=System.Sort.OPEN,
    )  # fmt: skip
    field_order = ("code", "name", "body", "sort", "url", "events", "answer_days")

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = Body.objects.filter(street=actor.street, sort__in=HOLDERS, active_until=None)
        field: Any = self.fields["body"]
        field.queryset = bodies.order_by("sort", "code")
        field.label_from_instance = lambda b: pick({"zh": b.name, "en": b.name_en})

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code in RESERVED:
            raise ValidationError(_("这个代码不能用，请换一个。"))
        return code


class NumberForm(Form):
    """Their number of one of our cases."""

    number = forms.CharField(max_length=40, widget=forms.HiddenInput)
    external_number = forms.CharField(label=_("对方系统的编号"), max_length=60)
