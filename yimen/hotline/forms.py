"""What a browser may send from the line."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yimen.bodies.models import Body
from yimen.hotline import published
from yimen.hotline.actions import Taken
from yimen.hotline.models import HelpRequest, Line, LineCall
from yimen.hotline.needs import Need, find, tree
from yimen.hotline.whom_forms import Choices, WhomForm
from yimen.lib.masking import mask_name
from yimen.lib.time import local
from yimen.look.forms import DateField, FilterForm, Form
from yimen.look.language import pick
from yimen.people.models import Party
from yimen.places.models import Division

NEW = "new"

# how a call ends by what was written down, never by a list
WRITTEN = (LineCall.Outcome.REQUEST, LineCall.Outcome.ANSWERED)
ASKED, TOLD = 2000, 4000  # characters of a question and of what was answered


def division_name(division: Division) -> str:
    """A committee in the reader's language."""
    return pick({"zh": division.name, "en": division.name_en or division.name})


HURRY = _(
    "写了就按紧急办：三十分钟内先联系，两小时办结，不分昼夜。例如：家里有婴儿，停暖；老人一个人"
)


class AnswerForm(Form):
    """A call that no exchange announced: the operator types who calls."""

    number = forms.CharField(label=_("来电号码"), max_length=30, required=False)
    line = forms.ChoiceField(label=_("打的是哪条线"), choices=Line.choices)


class HangUpForm(Form):
    outcome = forms.ChoiceField(
        label=_("这通电话怎样结束"),
        choices=[("", "—"), *(c for c in LineCall.Outcome.choices if c[0] not in WRITTEN)],
    )


