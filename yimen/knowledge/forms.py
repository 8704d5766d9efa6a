"""What a browser may send about laws and gazettes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yimen.knowledge.actions import Text
from yimen.knowledge.models import Sort, Standing
from yimen.look.forms import DateField, FilterForm, Form
from yimen.look.language import pick
from yimen.matters.queries import everywhere


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


class ArticleForm(Form):
    """An answer for everybody."""

    title = forms.CharField(
        label=_("问题"), max_length=120, help_text=_("像办事人会问的那样写，一句话")
    )
    body = forms.CharField(
        label=_("答复"), max_length=6000, widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("人人可见：不要写姓名、电话和证件号码。"),
    )  # fmt: skip
    matter = forms.ChoiceField(label=_("属于哪个事项"), required=False)
    valid_to = DateField(
        label=_("有效期到"), required=False, help_text=_("到这一天为止；没有期限的留空")
    )
    review_on = DateField(label=_("下次复核"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = everywhere().order_by("matter_id").values_list("matter_id", "name", "name_en")
        field = self.fields["matter"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("不属于某个事项")),
            *((code, pick({"zh": name, "en": english})) for code, name, english in rows),
        ]

    def text(self) -> Text:
        """What was typed, as the verb takes it."""
        said = dict(self.cleaned_data)
        return Text(matter_code=said.pop("matter"), **said)


class SendBackForm(Form):
    why = forms.CharField(
        label=_("要改什么"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
