"""What the calendar page takes: a file or lines, for a year and a place."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yimen.clock import editions
from yimen.lib.workdays import Edition
from yimen.look.forms import FilterForm, Form

LARGEST_FILE = 200_000


class YearForm(FilterForm):
    """Which year, of which place."""

    year = forms.IntegerField(
        label=_("年份"),
        min_value=editions.YEARS[0],
        max_value=editions.YEARS[-1],
        error_messages={
            "min_value": _("年份应在 2001 到 2050 之间。"),
            "max_value": _("年份应在 2001 到 2050 之间。"),
        },
    )
    place = forms.RegexField(
        r"^[0-9]{2,12}$",
        label=_("区划代码"),
        error_messages={"invalid": _("区划代码应为 2 到 12 位数字；全国的留空。")},
    )


class EditionForm(Form):
    """A year's announcement: either the year's file or one line a day."""

    year = forms.IntegerField(
        label=_("年份"), required=False, help_text=_("上传文件的，以文件里的年份为准。")
    )
    place = forms.RegexField(
        r"^[0-9]{2,12}$",
        label=_("区划代码"),
        required=False,
        help_text=_("只适用于一个地方的调整填写它的代码，例如 310199001；适用于全国的留空。"),
        error_messages={"invalid": _("区划代码应为 2 到 12 位数字；全国的留空。")},
    )
    file = forms.FileField(
        label=_("年度文件"), required=False, help_text=_("JSON 格式；也可以改为在下面逐行填写。")
    )
    rows = forms.CharField(
        label=_("放假和调休安排"),
        required=False,
        widget=forms.Textarea,
        help_text=_("每行一天：日期、名称、休或班，用逗号隔开，例如 2027-01-01，元旦，休。"),
    )
    source = forms.CharField(
        label=_("依据"),
        required=False,
        max_length=300,
        help_text=_("通知的名称、文号或网址。"),
    )
    confirmed = forms.BooleanField(
        label=_("国务院办公厅已经正式公布这一年的安排"),
        required=False,
        help_text=_("没有正式公布的，只用于推算暂定日期。"),
    )

    def clean_file(self) -> Any:
        sent = self.cleaned_data["file"]
        if sent and sent.size > LARGEST_FILE:
            raise forms.ValidationError(_("文件太大：一年的安排不会超过 200 KB。"))
        return sent

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        local = bool(cleaned.get("place"))
        if not cleaned.get("file") and "rows" not in self.errors:
            if not cleaned.get("rows") and not local:
                self.add_error("rows", _("请上传年度文件，或者逐行填写安排。"))
            if not cleaned.get("year") and "year" not in self.errors:
                self.add_error("year", _("请填写年份。"))
        if local and cleaned.get("confirmed"):
            self.add_error("confirmed", _("一个地方只能调整日子，不能公布整年的安排。"))
        return cleaned

    def edition(self) -> Edition:
        """The announcement that was sent; Invalid when it cannot be read or published."""
        data = self.cleaned_data
        source: tuple[str, ...] = (data["source"],) if data["source"] else ()
        if data["file"]:
            content = data["file"].read().decode("utf-8-sig", errors="replace")
            sent = editions.from_json(content)
            year, days, source = sent.year, sent.days, source or sent.source
        else:
            year, days = data["year"], editions.from_rows(data["rows"])
        days = tuple(sorted(days, key=lambda x: x.day))
        edition = Edition(data["place"], year, bool(data["confirmed"]), days, source)
        editions.check(edition)
        return edition
