"""What a browser may send from the line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yimen.bodies.models import Body
from yimen.hotline.actions import Taken
from yimen.hotline.models import HelpRequest, Line, LineCall
from yimen.hotline.needs import Need, find, tree
from yimen.lib.masking import mask_name
from yimen.look.forms import FilterForm, Form
from yimen.people.models import Party
from yimen.places.models import Division

NEW = "new"


class AnswerForm(Form):
    """A call that no exchange announced: the operator types who calls."""

    number = forms.CharField(label=_("来电号码"), max_length=30, required=False)
    line = forms.ChoiceField(label=_("打的是哪条线"), choices=Line.choices)


class HangUpForm(Form):
    outcome = forms.ChoiceField(
        label=_("这通电话怎样结束"),
        choices=[("", "—"), *(c for c in LineCall.Outcome.choices if c[0] != "request")],
    )


class NeedField(forms.CharField):
    """A need by its name or code, as far as it can be known from what was typed."""

    def to_python(self, value: Any) -> str:
        typed = str(super().to_python(value) or "").strip()
        if not typed:
            return ""
        found = find(typed, tree().values())
        if not found:
            raise forms.ValidationError(_now("没有这样的求助。请换个词，或从列表里选。"))
        return found[0].code


class TakeForm(Form):
    """A request: eight fields at most for an ordinary one."""

    party = forms.ChoiceField(label=_("谁"), required=False)
    name = forms.CharField(label=_("姓名（新来电人）"), max_length=60, required=False)
    need = NeedField(label=_("什么求助"), max_length=60, help_text=_("打字，或从列表里选"))
    what = forms.CharField(
        label=_("什么事"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    where = forms.CharField(
        label=_("具体在哪里"), max_length=200, required=False,
        widget=forms.TextInput(attrs={"data-find": reverse_lazy("hotline:addresses")}),
        help_text=_("打路名、拼音或首字母，再打弄号，例如“wtl 12 3”"),
    )  # fmt: skip
    place = forms.ChoiceField(label=_("哪个居村委"), required=False)
    secret = forms.BooleanField(label=_("要求保密"), required=False)
    quiet = forms.BooleanField(label=_("不发短信，不向别人留话"), required=False)
    reach = forms.CharField(
        label=_("怎样联系才安全"), max_length=200, required=False,
        help_text=_("照求助人说的写，例如：只在上午打，别人接就说打错了"),
    )  # fmt: skip
    same_as = forms.ChoiceField(label=_("和哪一件是同一件事"), required=False)
    excluded = forms.ModelChoiceField(
        Body.objects.none(),
        label=_("投诉哪个单位"),
        required=False,
        help_text=_("只有投诉才选：它不经办，也看不到"),
    )

    def __init__(
        self,
        *args: Any,
        people: Sequence[Party],
        committees: Sequence[Division],
        near: Sequence[HelpRequest],
        bodies: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        known = [(str(p.pk), f"{mask_name(p.name)} {p.phone_mask}".strip()) for p in people]
        self.fields["party"].choices = [*known, (NEW, _now("另一个人"))]  # type: ignore[attr-defined]
        places = [("", _now("不清楚")), *((c.code, c.name) for c in committees)]
        self.fields["place"].choices = places  # type: ignore[attr-defined]
        same = [("", _now("都不是")), *((str(r.pk), r.case.number) for r in near)]
        self.fields["same_as"].choices = same  # type: ignore[attr-defined]
        self.fields["excluded"].queryset = bodies  # type: ignore[attr-defined]
        if not near:
            del self.fields["same_as"]

    @property
    def needs(self) -> list[tuple[str, Need]]:
        """The list that the box offers, in the reader's language."""
        lang = get_language() or "zh-hans"
        return [(need.text(lang), need) for need in tree().values()]

    def asked(self, line: str) -> Taken:
        data = self.cleaned_data
        party = data["party"] if data["party"] not in ("", NEW) and not data["name"] else None
        body = data.get("excluded")
        return Taken(
            need=data["need"],
            what=data["what"],
            where=data["where"],
            place=data["place"],
            party=party,
            name=data["name"],
            line=line,
            secret=data["secret"],
            quiet=data["quiet"],
            reach=data["reach"],
            same_as=data.get("same_as") or None,
            excluded=(body.pk,) if body else (),
        )


class ReplyForm(Form):
    done = forms.ChoiceField(
        label=_("办成了吗"),
        choices=[("yes", _("办成了")), ("no", _("不能办"))],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("答复"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("求助人会看到"),
    )


class BackForm(Form):
    """One try to call back."""

    reached = forms.ChoiceField(
        label=_("打通了吗"),
        choices=[("yes", _("打通了")), ("no", _("没打通"))],
        widget=forms.RadioSelect,
    )
    solved = forms.ChoiceField(
        label=_("求助人说解决了吗"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("yes", _("解决了")), ("partly", _("部分解决")), ("no", _("没有解决"))],
    )
    content = forms.ChoiceField(
        label=_("求助人满意吗"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("yes", _("满意")), ("no", _("不满意")), ("", _("没有说"))],
    )

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        content = {"yes": True, "no": False}.get(data["content"])
        return {"reached": data["reached"] == "yes", "solved": data["solved"], "content": content}


class NoteForm(Form):
    text = forms.CharField(
        label=_("交给下一班"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class LearnForm(Form):
    outcome = forms.CharField(label=_("结果"), max_length=300)


class ListenForm(Form):
    reason = forms.CharField(
        label=_("为什么要听"), max_length=200, help_text=_("会记下来；负责人和审计员看得到")
    )


class RatesFilter(FilterForm):
    first = forms.DateField(
        label=_("从"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=_("到"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    by = forms.ChoiceField(
        label=_("按什么看"),
        choices=[
            ("lead", _("单位")),
            ("need", _("求助分类")),
            ("place", _("居村委")),
            ("line", _("原来的热线")),
        ],
    )


class ServiceFilter(FilterForm):
    first = forms.DateField(
        label=_("从"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=_("到"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
