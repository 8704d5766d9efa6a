"""What a browser may send to take a ticket."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yimen.bookings.forms import StartsField
from yimen.counters import priorities, readers
from yimen.counters.models import Desk
from yimen.counters.readers import Card
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Invalid
from yimen.lib.time import today
from yimen.look.forms import DateField, FilterForm, Form, without_id
from yimen.matters.queries import some
from yimen.people.actions import find_or_register
from yimen.people.models import Party
from yimen.people.queries import search
from yimen.places.models import ServicePoint


class JoinForm(Form):
    """By desk, or "I don't know"; a priority by one's own word, nothing to prove."""

    desk = forms.ChoiceField(label=_("办哪一类"), widget=forms.RadioSelect)
    priority = forms.ChoiceField(label=_("优先（本人申明即可）"), required=False)
    matter = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, centre: ServicePoint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.centre = centre
        desks = Desk.objects.filter(centre=centre, is_active=True).order_by("letter")
        rows = [(d.code, d.label) for d in desks]
        unknown = (Desk.GENERAL, _("不清楚，请帮我看看"))
        self.rows = [row for row in rows if row[0] != Desk.GENERAL]
        if isinstance(self.fields["desk"], forms.ChoiceField):
            self.fields["desk"].choices = [*self.rows, unknown]
        reasons = [(p.code, p.name) for p in priorities.choices()]
        self.fields["priority"].choices = [("", _("无")), *reasons]  # type: ignore[attr-defined]

    def clean_matter(self) -> str:
        code = str(self.cleaned_data["matter"])
        return code if code in some([code]) else ""


