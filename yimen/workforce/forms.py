"""What a browser may send about posts, contracts, rosters, swaps and leave."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yimen.bodies.forms import AccountChoice, BodyChoice
from yimen.bodies.models import Body, Contract
from yimen.bodies.perms import may_employ
from yimen.lib.actor import Actor
from yimen.look.forms import DateField, FilterForm, Form
from yimen.people.models import Account
from yimen.places.models import ServicePoint
from yimen.workforce import queries
from yimen.workforce.models import Duty, Leave, Post, Shift


class LabelChoice(forms.ModelChoiceField):
    """A thing by its label."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.label)


class ContractForm(Form):
    """A contract, the first or one that follows."""

    account = AccountChoice(label=_("工作人员"), queryset=None)
    employer = BodyChoice(label=_("用人单位"), queryset=None)
    sort = forms.ChoiceField(label=_("用工形式"), choices=Contract.Sort.choices)
    valid_from = DateField(label=_("第一天"))
    valid_until = DateField(
        label=_("最后一天"),
        required=False,
        help_text=_("无固定期限就留空。到期第二天起不再有任何职权。"),
    )
    basis = forms.CharField(label=_("依据"), max_length=200, required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = Account.objects.filter(street=actor.street, kind="staff", is_active=True)
        self.fields["account"].queryset = staff.select_related("party").order_by("username")  # type: ignore[attr-defined]
        bodies = Body.objects.filter(street=actor.street).order_by("code")
        mine = [b.pk for b in bodies if may_employ(actor, b)]
        self.fields["employer"].queryset = bodies.filter(pk__in=mine)  # type: ignore[attr-defined]


class PlaceForm(FilterForm):
    """Which place, which week."""

    place = LabelChoice(label=_("地点"), queryset=None, empty_label=None)
    day = DateField(label=_("哪一周（其中任意一天）"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = queries.places_of(actor)  # type: ignore[attr-defined]


class SpanForm(Form):
    """From a day to a day."""

    first = DateField(label=_("从哪天"))
    last = DateField(label=_("到哪天"))


class AssignForm(Form):
    """Put one person on duty."""

    account = AccountChoice(label=_("谁"), queryset=None)
    post = LabelChoice(label=_("岗位"), queryset=None)
    shift = LabelChoice(label=_("班次"), queryset=None)
    day = DateField(label=_("哪一天"))
    last = DateField(label=_("直到"), required=False, help_text=_("只排一天就留空。"))

    def __init__(self, *args: Any, place: ServicePoint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts = queries.posts_of(place.code)
        self.fields["post"].queryset = posts  # type: ignore[attr-defined]
        shifts = Shift.objects.filter(place=place, is_active=True).order_by("begins", "code")
        self.fields["shift"].queryset = shifts  # type: ignore[attr-defined]
        self.fields["account"].queryset = queries.staff_of_place(place.code)  # type: ignore[attr-defined]


class NeedForm(Form):
    """How many people a post needs in a shift, from a day on."""

    post = LabelChoice(label=_("岗位"), queryset=None)
    shift = LabelChoice(label=_("班次"), queryset=None)
    people = forms.IntegerField(
        label=_("几个人"), min_value=0, max_value=99, help_text=_("填 0 就是不再需要。")
    )
    valid_from = DateField(label=_("从哪天起"))

    def __init__(self, *args: Any, place: ServicePoint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].queryset = Post.objects.filter(place=place, is_active=True)  # type: ignore[attr-defined]
        self.fields["shift"].queryset = Shift.objects.filter(place=place, is_active=True)  # type: ignore[attr-defined]


class DutyChoice(forms.ModelChoiceField):
    """A colleague's duty: who, when, what."""

    def label_from_instance(self, obj: Any) -> str:
        who = obj.account.party.name if obj.account.party else obj.account.username
        return f"{who} · {obj.day:%m-%d} · {obj.shift.label}"


class SwapForm(Form):
    """With whom: a colleague's duty in exchange, or only a colleague."""

    other = DutyChoice(
        label=_("换哪个班"), queryset=Duty.objects.none(), required=False,
        help_text=_("不用对方还班就留空，在下面选由谁来上。"),
    )  # fmt: skip
    of = AccountChoice(label=_("请谁来上"), queryset=Account.objects.none(), required=False)

    def __init__(self, *args: Any, duty: Duty, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert duty.post is not None
        choices = [d.pk for d in queries.partners_for(duty, duty.day - timedelta(days=14))]
        rows = Duty.objects.filter(pk__in=choices).select_related("account__party", "shift")
        self.fields["other"].queryset = rows.order_by("begins_at")  # type: ignore[attr-defined]
        people = [a.pk for a in queries.people_for(duty.post, duty.day)]
        found = Account.objects.filter(pk__in=people).exclude(pk=duty.account_id)
        self.fields["of"].queryset = found.select_related("party").order_by("username")  # type: ignore[attr-defined]


class LeaveForm(Form):
    """Ask for leave."""

    place = LabelChoice(label=_("地点"), queryset=None, empty_label=None)
    sort = forms.ChoiceField(label=_("假别"), choices=Leave.Sort.choices)
    first = DateField(label=_("第一天"))
    last = DateField(label=_("最后一天"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = queries.places_of(actor)  # type: ignore[attr-defined]
