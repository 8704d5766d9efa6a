"""What people send who ask for help without an operator: on the web, at the machine, through a
neighbourhood's committee."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yimen.files.forms import PhotosField
from yimen.hotline.actions import Taken
from yimen.hotline.actions.taking import MOST_PHOTOS
from yimen.hotline.addresses import LONGEST, found
from yimen.hotline.forms import HURRY, CareForm, NeedField, division_name
from yimen.hotline.models import Consent
from yimen.hotline.needs import tree
from yimen.hotline.whom_forms import BODIES, WhomForm, bodies_of
from yimen.lib.errors import FieldError
from yimen.look.forms import Form
from yimen.look.language import pick
from yimen.people.actions.parties import clean_phone
from yimen.places.queries import centres, committees, names

NONE = "none"  # of the addresses that were found: none is meant, what was written stands


def places(streets: Iterable[str]) -> list[tuple[str, Any]]:
    """Streets with their committees, for a list; where the committee is not known, the street."""
    codes = list(streets)
    called = names(codes)
    groups: list[tuple[str, Any]] = [("", "—")]
    for code in codes:
        one = pick(called.get(code, {}))
        own = [(c.code, division_name(c)) for c in committees(code)]
        groups.append((one, [*own, (code, _now("%(street)s，不清楚哪个居委会") % {"street": one})]))
    return groups


def open_streets(first: str = "") -> list[str]:
    """The streets that have a centre, one's own before the others."""
    codes = list(dict.fromkeys(centres().values_list("street", flat=True)))
    return sorted(codes, key=lambda code: (code != first, code))


