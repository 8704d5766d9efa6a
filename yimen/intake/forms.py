"""What a browser may send: somebody new to register, a mandate brought along, a life event."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from yimen.look.forms import DateField, Form
from yimen.look.language import pick
from yimen.matters.models import LifeEvent
from yimen.people.models import Mandate, Party
from yimen.places.queries import committees

NAME_CHOICES = [
    ("refuse", _("我再核对一次证件")),
    ("keep", _("登记的姓名对，刚才录错了")),
    ("correct", _("按证件更正登记的姓名")),
]


class RegisterForm(Form):
    """Somebody who is not on record yet. `purpose` says which place in the visit they take."""

    name = forms.CharField(label=_("姓名或名称"), max_length=120)
    id_type = forms.ChoiceField(label=_("证件种类"), choices=Party.IdType.choices)
    id_number = forms.CharField(label=_("证件号码"), max_length=64, required=False)
    phone = forms.CharField(label=_("电话"), max_length=30, required=False)
    division = forms.ChoiceField(label=_("居住地（居村委）"), required=False)
    birth_date = DateField(
        label=_("出生日期"), required=False, help_text=_("身份证号码里有的不用填。")
    )
    on_name_differs = forms.ChoiceField(
        label=_("姓名不一致，怎么处理"),
        choices=NAME_CHOICES,
        required=False,
        widget=forms.RadioSelect,
    )
    purpose = forms.CharField(max_length=120, required=False, widget=forms.HiddenInput)

    problem_fields: ClassVar[dict[str, str]] = {"party.name": "name"}

    def __init__(self, street: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="new", **kwargs)
        rows = [(d.code, pick({"zh": d.name, "en": d.name_en})) for d in committees(street)]
        self.fields["division"].choices = [("", _("不清楚或不在本街道")), *rows]  # type: ignore[attr-defined]

    @property
    def asks_which_name(self) -> bool:
        """The number is on record under another name than the one that was typed."""
        return bool(self.is_bound and self.errors.get("name") and self["name"].value())

    def facts(self) -> dict[str, Any]:
        """The arguments of `people.actions.find_or_register`."""
        data = self.cleaned_data
        names = ("name", "id_type", "id_number", "phone", "division", "birth_date")
        return {
            **{n: data[n] for n in names},
            "on_name_differs": data["on_name_differs"] or "refuse",
        }


class PersonForm(Form):
    """Somebody named in an answer from home: one of one's own, or described by the document."""

    known = forms.ChoiceField(label=_("是谁"), required=False, widget=forms.RadioSelect)
    name = forms.CharField(label=_("姓名"), max_length=120, required=False)
    id_type = forms.ChoiceField(
        label=_("证件种类"), required=False,
        choices=[c for c in Party.IdType.choices if c[0] != "uscc"],
    )  # fmt: skip
    id_number = forms.CharField(
        label=_("证件号码"),
        max_length=64,
        required=False,
        help_text=_("还没有证件的孩子可以不填。"),
    )
    birth_date = DateField(label=_("出生日期"), required=False, help_text=_("没有证件号码时填写。"))

    def __init__(self, own: list[Party], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(p.pk), p.name) for p in own]
        self.fields["known"].choices = [*choices, ("other", _("其他人，在下面填写"))]  # type: ignore[attr-defined]
        self.fields["known"].initial = "other"
        self.mark_optional = False

    @property
    def filled(self) -> bool:
        return bool(self.chosen or (self.data.get(self.add_prefix("name")) or "").strip())

    @property
    def chosen(self) -> str:
        """One of one's own people, by the id that we offered."""
        said = self.data.get(self.add_prefix("known")) or ""
        offered = [value for value, _label in self.fields["known"].choices]  # type: ignore[attr-defined]
        return said if said in offered and said != "other" else ""

    def facts(self) -> dict[str, Any]:
        """The arguments of `people.actions.find_or_register`; without a number, no document."""
        data = self.cleaned_data
        number = data["id_number"]
        return {
            "name": data["name"], "id_number": number, "birth_date": data["birth_date"],
            "id_type": data["id_type"] if number else "other",
        }  # fmt: skip


class ForWhomForm(Form):
    """Oneself, or somebody whose mandate one holds."""

    whom = forms.ChoiceField(label=_("为谁申请"), widget=forms.RadioSelect)

    def __init__(self, own: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["whom"].choices = own  # type: ignore[attr-defined]
        self.fields["whom"].initial = own[0][0] if own else None


class MandateForm(Form):
    """Acting for somebody without a mandate on file: for whom, in what capacity, until when."""

    principal = forms.CharField(
        label=_("为谁办：证件号码或姓名"), max_length=64, required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip
    capacity = forms.ChoiceField(
        label=_("以什么身份"), choices=[c for c in Mandate.Capacity.choices if c[0] != "self"],
        initial="agent",
    )  # fmt: skip
    scope = forms.ChoiceField(
        label=_("委托范围"), choices=[("visit", _("只限这一次办的事项")), ("all", _("全部事项"))],
        initial="visit",
    )  # fmt: skip
    until = DateField(
        label=_("委托到期日"), required=False, help_text=_("监护可以不填，其他身份必填。")
    )
    paper = forms.FileField(label=_("委托书扫描件"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="for", **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("capacity") != Mandate.Capacity.GUARDIAN and not data.get("until"):
            self.add_error("until", _("委托要有到期日，请按委托书填写；只有监护可以不填。"))
        return data


class EventForm(Form):
    """The conditions of a life event; each is asked once, whichever matters hang on it."""

    def __init__(self, event: LifeEvent, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part in event.content["matters"]:
            asks = part.get("asks")
            if asks and f"ask-{asks['key']}" not in self.fields:
                self.fields[f"ask-{asks['key']}"] = forms.ChoiceField(
                    label=pick(asks["label"]), choices=[("yes", _("是")), ("no", _("否"))],
                    widget=forms.RadioSelect,
                )  # fmt: skip
        self._plain_sentences()

    def proposes(self, part: dict[str, Any]) -> bool:
        """Do the answers so far speak for this matter? What was not asked yet speaks for none."""
        asks = part.get("asks")
        if not asks:
            return True
        said = self.data.get(f"ask-{asks['key']}") if self.is_bound else None
        return said == ("yes" if asks["equals"] else "no")
