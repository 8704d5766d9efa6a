"""What a browser may send about visits."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yimen.bodies.forms import AccountChoice
from yimen.files.forms import PhotosField
from yimen.lib.actor import Actor
from yimen.lib.time import today
from yimen.look.dates import cn_month
from yimen.look.forms import DateField, Form, without_id
from yimen.people.models import Account
from yimen.places.models import ServicePoint
from yimen.supervision import queries, rules
from yimen.supervision.actions import Found
from yimen.supervision.actions.sheets import PHOTOS_PER_ITEM
from yimen.supervision.models import Item, Score, Visit

MONTHS_AHEAD = 3


class CentreChoice(forms.ModelChoiceField):
    """A centre by its name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.label)


class PlanForm(Form):
    """Which centre, which month, announced or not, by whom."""

    centre = CentreChoice(label=_("中心"), queryset=None)
    month = forms.ChoiceField(label=_("月份"))
    announced = forms.ChoiceField(
        label=_("方式"),
        choices=[("no", _("暗访：月底以前中心的人看不到")), ("yes", _("明察：告诉中心哪一天去"))],
        widget=forms.RadioSelect,
    )
    planned_on = DateField(label=_("哪一天去"), required=False, help_text=_("明察必填。"))
    supervisor = AccountChoice(label=_("监督员"), queryset=None)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        centres = ServicePoint.objects.filter(street=actor.street, is_open=True)
        self.fields["centre"].queryset = centres.order_by("code")  # type: ignore[attr-defined]
        people = Account.objects.filter(pk__in=queries.supervisors(actor.street))
        self.fields["supervisor"].queryset = people.select_related("party")  # type: ignore[attr-defined]
        self.fields["month"].choices = [(m.isoformat(), cn_month(m)) for m in _months(today())]  # type: ignore[attr-defined]

    def plan(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "centre": given["centre"],
            "month": date.fromisoformat(given["month"]),
            "announced": given["announced"] == "yes",
            "planned_on": given["planned_on"],
            "supervisor": given["supervisor"],
        }


def _months(day: date) -> list[date]:
    found = [rules.month_of(day)]
    while len(found) < MONTHS_AHEAD:
        found.append(rules.month_ends(found[-1]).date())
    return found


class SheetForm(Form):
    """The sheet: for every item a result, a note, photographs. Nothing is required while it is
    being filled in."""

    mark_optional = False
    visited_on = DateField(label=_("哪一天去的"), required=False)
    note = forms.CharField(
        label=_("总的情况"), required=False, max_length=2000, validators=[without_id],
        widget=forms.Textarea(attrs={"rows": 3}), help_text=_("写事，不写人的姓名。"),
    )  # fmt: skip

    def __init__(
        self, visit: Visit, items: list[Item], scores: dict[str, Score], *args: Any
    ) -> None:
        self.items = items
        begin = {"note": visit.note, "visited_on": visit.visited_on or _day_of(visit)}
        for code, score in scores.items():
            begin |= {f"level_{code}": score.level, f"note_{code}": score.note}
        super().__init__(*args, initial=begin)
        for item in items:
            self.fields |= _fields_of(item)

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [
            {
                "item": item, "level": self[f"level_{item.code}"],
                "note": self[f"note_{item.code}"], "photo": self[f"photo_{item.code}"],
            }
            for item in self.items
        ]  # fmt: skip

    def found(self) -> dict[str, Found]:
        """What was chosen so far."""
        given = self.cleaned_data
        return {
            item.code: Found(given[f"level_{item.code}"], given[f"note_{item.code}"])
            for item in self.items
            if given[f"level_{item.code}"]
        }

    def photos(self) -> list[tuple[str, Any]]:
        return [
            (item.code, one)
            for item in self.items
            for one in self.cleaned_data[f"photo_{item.code}"]
        ]


def _day_of(visit: Visit) -> date | None:
    return today() if rules.month_of(today()) == visit.month else visit.planned_on


def _fields_of(item: Item) -> dict[str, forms.Field]:
    return {
        f"level_{item.code}": forms.ChoiceField(
            label=item.label, required=False, choices=Score.Level.choices,
            widget=forms.RadioSelect,
        ),
        f"note_{item.code}": forms.CharField(
            label=_("看到了什么"), required=False, max_length=500, validators=[without_id]
        ),
        f"photo_{item.code}": PhotosField(
            label=_("照片"), required=False, most=PHOTOS_PER_ITEM
        ),
    }  # fmt: skip


class ObjectionForm(Form):
    """Why an item was scored wrongly."""

    text = forms.CharField(
        label=_("为什么不对"), max_length=500, validators=[without_id],
        widget=forms.Textarea(attrs={"rows": 4}), help_text=_("一项只能提一次。写事，不写人的姓名。"),
    )  # fmt: skip


class AnswerForm(Form):
    """The answer to an objection, and what the item comes to."""

    level = forms.ChoiceField(
        label=_("这一项的结果"), choices=Score.Level.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("答复"), max_length=500, validators=[without_id],
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip


class MeasureForm(Form):
    """What will be done, by whom, by when."""

    text = forms.CharField(label=_("怎么改"), max_length=500, validators=[without_id])
    owner = AccountChoice(label=_("责任人"), queryset=None)
    due = DateField(label=_("哪天以前"))

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = queries.staff_around(visit)  # type: ignore[attr-defined]


class NoteForm(Form):
    """One line of words."""

    note = forms.CharField(label=_("说明"), max_length=500, validators=[without_id])


class SeenForm(Form):
    """Is it done?"""

    good = forms.ChoiceField(
        label=_("到位了吗"), choices=[("yes", _("到位")), ("no", _("不到位"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
    note = forms.CharField(
        label=_("还缺什么"), max_length=500, required=False, validators=[without_id],
        help_text=_("不到位时必填。"),
    )  # fmt: skip
