"""What an act may be sent, by browser and by machine alike: cleaned into its arguments.

One form per act; the API puts JSON through the same form, so both doors refuse the same things
with the same sentences.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from yimen.cases.models import Outcome
from yimen.clock.profiles import profile
from yimen.lib.errors import FieldError, Invalid
from yimen.lib.time import ZONE, local, today
from yimen.look.forms import DateField, Form


class MomentField(forms.Field):
    """An RFC 3339 moment, or a browser's local date and time (Chinese time)."""

    def clean(self, value: Any) -> Any:
        if not value:
            return None
        try:
            moment = parse_datetime(str(value))
            if moment is not None:  # on a Chinese clock: its day is the legal day
                return local(moment if moment.tzinfo else moment.replace(tzinfo=ZONE))
        except (ValueError, OverflowError):
            pass  # the 45th of a month, the year before the first
        raise ValidationError(_("请填写日期和时间，例如 2026-11-23T09:30:00+08:00。"))


class ListField(forms.Field):
    """Several values: a JSON list, repeated form values, or text separated by commas."""

    widget = forms.SelectMultiple

    def __init__(self, *, shape: type = str, **kwargs: Any) -> None:
        self.shape = shape
        super().__init__(**{"required": False, **kwargs})

    def clean(self, value: Any) -> list[Any]:
        if value in (None, "", []):
            return []
        if isinstance(value, str):
            return [part.strip() for part in value.replace("，", ",").split(",") if part.strip()]
        if not isinstance(value, (list, tuple)):
            raise ValidationError(_("这里应当是一个列表。"))
        return [self._one(item) for item in value]

    def _one(self, item: Any) -> Any:
        if isinstance(item, (str, self.shape)):
            return item
        raise ValidationError(_("列表里的内容格式不对。"))


class ActForm(Form):
    """Every act may say when it legally happened and which version it was looking at."""

    at = MomentField(required=False, label=_("实际发生时间"))
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def arguments(self) -> dict[str, Any]:
        """The cleaned arguments of the act, empty ones left out."""
        empty: tuple[Any, ...] = (None, "", [])
        return {k: v for k, v in self.cleaned_data.items() if v not in empty}


def _reason(label: Any, *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=2000, widget=forms.Textarea({"rows": 3})
    )


def _task() -> forms.CharField:
    return forms.CharField(required=False, widget=forms.HiddenInput, max_length=36)


class ReasonForm(ActForm):
    reason = _reason(_("理由"), required=True)


class NoteForm(ActForm):
    reason = _reason(_("说明"))


class NotAcceptForm(ActForm):
    reason = _reason(_("不予受理的理由"), required=True)
    direction = _reason(_("告知：应当到哪里、怎样才能办理"), required=True)


class SupplementForm(ActForm):
    materials = ListField(
        label=_("需要补正的材料"), shape=dict, widget=forms.CheckboxSelectMultiple
    )
    reason = _reason(_("告知的内容（一次说清全部）"), required=True)


class SuppliedForm(ActForm):
    materials = ListField(
        label=_("这次交来的材料"), shape=dict, widget=forms.CheckboxSelectMultiple
    )


class HoldForm(ActForm):
    sort = forms.ChoiceField(label=_("法定事由"))
    reason = _reason(_("告知当事人的说明"), required=True)
    task = _task()

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        if isinstance(data, Mapping) and "type" in data and "sort" not in data:
            data = {**data, "sort": data["type"]}  # the API may call it by its field name
        super().__init__(data, *args, **kwargs)
        choices = [(key, rule.name.zh) for key, rule in profile(today()).holds.items()]
        self.fields["sort"].choices = choices  # type: ignore[attr-defined]


class ResumeForm(ActForm):
    sort = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)


class ExtendForm(ActForm):
    n = forms.IntegerField(label=_("延长多少"), required=False, min_value=1)
    reason = _reason(_("延期理由（告知当事人）"), required=True)


class OfferForm(ActForm):
    task = _task()
    body = forms.CharField(label=_("交给哪个单位（代码）"), required=False, max_length=64)
    assignee = forms.CharField(label=_("交给谁（用户名）"), required=False, max_length=64)
    reason = _reason(_("说明"))


