"""What a browser may send to the catalogue."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yimen.look.forms import DateField, FilterForm, Form
from yimen.look.language import is_english, pick
from yimen.matters.content import from_trusted, problems
from yimen.matters.models import LifeEvent
from yimen.matters.phrases import PARTY


class Filters(FilterForm):
    """Narrows a search or the list."""

    q = forms.CharField(required=False, widget=forms.HiddenInput)
    field = forms.ChoiceField(label=_("部门"), required=False)
    party = forms.ChoiceField(label=_("服务对象"), required=False)
    event = forms.ChoiceField(label=_("人生大事"), required=False)

    def __init__(
        self, data: Any, *, departments: Iterable[Mapping[str, str]], events: Iterable[LifeEvent]
    ) -> None:
        super().__init__(data)
        name = "department_en" if is_english() else "department"
        everything = [("", _t("全部"))]
        self.choices("field", everything + [(d["field"], d[name]) for d in departments])
        self.choices("party", everything + [(k, PARTY[k]) for k in ("person", "organisation")])
        self.choices("event", everything + [(e.key, pick(e.content["name"])) for e in events])

    def choices(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


class ContentForm(Form):
    """A matter as JSON text. What is wrong in it is listed line by line beside the box."""

    content = forms.CharField(
        label=_("事项内容（JSON）"),
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "false", "class": "y-code"}),
    )

    code: str = ""

    def clean_content(self) -> Any:
        """Parsed JSON that reads as a matter; every mistake is an error of this field."""
        try:
            data = json.loads(self.cleaned_data["content"])
        except json.JSONDecodeError as error:
            said = _t("第 %(line)d 行第 %(column)d 列不是正确的 JSON。请检查引号、逗号和括号。")
            raise forms.ValidationError(
                said % {"line": error.lineno, "column": error.colno}
            ) from error
        wrong = [f"{e.field}: {e.message} {e.remedy}" for e in problems(data)]
        if self.code and isinstance(data, dict) and data.get("code") != self.code:
            wrong.append(_t("code: 事项代码不能修改。请改回 %(code)s。") % {"code": self.code})
        if wrong:
            raise forms.ValidationError(wrong)
        return data


class PublishForm(Form):
    """From which day a draft holds."""

    valid_from = DateField(
        label=_("生效日"),
        required=False,
        help_text=_("不填则按草稿写明的日期，但不早于今天。正在办理的件仍按原版本办。"),
    )


class SynonymForm(Form):
    """Words that mean the same."""

    words = forms.CharField(
        label=_("同义词"), max_length=400, help_text=_("用逗号隔开，例如：老人卡，敬老卡")
    )

    def clean_words(self) -> list[str]:
        text = self.cleaned_data["words"]
        for mark in "，、;；\n":
            text = text.replace(mark, ",")
        return [word.strip() for word in text.split(",") if word.strip()]


def as_text(content: Any) -> str:
    """JSON the way an editor reads it: in the order of the format, which the store forgets."""
    return json.dumps(from_trusted(content).to_json(), ensure_ascii=False, indent=2)


__all__ = ["ContentForm", "Filters", "PublishForm", "SynonymForm", "as_text"]
