"""What a browser may send about questions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from yimen.bodies.models import Body
from yimen.bodies.queries import staff_of
from yimen.contacts import queries
from yimen.contacts.models import Channel, Enquiry, Handover
from yimen.lib.actor import Actor
from yimen.look.forms import Form
from yimen.look.language import pick
from yimen.matters.queries import departments
from yimen.people.models import Account
from yimen.people.perms import may_register
from yimen.places.queries import centres

LONGEST = 2000


def named(row: Any) -> str:
    """A row's name in the reader's language."""
    return pick({"zh": row.name, "en": row.name_en})


def _select(form: Form, name: str) -> forms.ChoiceField:
    """A field whose choices depend on who asks."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    return field


class DeskAskForm(Form):
    """A question taken at the desk."""

    question = forms.CharField(
        label=_("问题"), max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "autofocus": True}),
        help_text=_("用办事人自己的话。请不要写证件号码和电话。"),
    )  # fmt: skip
    topic_field = forms.ChoiceField(label=_("领域"), required=False)
    channel = forms.ChoiceField(
        label=_("来源"), choices=Channel.choices, initial=Channel.COUNTER, required=False
    )
    phone = forms.CharField(
        label=_("答复后短信通知的手机号"), max_length=30, required=False,
        help_text=_("提问人愿意留才填；不留的凭编号和查询码看答复。"),
    )  # fmt: skip

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = departments(actor.street)
        known = {r["field"]: pick({"zh": r["department"], "en": r["department_en"]}) for r in rows}
        _select(self, "topic_field").choices = [("", _("不清楚")), *known.items()]
        if not may_register(actor):  # the number would lie with a record of the asker
            del self.fields["phone"]

    def clean_channel(self) -> str:
        return self.cleaned_data["channel"] or Channel.COUNTER


class AskForm(Form):
    """A question asked online."""

    centre = forms.ChoiceField(label=_("向哪个中心提问"))
    question = forms.CharField(
        label=_("您的问题"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("请不要写身份证号码、电话和银行卡号，答复不需要这些。"),
    )  # fmt: skip
    matter = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    # people do not see it; programs that fill in everything do
    website = forms.CharField(
        label=_("请留空"), required=False, max_length=200,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.points = {point.code: point for point in centres()}
        _select(self, "centre").choices = [(c, named(p)) for c, p in self.points.items()]

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("请把最后一栏留空，再提交一次。"))
        return ""


class LookUpForm(Form):
    """Number and code of a question."""

    number = forms.CharField(label=_("咨询编号"), max_length=20, help_text=_("例如 W12345678"))
    code = forms.CharField(label=_("查询码"), max_length=12, help_text=_("提问时显示的六位数字"))


class AnswerForm(Form):
    text = forms.CharField(
        label=_("答复"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("提问人凭编号和查询码可以看到。"),
    )  # fmt: skip


class OfferForm(Form):
    """To a colleague, or to another body, which then decides who signs."""

    to = forms.ChoiceField(label=_("转交给"))
    reason = forms.ChoiceField(label=_("原因"), choices=Handover.Reason.choices)
    note = forms.CharField(
        label=_("转交说明"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, enquiry: Enquiry, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bodies = {str(b.pk): b for b in queries.candidates(enquiry)}
        owner = enquiry.owner_body
        staff = staff_of(owner.pk)
        self.colleagues = {str(a.pk): a for a in staff if a.pk != enquiry.owner_account_id}
        self.owner_body = owner
        _select(self, "to").choices = [
            (_("其他单位"), [(f"body:{k}", named(b)) for k, b in self.bodies.items()]),
            (_("本单位同事"), [(f"account:{k}", a.username) for k, a in self.colleagues.items()]),
        ]

    def target(self) -> tuple[Body, Account | None]:
        """The body and, for a colleague, the person."""
        sort, _colon, key = self.cleaned_data["to"].partition(":")
        if sort == "account":
            return self.owner_body, self.colleagues[str(UUID(key))]
        return self.bodies[key], None


class EscalateForm(Form):
    """One step up the ladder, and why: whoever signs for it then answers."""

    step = forms.ChoiceField(label=_("请谁解答"))
    why = forms.CharField(
        label=_("为什么需要上一级"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("已经查过什么、还缺什么。请不要写证件号码和电话。"),
    )  # fmt: skip

    def __init__(self, enquiry: Enquiry, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bodies = {str(b.pk): b for b in queries.next_steps(enquiry)}
        _select(self, "step").choices = [
            (key, self._said(body, enquiry)) for key, body in self.bodies.items()
        ]

    @staticmethod
    def _said(body: Body, enquiry: Enquiry) -> str:
        own = body.pk == enquiry.owner_body_id
        return str(_("本中心的窗口")) if own else named(body)


class DeclineForm(Form):
    note = forms.CharField(
        label=_("谢绝的理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class CloseForm(Form):
    why = forms.ChoiceField(
        label=_("关闭的原因"),
        choices=[
            ("duplicate", _("重复登记")),
            ("asker_gone", _("提问人不再需要")),
            ("not_a_question", _("不是咨询")),
        ],
        widget=forms.RadioSelect,
    )