class TaskForm(ActForm):
    task = _task()


class ReturnForm(ActForm):
    task = _task()
    reason = _reason(_("退回理由"), required=True)


class FinishForm(ActForm):
    VERDICTS: ClassVar = [("agree", _("同意")), ("object", _("不同意"))]
    ANSWERS: ClassVar = [
        ("", "—"), ("match", _("与申报一致")), ("differs", _("与申报不一致")),
        ("no_record", _("查无记录")),
    ]  # fmt: skip
    task = _task()
    verdict = forms.ChoiceField(label=_("承办意见"), choices=VERDICTS, required=False)
    reason = _reason(_("意见或情况说明"))
    visitors = ListField(
        label=_("实地核查人员（两名以上，用户名，用逗号分开）"), widget=forms.TextInput
    )
    consent = forms.BooleanField(label=_("当事人书面授权已归档"), required=False)
    answer = forms.ChoiceField(label=_("核对结果"), choices=ANSWERS, required=False)

    def clean_verdict(self) -> str:
        return self.cleaned_data["verdict"] or "agree"


class PostForm(ActForm):
    task = _task()
    text = forms.CharField(
        label=_("公示内容"),
        max_length=4000,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("不要写身份证号、电话和住址门牌。"),
    )
    starts_on = DateField(label=_("公示开始"), required=False)
    ends_on = DateField(label=_("公示截止"))


class DecideForm(ActForm):
    outcome = forms.ChoiceField(label=_("决定"), choices=Outcome.choices, widget=forms.RadioSelect)
    reason = _reason(_("理由（不予批准时必填）"))


class DeliverForm(ActForm):
    WAYS: ClassVar = [
        ("", "—"), ("counter", _("窗口领取")), ("courier", _("快递")), ("home", _("送上门")),
        ("on_the_spot", _("当场交付")), ("electronic", _("电子送达")),
    ]  # fmt: skip
    way = forms.ChoiceField(label=_("送达方式"), choices=WAYS, required=False)
    parcel = forms.CharField(label=_("快递单号"), required=False, max_length=40)


class ConfirmForm(ActForm):
    proof = forms.CharField(label=_("凭证"), required=False, max_length=20)


class SolvedForm(ActForm):
    ANSWERS: ClassVar = [("yes", _("解决了")), ("partly", _("部分解决")), ("no", _("没有解决"))]
    answer = forms.ChoiceField(choices=ANSWERS, widget=forms.RadioSelect, label=_("问题解决了吗"))


class ExternalForm(ActForm):
    external_number = forms.CharField(label=_("对方系统的编号"), max_length=60)


class AnswerObjectionForm(ActForm):
    objection = forms.CharField(max_length=36, widget=forms.HiddenInput)
    reason = _reason(_("对这条异议的答复"), required=True)


FORMS: dict[str, type[ActForm]] = {
    "accept": ActForm, "not_accept": NotAcceptForm, "supplement": SupplementForm,
    "supplied": SuppliedForm, "hold": HoldForm, "resume": ResumeForm, "extend": ExtendForm,
    "offer": OfferForm, "sign": TaskForm, "return": ReturnForm, "finish": FinishForm,
    "post": PostForm, "decide": DecideForm, "deliver": DeliverForm, "confirm": ConfirmForm,
    "reopen": ReasonForm, "withdraw": NoteForm, "lapse": ReasonForm, "void": ReasonForm,
    "correct": ReasonForm, "revoke": ReasonForm, "urge": NoteForm, "solved": SolvedForm,
    "external": ExternalForm, "answer_objection": AnswerObjectionForm,
}  # fmt: skip


def arguments(act: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of an act from a machine's JSON; raises Invalid with the fields."""
    made = FORMS.get(act)
    if made is None:
        text = _("没有“%(act)s”这个操作。") % {"act": act}
        raise Invalid("act", text, (FieldError("act", text, " / ".join(FORMS)),))
    form = made(dict(data))
    if not form.is_valid():
        errors = tuple(
            FieldError(field, message)
            for field, messages in form.errors.items()
            for message in messages
        )
        raise Invalid("fields", _("有的内容填写不对，请改正。"), errors)
    return form.arguments()