class PeriodForm(FilterForm):
    """From which day to which, both counted; today when nothing is said."""

    MOST_DAYS = 366

    first = DateField(label=_("从"))
    last = DateField(label=_("到"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if first and last and last < first:
            self.add_error("last", _("结束日期早于开始日期。请改其中一个。"))
        elif first and last and (last - first).days >= self.MOST_DAYS:
            self.add_error("last", _("一次最多看一年。请把日期改近一些。"))
        return given


class StaffingForm(FilterForm):
    """What if: more people, slower work, a number of windows."""

    day = DateField(label=_("哪一天"))
    arrivals = forms.IntegerField(label=_("来的人多或少（%）"), min_value=-90, max_value=300)
    service = forms.IntegerField(label=_("办得慢或快（%）"), min_value=-90, max_value=300)
    windows = forms.IntegerField(label=_("只开几个窗口"), min_value=1, max_value=200)

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day is not None and abs((day - today()).days) > PeriodForm.MOST_DAYS:
            raise forms.ValidationError(_now("请选前后一年以内的一天。"))
        return day


class CardForm(Form):
    """The card, if one was scanned or laid down. Cards are taken from machines of the hall only:
    elsewhere anybody could send another's number."""

    card = forms.CharField(
        label=_("扫身份证"), required=False, max_length=40, widget=forms.PasswordInput
    )
    read = forms.BooleanField(required=False)

    def __init__(self, *args: Any, machine: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.machine = machine

    def given_card(self) -> Card | None:
        """What the card says; None when none was given. Raises Invalid."""
        if not self.machine:
            return None
        if self.cleaned_data["read"]:
            return readers.read(self.machine)
        typed = self.cleaned_data["card"].strip()
        return readers.scanned(typed) if typed else None


class CheckInForm(CardForm):
    """At the machine: the card, or the number of the booking."""

    code = forms.CharField(label=_("预约号"), required=False, max_length=20)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not (given.get("code") or given.get("card") or given.get("read")):
            raise forms.ValidationError(_("请扫身份证，或输入 8 位预约号。"))
        return given


class KioskBookForm(CardForm):
    """At the machine: the time that was touched, and the card."""

    starts = StartsField(label=_("时间"), error_messages={"required": _("请选一个时间。")})


class BookForm(Form):
    """At the desk or on the telephone: the time, and who: somebody known, or a name and a
    telephone, for nobody needs a document to book a time."""

    starts = StartsField(label=_("时间"), error_messages={"required": _("请选一个时间。")})
    channel = forms.ChoiceField(
        label=_("怎么来预约的"), choices=[("phone", _("打电话")), ("desk", _("来到服务台"))],
        widget=forms.RadioSelect, initial="phone",
    )  # fmt: skip
    who = forms.CharField(
        label=_("已登记的人"), max_length=64, required=False,
        help_text=_("扫描证件，或输入姓名、证件号码、手机号。"),
    )  # fmt: skip
    name = forms.CharField(
        label=_("没有登记过的：姓名"), max_length=60, required=False, validators=[without_id]
    )
    phone = forms.CharField(
        label=_("没有登记过的：电话"), max_length=20, required=False,
        help_text=_("用来确认和提醒；改时间、不开放都会通知。"),
    )  # fmt: skip

    def __init__(self, *args: Any, street: str, registers: bool, **kwargs: Any) -> None:
        """`registers`: may write down somebody who is not on record (a desk may, not a director)."""
        super().__init__(*args, **kwargs)
        self.street, self.registers = street, registers
        if not registers:
            del self.fields["name"], self.fields["phone"]
            self.fields["who"].required = True
            self.fields["who"].help_text = _(
                "扫描证件，或输入姓名、证件号码、手机号。没有登记过的，请窗口人员来预约，您的岗位不登记人员。"
            )

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if (
            self.registers
            and not given.get("who")
            and not (given.get("name") and given.get("phone"))
        ):
            raise forms.ValidationError(_("请找到已登记的人，或填写姓名和电话。"))
        return given

    def person(self, actor: Actor, at: datetime) -> Party:
        """Who comes; somebody unknown is written down by name and telephone, without document."""
        given = self.cleaned_data
        if given["who"].strip():
            none = (
                _("没有找到这个人。没有登记过的，填写姓名和电话。")
                if self.registers
                else _("没有找到这个人。没有登记过的，请窗口人员来预约。")
            )
            return one_person(self.street, given["who"], actor, none)
        return find_or_register(
            self.street, name=given["name"], id_type="other", phone=given["phone"], by=actor, at=at
        )


class KioskForm(CardForm, JoinForm):
    """At the ticket machine: what was touched, and the card if one was given."""

    desk = forms.CharField(required=False, max_length=20)  # type: ignore[assignment]
    card = forms.CharField(
        label=_("扫身份证（可不扫）"),
        required=False,
        max_length=40,
        help_text=_("扫了，快到时可以短信提醒，窗口不用再录。号码不显示，不打印。"),
        widget=forms.PasswordInput,
    )


class TakeForm(JoinForm):
    """At the reception desk: also who it is, where that helps (age, messages, a filled intake)."""

    desk = forms.ChoiceField(label=_("服务台"), required=False)
    who = forms.CharField(
        label=_("来人（可不填）"),
        max_length=64,
        required=False,
        help_text=_("扫描证件，或输入姓名、号码。填了可以短信提醒，窗口不用再录。"),
    )

    def __init__(self, *args: Any, centre: ServicePoint, **kwargs: Any) -> None:
        super().__init__(*args, centre=centre, **kwargs)
        first = ("", _("按事项，或总服务台"))
        self.fields["desk"].choices = [first, *self.rows]  # type: ignore[attr-defined]

    def person(self, actor: Actor) -> Party | None:
        """The one record that was meant; several or none is said, the ticket waits."""
        typed = self.cleaned_data["who"].strip()
        if not typed:
            return None
        none = _("没有找到这个人。可以不填，到窗口再登记。")
        return one_person(self.centre.street, typed, actor, none)


def one_person(street: str, typed: str, actor: Actor, none: Any) -> Party:
    """The one record that was meant. Raises Invalid when several or none answer (says `none`)."""
    found = search(street, typed.strip(), actor)
    if len(found) != 1:
        text = _("有几个人都对得上，请输入证件号码。") if found else none
        raise Invalid("who", text, (FieldError("who", text),))
    return found[0]
