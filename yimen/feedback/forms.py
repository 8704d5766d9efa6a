"""What a browser may send about ratings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yimen.feedback.models import FollowUp, Level, Solved
from yimen.feedback.rules import indicators_for
from yimen.look.forms import FilterForm, Form, without_id

INDICATORS = {
    "efficiency": _("办事快慢"),
    "skill": _("业务熟练"),
    "attitude": _("服务态度"),
    "guide": _("指南准确"),
    "convenience": _("方便程度"),
    "operation": _("操作体验"),
}


class LookUpForm(Form):
    """Number and code of a case or a question."""

    number = forms.CharField(
        label=_("办件编号、查询号或咨询编号"), max_length=40, help_text=_("在收件凭证上")
    )
    code = forms.CharField(label=_("查询码"), max_length=12, help_text=_("六位数字，在收件凭证上"))


class RatingForm(Form):
    """Five levels; everything else may be left out."""

    level = forms.TypedChoiceField(
        label=_("总体满意吗？"), choices=Level.choices, coerce=int, widget=forms.RadioSelect
    )
    solved = forms.ChoiceField(
        label=_("您的问题解决了吗？"),
        choices=[c for c in Solved.choices if c[0] != Solved.UNANSWERED],
        required=False,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("想说的话"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("请不要写身份证号码和电话。"), validators=[without_id],
    )  # fmt: skip
    named = forms.BooleanField(
        label=_("让办理单位知道是我，可以打电话给我"), required=False,
        help_text=_("不勾选，办理单位看不到您是谁。"),
    )  # fmt: skip

    def __init__(self, online: bool, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parts = indicators_for(online=online)
        for part in self.parts:
            self.fields[part] = forms.TypedChoiceField(
                label=INDICATORS[part], choices=[("", _("不评价")), *Level.choices], coerce=int,
                empty_value=None, required=False,
            )  # fmt: skip

    def arguments(self) -> dict[str, Any]:
        """What `actions.rate` takes."""
        data = self.cleaned_data
        return {
            "level": data["level"],
            "solved": data["solved"] or Solved.UNANSWERED,
            "text": data["text"],
            "named": data["named"],
            "indicators": {p: data[p] for p in self.parts if data[p] is not None},
        }

    @property
    def part_fields(self) -> list[Any]:
        return [self[part] for part in self.parts]


class RatingFilter(FilterForm):
    level = forms.ChoiceField(
        label=_("满意程度"), choices=[("", _("全部")), *Level.choices], required=False
    )
    state = forms.ChoiceField(
        label=_("差评办理"),
        choices=[("", _("全部")), *FollowUp.State.choices],
        required=False,
    )

    def lookups(self) -> dict[str, Any]:
        chosen = self.chosen()
        if state := chosen.pop("state", ""):
            chosen["followup__state"] = state
        return chosen


class WordsForm(Form):
    """One step of a follow-up in words."""

    text = forms.CharField(
        label=_("经过和结果"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


class DecisionForm(WordsForm):
    mistaken = forms.TypedChoiceField(
        label=_("复核结论"),
        choices=[("no", _("评价成立，继续整改")), ("yes", _("误评或不实，不计入"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )


class PublishForm(Form):
    """What everybody will read."""

    words = forms.CharField(
        label=_("评价人的话"), required=False, max_length=1000, widget=forms.Textarea({"rows": 3}),
        help_text=_("去掉姓名、电话和能认出人的细节；没有写话就留空。"),
    )  # fmt: skip
    answer = forms.CharField(
        label=_("答复和整改"), max_length=2000, widget=forms.Textarea({"rows": 4}),
        help_text=_("不写工作人员的姓名。"),
    )  # fmt: skip


class ReturnForm(Form):
    """Why it goes back to whoever wrote it."""

    why = forms.CharField(label=_("要改什么"), max_length=500, widget=forms.Textarea({"rows": 2}))
