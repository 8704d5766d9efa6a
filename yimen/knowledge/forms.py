"""What a browser may send about laws and gazettes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yimen.knowledge.models import Sort, Standing
from yimen.look.forms import DateField, FilterForm, Form


class SearchFilter(FilterForm):
    """Narrows a search."""

    sort = forms.ChoiceField(label=_("种类"), choices=[("", _("全部")), *Sort.choices])
    old = forms.BooleanField(label=_("也查已失效的旧版本"))


class StandingForm(Form):
    """Does it still hold?"""

    standing = forms.ChoiceField(label=_("效力"), choices=Standing.choices)
    ended_on = DateField(
        label=_("被修改或废止的日期"), required=False, help_text=_("现行有效的留空")
    )


class DocumentForm(StandingForm):
    """A document with its file."""

    file = forms.FileField(
        label=_("文件"),
        help_text=_("有文字的 PDF、HTML 或文本文件，不超过 20 MB。扫描件读不出来。"),
    )
    sort = forms.ChoiceField(label=_("种类"), choices=Sort.choices)
    title = forms.CharField(label=_("标题"), max_length=200)
    number = forms.CharField(label=_("文号"), max_length=80, required=False)
    issuer = forms.CharField(label=_("发布机关"), max_length=120)
    issued_on = DateField(label=_("公布日期"))
    in_force_from = DateField(label=_("施行日期"))
    source = forms.CharField(
        label=_("来源"), max_length=300, help_text=_("网址，或公报的名称和期号")
    )
    field_order = (
        "file", "sort", "title", "number", "issuer", "issued_on", "in_force_from", "source",
        "standing", "ended_on",
    )  # fmt: skip

    def facts(self) -> dict[str, Any]:
        """Everything but the file."""
        return {k: v for k, v in self.cleaned_data.items() if k != "file"}
