"""What a browser may send about commending."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yimen.bodies.forms import AccountChoice, BodyChoice
from yimen.lib.actor import Actor
from yimen.lib.time import today
from yimen.look.dates import cn_quarter
from yimen.look.forms import Form, without_id
from yimen.supervision import selections
from yimen.supervision.models import Candidate, Selection

QUARTERS_BACK = 4


class WindowChoice(forms.ModelChoiceField):
    """A window by centre and name."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.centre.label} {obj.label}"


class CandidateChoice(forms.ModelMultipleChoiceField):
    """Candidates in the order of the posting."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.place}. {obj.name}（{obj.score}）"


class BeginForm(Form):
    """What is selected, for which quarter, who decides."""

    sort = forms.ChoiceField(
        label=_("评选什么"), choices=Selection.Sort.choices, widget=forms.RadioSelect
    )
    quarter = forms.ChoiceField(label=_("季度"))
    body = BodyChoice(label=_("由谁评定"), queryset=None)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = selections.deciding_bodies(actor.street)  # type: ignore[attr-defined]
        quarters = [selections.quarter_before(today())]
        while len(quarters) < QUARTERS_BACK:
            quarters.append(selections.quarter_before(quarters[-1]))
        self.fields["quarter"].choices = [(q.isoformat(), cn_quarter(q)) for q in quarters]  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        return self.cleaned_data | {"quarter": date.fromisoformat(self.cleaned_data["quarter"])}


class ProposeForm(Form):
    """A window or a person, and why."""

    who: forms.ModelChoiceField
    why = forms.CharField(
        label=_("推荐理由"), max_length=300, validators=[without_id],
        help_text=_("公示时会公布。"),
    )  # fmt: skip
    field_order = ("who", "why")

    def __init__(self, *args: Any, selection: Selection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        street = selection.street
        if selection.sort == Selection.Sort.WINDOW:
            self.kind = "window"
            self.fields["who"] = WindowChoice(selections.windows_of(street), label=_("窗口"))
        else:
            self.kind = "account"
            self.fields["who"] = AccountChoice(selections.staff_of(street), label=_("工作人员"))
        self.fields["who"].error_messages["required"] = _("请选择要推荐的窗口或人。")
        self.order_fields(self.field_order)

    def facts(self) -> dict[str, Any]:
        return {self.kind: self.cleaned_data["who"], "why": self.cleaned_data["why"]}


class PostingObjectionForm(Form):
    """Why somebody should not be commended."""

    text = forms.CharField(
        label=_("您的异议"), max_length=500, validators=[without_id],
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("不用留名。异议不公布，答复会公布在本页。"),
    )  # fmt: skip


class PostingAnswerForm(Form):
    """The answer, as it is published."""

    text = forms.CharField(
        label=_("答复"), max_length=500, validators=[without_id],
        widget=forms.Textarea(attrs={"rows": 4}), help_text=_("会公布在公示页上。"),
    )  # fmt: skip


class DecideForm(Form):
    """Who is commended."""

    chosen = CandidateChoice(label=_("评定"), queryset=None)
    reason = forms.CharField(
        label=_("理由"), max_length=500, required=False, validators=[without_id],
        help_text=_("和排序不一致时必填，会公布。"),
    )  # fmt: skip

    def __init__(self, *args: Any, selection: Selection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = Candidate.objects.filter(selection=selection).order_by("place", "code")
        self.fields["chosen"].queryset = found  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        chosen = {c.pk for c in self.cleaned_data["chosen"]}
        return {"chosen": chosen, "reason": self.cleaned_data["reason"]}
