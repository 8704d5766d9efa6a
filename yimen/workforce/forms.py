"""What a browser may send about posts, contracts, rosters, swaps and leave."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from yimen.bodies.forms import AccountChoice, BodyChoice
from yimen.bodies.models import Body, Contract
from yimen.bodies.perms import may_employ
from yimen.lib.actor import Actor
from yimen.look.forms import DateField, FilterForm, Form
from yimen.people.models import Account
from yimen.places.models import ServicePoint
from yimen.workforce import learning, queries
from yimen.workforce.models import Check, Duty, Enrolment, Facility, Leave, Post, Shift


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


class CourseForm(Form):
    """A course."""

    name = forms.CharField(label=_("课程名称"), max_length=80)
    name_en = forms.CharField(label=_("英文名称"), max_length=100, required=False)
    code = forms.SlugField(label=_("代码"), max_length=40, help_text=_("小写字母、数字和横线。"))
    before_post = forms.BooleanField(label=_("岗前培训"), required=False)
    valid_months = forms.IntegerField(
        label=_("证书有效几个月"), min_value=1, max_value=120, required=False,
        help_text=_("长期有效就留空。"),
    )  # fmt: skip
    pass_mark = forms.IntegerField(
        label=_("及格分"), min_value=0, max_value=100, initial=60, help_text=_("没有考试填 0。")
    )


class SessionForm(Form):
    """A session of a course."""

    problem_fields: ClassVar[dict[str, str]] = {"ends_at": "ends"}

    course = LabelChoice(label=_("课程"), queryset=None)
    place = LabelChoice(label=_("地点"), queryset=None, empty_label=None)
    room = forms.CharField(label=_("教室"), max_length=60, required=False)
    day = DateField(label=_("哪一天"))
    begins = forms.TimeField(label=_("开始"), initial="13:30", help_text=_("例如 13:30"))
    ends = forms.TimeField(label=_("结束"), initial="16:30")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = learning.courses(actor.street)  # type: ignore[attr-defined]
        self.fields["place"].queryset = queries.places_of(actor)  # type: ignore[attr-defined]


class EnrolForm(Form):
    """Who is to come."""

    account = AccountChoice(label=_("工作人员"), queryset=None)

    def __init__(self, *args: Any, street: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = Account.objects.filter(street=street, kind="staff", is_active=True)
        self.fields["account"].queryset = staff.select_related("party").order_by("username")  # type: ignore[attr-defined]


class ResultsForm(Form):
    """Who came and how the test went: two fields a person."""

    def __init__(self, rows: list[Enrolment], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            key = row.pk.hex
            self.fields[f"a_{key}"] = forms.BooleanField(
                label=_("到课"), required=False, initial=bool(row.attended)
            )
            self.fields[f"s_{key}"] = forms.IntegerField(
                label=_("分数"), min_value=0, max_value=100, required=False, initial=row.score
            )

    def lines(self) -> list[tuple[Enrolment, Any, Any]]:
        return [(row, self[f"a_{row.pk.hex}"], self[f"s_{row.pk.hex}"]) for row in self.rows]

    def results(self) -> dict[UUID, tuple[bool, int | None]]:
        """What `actions.record_results` takes."""
        data = self.cleaned_data
        return {r.pk: (data[f"a_{r.pk.hex}"], data[f"s_{r.pk.hex}"]) for r in self.rows}


class CertificateForm(Form):
    """A certificate that somebody brought."""

    account = AccountChoice(label=_("工作人员"), queryset=None)
    course = LabelChoice(label=_("课程"), queryset=None)
    valid_from = DateField(label=_("从哪天起有效"))
    basis = forms.CharField(label=_("证书名称或编号"), max_length=120)

    def __init__(self, *args: Any, street: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = Account.objects.filter(street=street, kind="staff", is_active=True)
        self.fields["account"].queryset = staff.select_related("party").order_by("username")  # type: ignore[attr-defined]
        self.fields["course"].queryset = learning.courses(street)  # type: ignore[attr-defined]


class ChecksForm(Form):
    """What was found: one choice for each facility, nothing chosen beforehand."""

    mark_optional = False  # the action wants every one, and names those left out

    def __init__(
        self, rows: list[Facility], today: dict[UUID, Check], *args: Any, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.rows = rows
        for row in rows:
            before = today.get(row.pk)
            self.fields[f"f_{row.pk.hex}"] = forms.ChoiceField(
                label=row.label, choices=Check.State.choices, widget=forms.RadioSelect,
                required=False, initial=before.state if before else None,
            )  # fmt: skip

    def lines(self) -> list[Any]:
        return [self[f"f_{row.pk.hex}"] for row in self.rows]

    def found(self) -> dict[UUID, str]:
        """What `actions.check` takes; it says what was left out."""
        return {row.pk: self.cleaned_data[f"f_{row.pk.hex}"] for row in self.rows}