class WordsForm(Form):
    """What is learned after it was taken. `name` only where nobody has said one."""

    text = forms.CharField(
        label=_("补充的情况"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    where = forms.CharField(
        label=_("具体在哪里"), max_length=200, required=False,
        widget=forms.TextInput(attrs={"data-find": reverse_lazy("hotline:addresses")}),
    )  # fmt: skip
    name = forms.CharField(label=_("求助人姓名"), max_length=60, required=False)

    def __init__(self, *args: Any, nameless: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not nameless:
            del self.fields["name"]


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


class CareForm(Form):
    """What whoever acts has to mind of the caller, as somebody else writes it down."""

    secret = forms.BooleanField(label=_("要求保密"), required=False)
    quiet = forms.BooleanField(label=_("不发短信，不向别人留话"), required=False)
    reach = forms.CharField(
        label=_("怎样联系才安全"), max_length=200, required=False,
        help_text=_("照求助人说的写，例如：只在上午打，别人接就说打错了"),
    )  # fmt: skip


class TakeForm(CareForm, WhomForm):
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
    hurry = forms.CharField(
        label=_("为什么等不得"), max_length=200, required=False, help_text=HURRY
    )
    same_as = forms.ChoiceField(label=_("和哪一件是同一件事"), required=False)
    operator = True

    def __init__(
        self,
        *args: Any,
        people: Sequence[Party],
        committees: Sequence[Division],
        near: Sequence[HelpRequest],
        bodies: Choices,
        street: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        known = [(str(p.pk), f"{mask_name(p.name)} {p.phone_mask}".strip()) for p in people]
        self.fields["party"].choices = [*known, (NEW, _now("另一个人"))]  # type: ignore[attr-defined]
        places = [("", _now("不清楚")), *((c.code, division_name(c)) for c in committees)]
        self.fields["place"].choices = places  # type: ignore[attr-defined]
        same = [("", _now("都不是")), *((str(r.pk), r.case.number) for r in near)]
        self.fields["same_as"].choices = same  # type: ignore[attr-defined]
        self.offer(bodies)
        self.street = street
        if not near:
            del self.fields["same_as"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.must_say(data.get("need", ""))
        self.whom = self.about(self.street)
        return data

    @property
    def needs(self) -> list[tuple[str, Need]]:
        """The list that the box offers, in the reader's language."""
        lang = get_language() or "zh-hans"
        return [(need.text(lang), need) for need in tree().values()]

    def asked(self, line: str) -> Taken:
        data = self.cleaned_data
        party = data["party"] if data["party"] not in ("", NEW) and not data["name"] else None
        return Taken(
            need=data["need"],
            what=self.words(data["what"]),
            where=data["where"],
            place=data["place"],
            party=party,
            name=data["name"],
            line=line,
            hurry=data["hurry"],
            secret=data["secret"],
            quiet=data["quiet"],
            reach=data["reach"],
            same_as=data.get("same_as") or None,
            excluded=self.whom,
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

    def clean(self) -> dict[str, Any]:
        """Whoever was not reached has said nothing."""
        data = super().clean() or {}
        if data.get("reached") == "no" and (data.get("solved") or data.get("content")):
            self.add_error("reached", _now("没打通，就不能替求助人说解决没有、满不满意。"))
        return data

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        content = {"yes": True, "no": False}.get(data["content"])
        return {"reached": data["reached"] == "yes", "solved": data["solved"], "content": content}


def where_of(row: HelpRequest) -> str:
    """Where it is, where `nearby` has looked whether that may be read."""
    return str(getattr(row, "where", ""))


class JoinForm(Form):
    """An open request that is about the same thing: one of those nearby, or any by its number."""

    other = forms.ChoiceField(label=_("把哪一件并进来"), required=False)
    typed = forms.CharField(label=_("或者输入编号"), max_length=40, required=False)
    reason = forms.CharField(label=_("为什么是同一件事"), max_length=300)

    def __init__(self, *args: Any, near: Sequence[HelpRequest], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [
            (
                r.case.number,
                " · ".join(
                    filter(None, (where_of(r), r.case.number, f"{local(r.taken_at):%m-%d %H:%M}"))
                ),
            )
            for r in near
        ]
        self.fields["other"].choices = [("", "—"), *rows]  # type: ignore[attr-defined]
        if not near:
            del self.fields["other"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("other") and not data.get("typed"):
            self.add_error("typed", _now("请选择一件，或者输入编号。"))
        return data

    @property
    def number(self) -> str:
        return str(self.cleaned_data.get("other") or self.cleaned_data["typed"].strip())


class LeaveForm(Form):
    which = forms.ChoiceField(label=_("哪一件不是这件事"))
    reason = forms.CharField(label=_("为什么不是"), max_length=300)

    def __init__(self, *args: Any, rows: Sequence[HelpRequest], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        some = [(str(r.pk), f"{r.case.number} {mask_name(r.case.applicant.name)}") for r in rows]
        self.fields["which"].choices = [("", "—"), *some]  # type: ignore[attr-defined]


class NewsForm(Form):
    """What everybody who called is told: fixed sentences, so that no name slips in."""

    news = forms.ChoiceField(
        label=_("告诉大家"),
        choices=[
            ("working", _("正在一起处理，不用再打")),
            ("until", _("预计什么时候好")),
            ("over", _("现场已经处理好")),
        ],
        widget=forms.RadioSelect,
        initial="working",
    )
    until = forms.DateTimeField(
        label=_("预计什么时候好"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class LookedForm(Form):
    need = forms.CharField(max_length=60, widget=forms.HiddenInput)
    place = forms.CharField(max_length=12, widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("查明的情况"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写事和地方，不写人"),
    )


class PublicMapFilter(FilterForm):
    """What the map shows. The months are those that may be seen."""

    need = forms.ChoiceField(label=_("什么求助"))
    month = forms.ChoiceField(label=_("哪个月"))
    street = forms.ChoiceField(label=_("街道"))

    def __init__(
        self, *args: Any, months: Sequence[date], streets: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.months = months
        lang = get_language() or "zh-hans"
        needs = [(code, f"{'　' * n.depth}{n.text(lang)}") for code, n in published.needs().items()]
        self._choices("need", [("", _now("全部")), *needs])
        self._choices(
            "month", [("", _now("全部")), *((f"{m:%Y-%m}", f"{m:%Y-%m}") for m in months)]
        )
        if len(streets) < 2:
            del self.fields["street"]
        else:
            self._choices("street", list(streets.items()))

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def span(self, chosen: Mapping[str, Any]) -> tuple[date, date]:
        """From the first to the last day of the chosen month, or of all."""
        one = [m for m in self.months if f"{m:%Y-%m}" == chosen.get("month")]
        first, last = (one or self.months)[-1], (one or self.months)[0]
        return first, last.replace(day=monthrange(last.year, last.month)[1])


class MapFilter(PublicMapFilter):
    state = forms.ChoiceField(
        label=_("办到哪里"),
        choices=[("", _("全部")), ("open", _("正在办")), ("past", _("办结的"))],
    )

    def __init__(self, *args: Any, months: Sequence[date], **kwargs: Any) -> None:
        super().__init__(*args, months=months, streets={}, **kwargs)


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
            ("month", _("月份")),
        ],
    )


class ServiceFilter(FilterForm):
    first = forms.DateField(
        label=_("从"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=_("到"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class MonthFilter(FilterForm):
    month = forms.DateField(
        label=_("月份"), input_formats=["%Y-%m"],
        widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
    )  # fmt: skip


class BodyChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return pick({"zh": obj.name, "en": obj.name_en})


class GatewayForm(Form):
    """What the centre and its line are called, and whose they are."""

    name = forms.CharField(
        label=_("中心名称"),
        max_length=60,
        help_text=_(
            "写在每个页面和每张纸上，电话里也这样说；运营商没有登记短信签名的，短信也这样署名。"
        ),
    )  # fmt: skip
    name_en = forms.CharField(label=_("英文名称"), max_length=100, required=False)
    number = forms.CharField(label=_("热线号码"), max_length=30, required=False)
    host = BodyChoice(
        Body.objects.none(), label=_("主办单位"), required=False, empty_label=_("独立设置"),
        help_text=_("并入别的热线或单位时选它；不选就是独立设置。"),
    )  # fmt: skip
    hosted_since = DateField(label=_("从哪一天起并入"), required=False)
    ask = forms.CharField(label=_("有问题找谁"), max_length=80, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["host"].queryset = bodies  # type: ignore[attr-defined]


class ChannelForm(Form):
    """Whose a way into the line is."""

    owner = BodyChoice(Body.objects.none(), label=_("归哪个单位"))
    since = DateField(label=_("从哪一天起并入"))
    ask = forms.CharField(
        label=_("有问题找谁"), max_length=80, help_text=_("科室和办公电话，不写个人手机。")
    )

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = bodies  # type: ignore[attr-defined]


class SpotForm(Form):
    """What the caller wants to know, and what was told."""

    question = forms.CharField(
        label=_("问的什么"), max_length=ASKED,
        widget=forms.TextInput(attrs={
            "data-find": reverse_lazy("hotline:look_up"), "data-says": "answers-says",
        }),
        help_text=_("打几个字，下面出现现成的答复。不写姓名和号码。"),
    )  # fmt: skip
    told = forms.CharField(
        label=_("怎么答的"), max_length=TOLD, widget=forms.Textarea(attrs={"rows": 4})
    )
