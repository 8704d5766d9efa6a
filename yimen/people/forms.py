"""What a browser may send about people, cleaned into the arguments of one action."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yimen.look.forms import DateField, Form
from yimen.look.language import pick
from yimen.people.models import Mandate, Party
from yimen.people.rules import ALL
from yimen.places.queries import committees

PARTS = ("road", "lane", "number", "room")


class SearchForm(Form):
    """One box: a name, its letters, a whole number, or what a card reader types."""

    q = forms.CharField(label=_("姓名、拼音，或完整的证件号、手机号"), max_length=120)


class DocumentMixin(forms.Form):
    """What identifies somebody."""

    id_type = forms.ChoiceField(label=_("证件种类"), choices=Party.IdType.choices)
    id_number = forms.CharField(
        label=_("证件号码"),
        max_length=64,
        required=False,
        help_text=_("按证件原件填写；没有证件的留空。"),
    )


class AddressMixin(forms.Form):
    """An address by its parts."""

    road = forms.CharField(label=_("路"), max_length=60, required=False)
    lane = forms.CharField(label=_("弄"), max_length=20, required=False)
    number = forms.CharField(label=_("号"), max_length=20, required=False)
    room = forms.CharField(label=_("室"), max_length=20, required=False)

    def address(self) -> dict[str, str] | None:
        """The parts, or None when nothing was filled in."""
        parts = {name: self.cleaned_data.get(name, "") for name in PARTS}
        return parts if any(parts.values()) else None


def division_choices(street: str) -> list[tuple[str, str]]:
    """The neighbourhoods of a street to choose from."""
    found = [(d.code, pick({"zh": d.name, "en": d.name_en})) for d in committees(street)]
    return [("", "—"), *found]


class RegisterForm(DocumentMixin, AddressMixin, Form):
    """A new person or organisation."""

    field_order = (
        "on_name_differs", "sort", "name", "id_type", "id_number", "phone", "birth_date",
        "division", *PARTS,
    )  # fmt: skip

    sort = forms.ChoiceField(label=_("登记的是"), choices=Party.Sort.choices, initial="person")
    name = forms.CharField(label=_("姓名或名称"), max_length=120)
    phone = forms.CharField(label=_("电话"), max_length=30, required=False)
    birth_date = DateField(
        label=_("出生日期"), required=False, help_text=_("身份证号码已含出生日期，不必再填。")
    )
    division = forms.ChoiceField(label=_("居村委"), required=False)
    on_name_differs = forms.ChoiceField(
        label=_("号码已登记在别的姓名下"),
        required=False,
        choices=[
            ("refuse", _("先不登记")),
            ("keep", _("沿用登记的姓名（刚才录错了）")),
            ("correct", _("更正登记的姓名（登记有误，改动记录在案）")),
        ],
        widget=forms.RadioSelect,
        initial="refuse",
    )

    def __init__(self, *args: Any, street: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["division"].choices = division_choices(street)  # type: ignore[attr-defined]
        self.ask_about_name = False

    def facts(self) -> dict[str, Any]:
        """The arguments of `find_or_register`."""
        names = ("sort", "name", "id_type", "id_number", "phone", "birth_date", "division")
        facts = {name: self.cleaned_data[name] for name in names}
        choice = self.cleaned_data["on_name_differs"] or "refuse"
        return {**facts, "address": self.address(), "on_name_differs": choice}


class DetailsForm(AddressMixin, Form):
    """What changes in a life. An empty telephone box leaves the telephone as it is, because the
    number on record is not shown to be typed over."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    phone = forms.CharField(
        label=_("新电话"), max_length=30, required=False, help_text=_("不改就留空。")
    )
    remove_phone = forms.BooleanField(label=_("删除登记的电话"), required=False)
    birth_date = DateField(label=_("出生日期"), required=False)
    sex = forms.ChoiceField(label=_("性别"), choices=Party.Sex.choices, required=False)
    division = forms.ChoiceField(label=_("居村委"), required=False)

    def __init__(self, *args: Any, street: str, own: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["division"].choices = division_choices(street)  # type: ignore[attr-defined]
        if own:  # what a desk has seen on paper is not changed from home
            for name in ("birth_date", "sex", "division"):
                del self.fields[name]

    def changes(self) -> dict[str, Any]:
        """The arguments of `update_details`."""
        clean = self.cleaned_data
        phone = "" if clean["remove_phone"] else (clean["phone"] or None)
        changed: dict[str, Any] = {
            name: clean[name] for name in ("sex", "division", "birth_date") if name in clean
        }
        if changed.get("birth_date") is None:
            changed.pop("birth_date", None)
        fixed = {"version": clean["version"], "phone": phone, "address": self.address()}
        return {**fixed, **changed}


class BindForm(Form):
    """The paper from the counter, and the document that the counter looked into."""

    code = forms.CharField(
        label=_("绑定码"), max_length=40, help_text=_("绑定单上的 12 位数字，空格可以不填。")
    )
    number = forms.CharField(
        label=_("证件号码"),
        max_length=64,
        help_text=_("与窗口登记的证件一致；登记时没有证件的，填姓名。"),
    )


class NameForm(Form):
    """A correction of a name, with its reason."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("正确的姓名或名称"), max_length=120)
    reason = forms.CharField(
        label=_("更正的原因"), max_length=120, help_text=_("例如：登记时录错、已依法更名。")
    )


class NumberForm(DocumentMixin, Form):
    """Another document, or its right number."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class MandateForm(DocumentMixin, Form):
    """Who may act for this party, in what, until when."""

    agent_name = forms.CharField(label=_("代办人姓名"), max_length=120)
    agent_phone = forms.CharField(label=_("代办人电话"), max_length=30, required=False)
    capacity = forms.ChoiceField(
        label=_("以什么身份"), choices=Mandate.Capacity.choices, initial="agent"
    )
    scope = forms.CharField(
        label=_("委托办哪些事项"),
        required=False,
        help_text=_("填事项编码（办事指南页上有），用空格隔开；留空表示全部事项。"),
    )
    valid_from = DateField(label=_("开始日"))
    valid_until = DateField(label=_("到期日"), required=False, help_text=_("只有监护可以不填。"))

    paper = forms.FileField(
        label=_("委托书（监护证明）扫描件"),
        required=False,
        help_text=_("PDF 或照片，最大 %(mb)s MB。") % {"mb": settings.YIMEN_FILE_MAX_MB},
    )

    problem_fields = {
        "name": "agent_name", "phone": "agent_phone", "agent": "agent_name", "file": "paper",
    }  # fmt: skip

    def __init__(self, *args: Any, own: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if own:  # nobody makes somebody the own guardian, and a firm has no account
            del self.fields["capacity"]
            self.fields["valid_until"].help_text = ""

    def agent(self) -> dict[str, Any]:
        """The agent as `find_or_register` takes it."""
        clean = self.cleaned_data
        return {
            "name": clean["agent_name"],
            "phone": clean["agent_phone"],
            "id_type": clean["id_type"],
            "id_number": clean["id_number"],
        }

    def terms(self) -> dict[str, Any]:
        """The arguments of `create_mandate`."""
        clean = self.cleaned_data
        names = ("valid_from", "valid_until", "paper")
        scope = clean["scope"].replace(",", " ").replace("，", " ").split() or [ALL]
        capacity = clean.get("capacity", Mandate.Capacity.AGENT)
        return {**{name: clean[name] for name in names}, "capacity": capacity, "scope": scope}


TAKE_LABELS = {
    "name": _("姓名"),
    "document": _("证件"),
    "phone": _("电话"),
    "birth_date": _("出生日期"),
    "sex": _("性别"),
    "division": _("居村委"),
    "address": _("地址"),
}


class MergeForm(Form):
    """Which fields the kept record takes over, and how one knows that it is one person."""

    take = forms.MultipleChoiceField(
        label=_("改用右边资料的这些内容"),
        choices=list(TAKE_LABELS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    number_decided = forms.BooleanField(
        label=_("两个证件号码不同，我已核对原件，确是同一个人"), required=False
    )
    reason = forms.CharField(
        label=_("怎么知道是同一个人"), max_length=200, help_text=_("会记录在案，以后可以撤销。")
    )
    confirmed = forms.BooleanField(label=_("我已并排核对过这两份资料"))


class EraseForm(Form):
    """A person's own request to be erased, by whom it was seen."""

    reason = forms.CharField(
        label=_("删除的原因"), max_length=200, help_text=_("例如：本人书面申请。不要写姓名和号码。")
    )
    confirmed = forms.BooleanField(label=_("我已当面核实是本人，并已告知删除后不能恢复"))
