"""The fields of every form of asking that say whom a complaint is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yimen.bodies.models import Body
from yimen.hotline.needs import tree
from yimen.hotline.whom import called
from yimen.look.forms import Form
from yimen.look.language import pick

UNKNOWN = "unknown"
BODIES = ("excluded", "excluded2", "excluded3")
Choices = list[tuple[str, Any]]


def bodies_of(streets: Iterable[str]) -> Choices:
    """Every body that could be meant, of these streets and above them."""
    rows = Body.objects.filter(street__in=[*streets, "0"]).order_by("-street", "code")
    return [(str(b.pk), pick({"zh": b.name, "en": b.name_en or b.name})) for b in rows]


class WhomForm(Form):
    """Up to three bodies and one person. Only for a complaint something must be chosen, and be it
    that one does not know."""

    demanded: ClassVar[tuple[str, ...]] = ("excluded",)  # shown only where it is a complaint
    known = False  # somebody here bears the name that was written
    operator = False  # an operator is told when nobody has the name; elsewhere names are not tried

    excluded = forms.ChoiceField(
        label=_("投诉谁"), required=False,
        help_text=_("被投诉的不经办，也看不到。不知道的，选“不知道、都不是”。"),
    )  # fmt: skip
    excluded2 = forms.ChoiceField(label=_("还投诉谁（第二个）"), required=False)
    excluded3 = forms.ChoiceField(label=_("还投诉谁（第三个）"), required=False)
    accused = forms.CharField(
        label=_("投诉哪位工作人员"), max_length=60, required=False,
        help_text=_("知道姓名才填。这个人不经办，也看不到。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def offer(self, bodies: Choices) -> None:
        """The bodies to choose from."""
        first = [("", "—"), (UNKNOWN, _now("不知道、都不是")), *bodies]
        for name in BODIES:
            choices = first if name == "excluded" else [("", "—"), *bodies]
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def must_say(self, need: str) -> None:
        """A complaint says whom it is about, or that one does not know."""
        known = tree().get(need)
        if known is None or known.sort != "complaint" or "excluded" in self.errors:
            return
        if not any(self.cleaned_data.get(name) for name in (*BODIES, "accused")):
            self.add_error("excluded", _now("请选投诉谁。不知道的，选“不知道、都不是”。"))

    def accounts(self, street: str) -> list[UUID]:
        """Whoever has the name that was written."""
        name = self.cleaned_data.get("accused", "")
        found = called(name, street) if name else []
        self.known = bool(found)
        if name and not found and self.operator:
            self.add_error(
                "accused", _now("没有叫这个名字的工作人员。不确定的留空，写在“什么事”里。")
            )
        return found

    def about(self, street: str) -> tuple[UUID, ...]:
        """Bodies and accounts complained of."""
        chosen = [self.cleaned_data.get(name, "") for name in BODIES]
        bodies = [UUID(one) for one in chosen if one not in ("", None, UNKNOWN)]
        return tuple(dict.fromkeys([*bodies, *self.accounts(street)]))

    def words(self, what: str) -> str:
        """What was said, with a name that nobody here bears: of others the id is kept, not the name."""
        name = "" if self.known else self.cleaned_data.get("accused", "").strip()
        return "\n".join([what, _now("投诉的人：%(name)s") % {"name": name}]) if name else what
