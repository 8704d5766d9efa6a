"""What a browser may send about visits and routes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from yimen.homeservice import queries
from yimen.homeservice.actions import Wish
from yimen.homeservice.models import Half, Visit
from yimen.homeservice.rules import Act
from yimen.homeservice.words import ACTS
from yimen.look.forms import DateField, Form
from yimen.look.language import pick
from yimen.people.forms import AddressMixin
from yimen.people.models import Account
from yimen.places.models import ServicePoint


class WishForm(AddressMixin, Form):
    """What for, where, when it suits."""

    field_order: tuple[str, ...] = (
        "hard_to_move",
        "matters",
        "road",
        "lane",
        "number",
        "room",
        "day",
        "half",
    )

    matters = forms.MultipleChoiceField(
        label=_("想办什么"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("可以都不选，我们打电话时再问。"),
    )  # fmt: skip
    day = DateField(label=_("希望哪一天"), required=False)
    half = forms.ChoiceField(
        label=_("上午还是下午"), choices=Half.choices, required=False, widget=forms.RadioSelect
    )
    hard_to_move = forms.BooleanField(
        label=_("残疾、行动不便（本人说了就算，不用证明）"), required=False
    )

    def __init__(self, *args: Any, street: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["matters"].choices = [  # type: ignore[attr-defined]
            (row.matter_id, pick({"zh": row.name, "en": row.name_en}))
            for row in queries.at_home(street)
        ]

    @property
    def matters_open(self) -> bool:
        """Some forty boxes stay folded until somebody has chosen, or chosen wrongly."""
        return bool(self["matters"].value() or self["matters"].errors)

    def wish(self) -> Wish:
        clean = self.cleaned_data
        return Wish(
            hard_to_move=clean.get("hard_to_move", False), matters=tuple(clean["matters"]),
            day=clean["day"], half=clean["half"], address=self.address(),
        )  # fmt: skip


class CompleteForm(WishForm):
    """The desk fills in what it learns; who may have it was settled when it was asked for."""

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        begin = {"matters": visit.matters, "day": visit.wish_day, "half": visit.wish_half}
        super().__init__(*args, street=visit.street, initial=begin, **kwargs)
        del self.fields["hard_to_move"]


class AskForm(WishForm):
    """A resident asks: for oneself, for whoever gave a mandate, or for somebody else by name and
    telephone."""

    OTHER: ClassVar[str] = "other"
    field_order: tuple[str, ...] = (
        "whom", "name", "phone", "birth", "hard_to_move", "centre", "matters", "road", "lane",
        "number", "room", "day", "half",
    )  # fmt: skip

    whom = forms.ChoiceField(label=_("给谁申请"), widget=forms.RadioSelect)
    name = forms.CharField(label=_("他（她）的姓名"), max_length=60, required=False)
    phone = forms.CharField(label=_("联系电话"), max_length=30, required=False)
    birth = DateField(
        label=_("出生日期"), required=False, help_text=_("够年龄的填一下，就不用再说明别的。")
    )
    centre = forms.ChoiceField(label=_("哪个中心"))

    def __init__(
        self, *args: Any, people: Sequence[tuple[str, str]], centres: Sequence[ServicePoint],
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        other = (self.OTHER, _("别人（还没有委托我）"))
        self.fields["whom"].choices = [*people, other]  # type: ignore[attr-defined]
        self.fields["whom"].initial = people[0][0] if people else self.OTHER
        self.fields["centre"].choices = [(c.pk, c.label) for c in centres]  # type: ignore[attr-defined]
        if len(centres) == 1:
            self.fields["centre"].widget = forms.HiddenInput()
            self.fields["centre"].initial = centres[0].pk

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("whom") == self.OTHER:
            if not data.get("name"):
                self.add_error("name", _("请填写姓名。"))
            if not data.get("phone"):
                self.add_error("phone", _("请填写电话，我们要打电话约时间。"))
        return data


class KioskForm(Form):
    """As little as possible, for fingers: a name and a telephone; the desk asks the rest."""

    name = forms.CharField(label=_("怎么称呼您"), max_length=60)
    phone = forms.CharField(
        label=_("电话"), max_length=30, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    birth = DateField(
        label=_("出生日期，八位数字"), required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "19460315"}),
    )  # fmt: skip
    hard_to_move = forms.BooleanField(label=_("残疾、行动不便（不用证明）"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not (data.get("birth") or data.get("hard_to_move") or self.errors.get("birth")):
            self.add_error("birth", _("请填写出生日期；行动不便的，勾选下面一项就可以。"))
        return data


class PlanForm(Form):
    """One half day: who goes, to whom."""

    day = DateField(label=_("哪一天"))
    half = forms.ChoiceField(
        label=_("上午还是下午"), choices=Half.choices[1:], widget=forms.RadioSelect
    )
    going = forms.ChoiceField(label=_("谁去（委托书写他的名字）"))
    second = forms.ChoiceField(label=_("第二个人"), required=False)
    visits = forms.MultipleChoiceField(
        label=_("去哪几家"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少勾选一家。")},
    )  # fmt: skip

    def __init__(
        self, *args: Any, staff: Sequence[Account], waiting: Mapping[UUID, str], least: int,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        names = [(str(a.pk), a.party.name if a.party else a.username) for a in staff]
        self.fields["going"].choices = [("", "—"), *names]  # type: ignore[attr-defined]
        self.fields["second"].choices = [("", "—"), *names]  # type: ignore[attr-defined]
        self.fields["second"].required = least > 1
        self.fields["visits"].choices = [(str(k), v) for k, v in waiting.items()]  # type: ignore[attr-defined]

    def people(self) -> list[UUID]:
        chosen = [self.cleaned_data["going"], self.cleaned_data["second"]]
        return [UUID(one) for one in chosen if one]


class LateForm(Form):
    """What the desk notes for whoever was on the way: an act without papers, and when it was."""

    act = forms.ChoiceField(
        label=_("哪一步"),
        choices=[(str(a), w) for a, w in ACTS.items() if a not in (Act.TAKE, Act.GIVE)],
    )
    time = forms.TimeField(
        label=_("几点几分"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )


class ScanForm(Form):
    paper = forms.FileField(label=_("签好的委托书（扫描件或照片）"))