class PlaceForm(WhomForm):
    """What happened, and where: found over the house numbers, or written freely."""

    SEARCH: ClassVar[Any] = reverse_lazy("hotline:find")

    what = forms.CharField(
        label=_("什么事"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("发生了什么，从什么时候开始，需要什么帮助"),
    )  # fmt: skip
    where = forms.CharField(
        label=_("在哪里"), max_length=200, required=False,
        help_text=_("路、弄、号、室，例如“梧桐路12弄3号401”；没有门牌的，写附近有什么"),
    )  # fmt: skip
    picked = forms.CharField(max_length=LONGEST + 20, required=False, widget=forms.HiddenInput)
    place = forms.ChoiceField(label=_("哪个居委会"))

    def __init__(self, *args: Any, streets: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = places(streets)  # type: ignore[attr-defined]
        self.fields["where"].widget.attrs["data-find"] = self.SEARCH
        self.offer(bodies_of(streets))

    def clean(self) -> dict[str, Any]:
        """An address chosen from the list stands for both: where it is, and whose committee's."""
        data = super().clean() or {}
        place, _bar, text = str(data.get("picked", "")).partition("|")
        known = {code for _label, group in places_of(self) for code, _name in group}
        if text and place in known:
            data |= {"where": text[:200], "place": place}
            self.errors.pop("place", None)
        self.must_say(data.get("need", ""))
        self.whom = self.about(str(data.get("place", ""))[:9])
        return data


def places_of(form: Form) -> list[tuple[str, Any]]:
    choices: Any = form.fields["place"].choices  # type: ignore[attr-defined]
    return [(label, group) for label, group in choices if isinstance(group, (list, tuple))]


def offered(form: PlaceForm, streets: list[str]) -> dict[str, Any]:
    """What the list without scripts shows for what was typed, of the streets at hand; what was
    chosen from it before stays chosen. Else only the one that is written out is ticked: nobody is
    to send by mistake what stands on top."""
    typed = str(form["where"].value() or "").strip()
    here = [one for one in found(typed) if one["place"][:9] in streets]
    for one in here:
        one["value"] = f"{one['place']}|{one['text']}"
    exact = [one["value"] for one in here if one["text"] == typed and _agrees(form, one["place"])]
    picked = str(form["picked"].value() or "")
    if picked != NONE and picked not in [one["value"] for one in here]:
        picked = exact[0] if len(exact) == 1 else ""
    return {"found": here, "picked": picked, "none": NONE}


def _agrees(form: PlaceForm, place: str) -> bool:
    """Does a committee that was chosen by hand say the same as the address?"""
    chosen = str(form["place"].value() or "")
    return chosen in ("", place[:9], place)


class PhoneField(forms.CharField):
    """A telephone number, judged with the rest of the form."""

    def clean(self, value: Any) -> str:
        typed = str(super().clean(value))
        wrong: list[FieldError] = []
        clean_phone(typed, wrong)
        if wrong:
            raise forms.ValidationError([f"{e.message} {e.remedy}" for e in wrong])
        return typed


class AskForm(PlaceForm):
    """Somebody asks for help. Who is signed in with an own record need not say who they are."""

    need = forms.ChoiceField(widget=forms.HiddenInput)
    photos = PhotosField(
        label=_("照片"), required=False, most=MOST_PHOTOS,
        help_text=_("最多四张，JPG、PNG 或 WebP。只留画面，不留拍摄的时间和位置。"),
    )  # fmt: skip
    secret = forms.BooleanField(
        label=_("要求保密"), required=False, help_text=_("除了办理的人，不告诉别人是谁说的")
    )
    quiet = forms.BooleanField(label=_("不要发短信给我，也不要向别人留话"), required=False)
    reach = forms.CharField(
        label=_("怎样联系您才安全"), max_length=200, required=False,
        help_text=_("例如：只在上午打，别人接就说打错了"),
    )  # fmt: skip
    name = forms.CharField(label=_("怎么称呼您"), max_length=60)
    phone = PhoneField(
        label=_("电话"), max_length=30, help_text=_("办理的人会先打这个电话"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )  # fmt: skip

    def __init__(self, *args: Any, known: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["need"].choices = [(n.code, n.zh) for n in tree().values()]  # type: ignore[attr-defined]
        if known:
            del self.fields["name"], self.fields["phone"]

    def asked(self, **more: Any) -> Taken:
        data = self.cleaned_data
        return Taken(
            need=data["need"], what=self.words(data["what"]), where=data["where"],
            place=data["place"], excluded=self.whom, name=data.get("name", ""), phone=data.get("phone", ""),
            secret=data.get("secret", False), photos=tuple(data.get("photos", ())),
            quiet=data["quiet"], reach=data.get("reach", ""), **more,
        )  # fmt: skip


class KioskAskForm(AskForm):
    """At the machine: without photographs, few words to type, and nobody is signed in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["photos"], self.fields["secret"], self.fields["reach"]


class ReportForm(CareForm, PlaceForm):
    """Told for somebody else: who needs help, who told it, what the person said of it."""

    SEARCH: ClassVar[Any] = reverse_lazy("hotline:find")
    field_order: tuple[str, ...] = (
        "name", "phone", "consent", "need", *BODIES, "accused", "what", "where", "picked",
        "place", "hurry", "photos", "secret", "quiet", "reach", "reporter_name", "reporter_phone",
    )  # fmt: skip

    name = forms.CharField(label=_("谁需要帮助"), max_length=60)
    phone = PhoneField(
        label=_("他（她）的电话"), max_length=30, required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )  # fmt: skip
    consent = forms.ChoiceField(
        label=_("本人知道并同意吗"), choices=Consent.choices, widget=forms.RadioSelect
    )
    need = NeedField(label=_("什么求助"), max_length=60, help_text=_("打字，或从列表里选"))
    photos = PhotosField(
        label=_("照片"), required=False, most=MOST_PHOTOS,
        help_text=_("最多四张，JPG、PNG 或 WebP。只留画面，不留拍摄的时间和位置。"),
    )  # fmt: skip
    hurry = forms.CharField(
        label=_("为什么等不得"), max_length=200, required=False, help_text=HURRY
    )
    reporter_name = forms.CharField(
        label=_("谁告诉您的"), max_length=60, required=False,
        help_text=_("不填就是您自己发现的"),
    )  # fmt: skip
    reporter_phone = PhoneField(
        label=_("他（她）的电话"), max_length=30, required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )  # fmt: skip

    def asked(self) -> Taken:
        names = (
            "need", "where", "place", "name", "phone", "secret", "hurry", "quiet", "reach",
            "consent", "reporter_name", "reporter_phone",
        )  # fmt: skip
        return Taken(
            **{name: self.cleaned_data[name] for name in names},
            what=self.words(self.cleaned_data["what"]),
            excluded=self.whom,
            photos=tuple(self.cleaned_data["photos"]),
        )
