"""What a browser may send about papers."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yimen.custody import queries
from yimen.custody.models import Paper, Parcel
from yimen.lib.actor import Actor
from yimen.lib.text import code as plain
from yimen.look.forms import Form

SEPARATORS = re.compile(r"[\s,;，；]+")


class ScanForm(Form):
    """The scan box. Somebody with seats in several bodies says where they stand."""

    code = forms.CharField(
        label=_("扫条码"),
        max_length=60,
        help_text=_("材料、交接单或办件的条码"),
        widget=forms.TextInput(attrs={"autofocus": True}),
    )
    body = forms.TypedChoiceField(
        label=_("接收单位"), required=False, coerce=UUID, empty_value=None
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = queries.own_bodies(actor)
        self.several = len(bodies) > 1
        if self.several:
            names = queries.body_names(b.pk for b in bodies)
            choices = [("", _("按移交记录"))] + [(str(b.pk), names[b.pk]) for b in bodies]
            self.fields["body"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["body"]

    def clean_code(self) -> str:
        return plain(self.cleaned_data["code"])


class SendForm(Form):
    """Several papers to one body: ticked in the list, or scanned into the box, one a line."""

    codes = forms.CharField(
        label=_("移交的材料"),
        required=False,
        widget=forms.Textarea,
        help_text=_("逐件扫码，一行一个；也可以在下面的清单里勾选"),
    )
    to_body = forms.TypedChoiceField(
        label=_("移交给"), coerce=UUID, widget=forms.Select(attrs={"autofocus": True})
    )
    note = forms.CharField(label=pgettext_lazy("paper", "备注"), required=False, max_length=300)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        bodies = queries.destinations(actor)
        names = queries.body_names(b.pk for b in bodies)
        choices = [("", pgettext_lazy("paper", "请选择"))] + [
            (str(b.pk), names[b.pk]) for b in bodies
        ]
        self.fields["to_body"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        wanted = {plain(c) for c in SEPARATORS.split(data.get("codes", "")) if c}
        if hasattr(self.data, "getlist"):
            wanted |= {plain(c) for c in self.data.getlist("paper")}
        found = list(queries.visible_to(self.actor).filter(code__in=wanted)) if wanted else []
        unknown = wanted - {paper.code for paper in found}
        if not wanted:
            self.add_error("codes", _("请扫入或勾选至少一份材料。"))
        if unknown:
            sentence = _("没有这些条码的材料：%(codes)s。请重新扫描，或先扫码接收。")
            self.add_error("codes", sentence % {"codes": "、".join(sorted(unknown))[:200]})
        data["papers"] = found
        return data


class EndForm(Form):
    """A paper leaves our hands."""

    act = forms.ChoiceField(
        label=pgettext_lazy("paper", "办理"),
        choices=[
            ("return", _("退还原件")),
            ("deliver", _("交付结果")),
            ("archive", pgettext_lazy("paper", "归档")),
            ("lost", _("报告下落不明")),
        ],
        widget=forms.RadioSelect,
    )
    to = forms.CharField(label=pgettext_lazy("paper", "领取人姓名"), required=False, max_length=120)
    reason = forms.CharField(
        label=pgettext_lazy("paper", "情况说明"), required=False, max_length=300
    )

    def __init__(self, *args: Any, paper: Paper, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = offered(paper)
        field: Any = self.fields["act"]
        field.choices = [choice for choice in field.choices if choice[0] in shown]


def offered(paper: Paper) -> list[str]:
    """Which endings fit a paper now."""
    if paper.state == Paper.State.IN_TRANSIT:
        return ["lost"]
    if paper.state != Paper.State.HELD:
        return []
    if paper.sort == Paper.Sort.RESULT:
        return ["deliver", "lost"]
    return ["return", "lost"] if paper.must_return else ["archive", "return", "lost"]


class ParcelForm(Form):
    """What the carrier says, typed in by hand."""

    tracking = forms.CharField(label=_("运单号"), required=False, max_length=40)
    state = forms.ChoiceField(
        label=_("寄递状态"), required=False, choices=[("", _("不更改")), *Parcel.State.choices]
    )
    place = forms.CharField(label=pgettext_lazy("paper", "地点"), required=False, max_length=80)
