"""What a browser may send about complaints."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yimen.bodies.forms import AccountChoice
from yimen.look.forms import DateField, Form, without_id
from yimen.places.queries import centres
from yimen.supervision.forms.visits import CentreChoice
from yimen.supervision.models import Complaint


class ComplainForm(Form):
    """Of whom, what happened."""

    centre = CentreChoice(label=_("哪个中心"), queryset=None)
    about = forms.CharField(
        label=_("投诉谁"), required=False, max_length=80, validators=[without_id],
        help_text=_("窗口号、工号、姓名或样子，知道多少写多少。"),
    )  # fmt: skip
    leader = forms.BooleanField(label=_("投诉的是这个中心的负责人"), required=False)
    happened_on = DateField(label=_("哪一天"), required=False)
    text = forms.CharField(
        label=_("发生了什么"), max_length=4000, validators=[without_id],
        widget=forms.Textarea(attrs={"rows": 6}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["centre"].queryset = centres()  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class ComplaintLookUpForm(Form):
    """What was shown when it was filed."""

    number = forms.CharField(label=_("投诉编号"), max_length=20)
    code = forms.CharField(label=_("查询码"), max_length=20)


class ComplaintAnswerForm(Form):
    """What was found, and the words for whoever complained."""

    outcome = forms.ChoiceField(
        label=_("查下来"), choices=Complaint.Outcome.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("给投诉人的答复"), max_length=4000, validators=[without_id],
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip


class AccusedForm(Form):
    """Who is meant."""

    accused = AccountChoice(label=_("投诉的是谁"), queryset=None)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["accused"].queryset = people  # type: ignore[attr-defined]
