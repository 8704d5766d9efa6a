"""What the living style page shows. Invented, and nothing of it is stored."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yimen.lib.time import now
from yimen.look.forms import DateField, FilterForm, Form
from yimen.look.paging import Page

WAYS = [
    ("counter", gettext_lazy("窗口领取")),
    ("courier", gettext_lazy("快递送达")),
    ("home", gettext_lazy("送上门")),
]
PAPERS = [
    ("id", gettext_lazy("身份证")),
    ("form", gettext_lazy("申请表")),
    ("photo", gettext_lazy("照片")),
]


class SampleForm(Form):
    name = forms.CharField(
        label=gettext_lazy("申请人姓名"),
        help_text=gettext_lazy("与身份证件上一致。"),
        max_length=20,
    )
    born = DateField(label=gettext_lazy("出生日期"))
    sort = forms.ChoiceField(
        label=gettext_lazy("办理方式"),
        choices=[
            ("", gettext_lazy("请选择")),
            ("self", gettext_lazy("本人办理")),
            ("agent", gettext_lazy("委托办理")),
        ],
    )
    way = forms.ChoiceField(label=gettext_lazy("领取方式"), choices=WAYS, widget=forms.RadioSelect)
    papers = forms.MultipleChoiceField(
        label=gettext_lazy("已收材料"),
        choices=PAPERS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = forms.CharField(label=gettext_lazy("备注"), widget=forms.Textarea, required=False)
    scan = forms.FileField(label=gettext_lazy("扫描件"), required=False)
    agree = forms.BooleanField(label=gettext_lazy("本人承诺以上内容属实"))


class SampleFilter(FilterForm):
    q = forms.CharField(label=gettext_lazy("关键词"))
    light = forms.ChoiceField(
        label=gettext_lazy("时限"),
        choices=[
            ("", gettext_lazy("全部")),
            ("yellow", gettext_lazy("临期")),
            ("red", gettext_lazy("逾期")),
        ],
    )


def facts() -> dict[str, Any]:
    """Lists for the components that draw from lists."""
    moment = now()
    return {
        "filter": SampleFilter(),
        "now": moment,
        "tabs_sample": [
            {"label": _("待办"), "href": "#", "current": True, "count": 12},
            {"label": _("临期"), "href": "#", "count": 3, "tone": "watch"},
            {"label": _("逾期"), "href": "#", "count": 1, "tone": "bad"},
        ],
        "rows": [
            (_("受理编号"), "310199001-20261123-0007"),
            (_("申请人"), "陈桂英"),
            (_("代理人"), ""),
        ],
        "steps": [
            {
                "title": _("已收件"),
                "at": moment - timedelta(days=3),
                "state": "done",
                "by": _("窗口一"),
            },
            {"title": _("请补一份材料"), "at": moment - timedelta(days=2), "state": "warning"},
            {"title": _("正在审核"), "at": moment, "state": "current"},
            {"title": _("制作并送达结果"), "state": "next"},
        ],
        "page": Page(items=[1], next="n", previous="p", total=1001, size=20),
        "stages": ["received", "supplementing", "handling", "decided", "delivering"],
        "endings": ["completed", "not_accepted", "withdrawn", "moved"],
    }
