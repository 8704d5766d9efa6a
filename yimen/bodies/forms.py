"""What a browser may send about bodies, seats, leave, accounts and the matrix."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yimen.bodies import fields as affairs
from yimen.bodies import queries
from yimen.bodies.models import Body, MatrixRule, Seat
from yimen.bodies.words import CANS
from yimen.lib.actor import Actor
from yimen.lib.time import today
from yimen.look.forms import DateField, FilterForm, Form
from yimen.look.language import pick
from yimen.people.models import Account
from yimen.places.queries import committees


def body_name(body: Body) -> str:
    return pick({"zh": body.name, "en": body.name_en})


class BodyChoice(forms.ModelChoiceField):
    """A body by its name."""

    def label_from_instance(self, obj: Any) -> str:
        return body_name(obj)


class AccountChoice(forms.ModelChoiceField):
    """An account by its user name and the name of its person."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.username} {obj.party.name if obj.party else ''}".strip()


class SeatChoice(forms.ModelChoiceField):
    """A seat by its body and title."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{body_name(obj.body)} · {pick({'zh': obj.title, 'en': obj.title_en})}"


class AppointmentChoice(forms.ModelChoiceField):
    """An appointment by its holder, body and title."""

    def label_from_instance(self, obj: Any) -> str:
        seat = obj.seat
        who = obj.account.party.name if obj.account.party else obj.account.username
        title = pick({"zh": seat.title, "en": seat.title_en})
        return f"{who} · {body_name(seat.body)} · {title}"


def place_choices(street: str) -> list[tuple[str, Any]]:
    found = [(d.code, pick({"zh": d.name, "en": d.name_en})) for d in committees(street)]
    return [("", _("全街道")), *found]


def field_choices(blank: Any = None) -> list[tuple[str, Any]]:
    first = [("", blank)] if blank else []
    return [*first, *affairs.names().items()]


class DayForm(FilterForm):
    """The day for which a page answers."""

    on = DateField(label=_("哪一天的情况"))


class BodyForm(Form):
    """A new body with its three relations (AFF-17)."""

    name = forms.CharField(label=_("名称"), max_length=120)
    name_en = forms.CharField(label=_("英文名称"), max_length=160, required=False)
    code = forms.SlugField(label=_("代码"), max_length=64, help_text=_("小写字母、数字和横线。"))
    sort = forms.ChoiceField(label=_("类别"), choices=Body.Sort.choices)
    parent = BodyChoice(label=_("上级（树中的位置）"), queryset=None, required=False)
    led_by = BodyChoice(label=_("谁领导"), queryset=None, required=False)
    guided_by = BodyChoice(label=_("谁指导"), queryset=None, required=False)
    funded_by = BodyChoice(label=_("谁出经费"), queryset=None, required=False)
    field = forms.ChoiceField(label=_("领域"), required=False)
    active_from = DateField(label=_("从哪天起"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = queries.visible_to(actor).order_by("street", "code")
        for name in ("parent", "led_by", "guided_by", "funded_by"):
            self.fields[name].queryset = seen  # type: ignore[attr-defined]
        self.fields["field"].choices = field_choices("—")  # type: ignore[attr-defined]


class SeatForm(Form):
    """A new seat of a body."""

    title = forms.CharField(label=_("席位名称"), max_length=80)
    title_en = forms.CharField(label=_("英文名称"), max_length=120, required=False)
    key = forms.SlugField(label=_("代码"), max_length=40)
    powers = forms.MultipleChoiceField(
        label=_("职权"),
        choices=[(str(can), name) for can, name in CANS.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    place = forms.ChoiceField(label=_("管到哪里"), required=False)
    quota = forms.IntegerField(label=_("编制人数"), min_value=1, max_value=200, initial=1)

    def __init__(self, *args: Any, street: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = place_choices(street)  # type: ignore[attr-defined]


class AppointForm(Form):
    """Who gets which seat from when to when."""

    seat = SeatChoice(label=_("席位"), queryset=None)
    valid_from = DateField(label=_("第一天"))
    valid_until = DateField(label=_("最后一天"), required=False, help_text=_("不定就留空。"))
    basis = forms.CharField(label=_("依据"), max_length=200, required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seats = Seat.objects.filter(queries.active_seat(today())).select_related("body")
        if actor.street != "0":
            seats = seats.filter(body__street=actor.street)
        self.fields["seat"].queryset = seats.order_by("body__code", "key")  # type: ignore[attr-defined]


class LastDayForm(Form):
    """The last day of something."""

    last_day = DateField(label=_("最后一天"))


class LeaveForm(Form):
    """A deputy while the holder is away."""

    appointment = AppointmentChoice(label=_("谁的哪个席位"), queryset=None)
    deputy = AccountChoice(label=_("代理人"), queryset=None)
    valid_from = DateField(label=_("第一天"))
    valid_until = DateField(label=_("最后一天"))
    reason = forms.CharField(
        label=_("原因"), max_length=120, help_text=_("例如：年休假、公差、学习。")
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = queries.appointments_to_cover(actor, today())
        self.fields["appointment"].queryset = mine  # type: ignore[attr-defined]
        self.fields["deputy"].queryset = colleagues(actor.street)  # type: ignore[attr-defined]


def colleagues(street: str) -> QuerySet[Account]:
    """Active staff accounts of a street."""
    found = Account.objects.filter(street=street, kind=Account.Kind.STAFF, is_active=True)
    return found.select_related("party").order_by("username")


class TryForm(FilterForm):
    """Why would this go where?"""

    field = forms.ChoiceField(label=_("领域"))
    matter_code = forms.CharField(label=_("事项编码"), max_length=64)
    place = forms.ChoiceField(label=_("居村委"))
    on = DateField(label=_("哪一天"))
    excluded = BodyChoice(label=_("被反映的单位"), queryset=None)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["field"].choices = field_choices("—")  # type: ignore[attr-defined]
        self.fields["place"].choices = place_choices(actor.street)  # type: ignore[attr-defined]
        seen = queries.visible_to(actor).order_by("street", "code")
        self.fields["excluded"].queryset = seen  # type: ignore[attr-defined]


class RuleForm(Form):
    """One cell of the matrix."""

    field = forms.ChoiceField(label=_("领域"))
    matter_code = forms.CharField(
        label=_("事项编码"), max_length=64, required=False, help_text=_("整个领域都适用就留空。")
    )
    place = forms.ChoiceField(label=_("适用地方"), required=False)
    role = forms.ChoiceField(label=_("角色"), choices=MatrixRule.Role.choices)
    body = BodyChoice(label=_("单位"), queryset=None)
    valid_from = DateField(label=_("第一天"))
    valid_to = DateField(label=_("最后一天"), required=False, help_text=_("不定就留空。"))
    basis = forms.CharField(label=_("依据"), max_length=200, required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["field"].choices = field_choices()  # type: ignore[attr-defined]
        self.fields["place"].choices = place_choices(actor.street)  # type: ignore[attr-defined]
        seen = queries.visible_to(actor).order_by("street", "code")
        self.fields["body"].queryset = seen  # type: ignore[attr-defined]


class AccountForm(Form):
    """A new account."""

    username = forms.CharField(
        label=_("用户名"), max_length=64, help_text=_("小写字母、数字、点、横线或下划线。")
    )
    kind = forms.ChoiceField(label=_("类别"), choices=Account.Kind.choices, initial="staff")
    password = forms.CharField(
        label=_("初始密码"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("至少 10 位。只用令牌或统一身份登录的账号留空。"),
    )
    language = forms.ChoiceField(
        label=_("语言"), choices=[("zh-hans", "中文"), ("en", "English")], initial="zh-hans"
    )
    party = forms.CharField(
        label=_("账号是谁的"),
        max_length=64,
        required=False,
        help_text=_("姓名，或完整的证件号码、手机号。没有登记过的，先在“人员”里登记。"),
    )


class PasswordForm(Form):
    """A new password for somebody who has lost theirs."""

    password = forms.CharField(
        label=_("新密码"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )


class AccountFilter(FilterForm):
    """Accounts by the beginning of the user name, and by kind."""

    name = forms.CharField(label=_("用户名开头"), max_length=64)
    kind = forms.ChoiceField(label=_("类别"), choices=[("", "—"), *Account.Kind.choices])
