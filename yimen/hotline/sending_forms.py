"""What a browser may send about dispatches, prices and neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yimen.directory.models import Asking, Helper, Service
from yimen.hotline.models import PriceAnswer
from yimen.look.forms import FilterForm, Form, without_id

MOMENT = "%Y-%m-%dT%H:%M"
MYSELF = "me"


def _moment(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput({"type": "datetime-local"}, format=MOMENT)
    return forms.DateTimeField(label=label, input_formats=[MOMENT], widget=widget)


class PriceForm(Form):
    """What the caller said to a price."""

    price = forms.CharField(
        label=_("说给求助人的价格"), max_length=80, help_text=_("照单位的价格说，谈好的写谈好的")
    )
    said_by = forms.ChoiceField(
        label=_("谁回答的"), choices=PriceAnswer.SaidBy.choices, widget=forms.RadioSelect
    )
    agreed = forms.ChoiceField(
        label=_("同意吗"),
        choices=[("yes", _("同意")), ("no", _("不同意"))],
        widget=forms.RadioSelect,
    )

    def facts(self) -> dict[str, Any]:
        return self.cleaned_data | {"agreed": self.cleaned_data["agreed"] == "yes"}


class SaidForm(Form):
    """What is written down about one dispatch: why it is recalled or declined, what was reported."""

    text = forms.CharField(
        label=_("写下来"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("撤回或退回写原因；单位说了什么，照写"), validators=[without_id],
    )  # fmt: skip


class WhenFilter(FilterForm):
    """When help is wanted: who is free then?"""

    when = _moment(_("什么时候去"))


class NeighbourForm(Form):
    """A neighbour is asked. To somebody's home two go."""

    service = forms.ChoiceField(label=_("帮什么忙"))
    helper = forms.ChoiceField(label=_("请谁"), widget=forms.RadioSelect)
    meeting = forms.ChoiceField(
        label=_("在哪里见面"), choices=Asking.Meeting.choices, widget=forms.RadioSelect
    )
    second = forms.ChoiceField(label=_("第二个人"), required=False, help_text=_("上门一定要两个人"))
    brief = forms.CharField(
        label=_("说给帮手听"), max_length=200, validators=[without_id],
        widget=forms.Textarea(attrs={"rows": 2}), help_text=_("帮什么，在哪里碰头；不写姓名和电话"),
    )  # fmt: skip

    def __init__(
        self, *args: Any, helpers: Sequence[Helper], services: Sequence[Service], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        known = [
            (str(h.pk), f"{h.party.name if h.party else ''} · {h.division.name}") for h in helpers
        ]
        fields: dict[str, Any] = self.fields
        fields["helper"].choices = known
        fields["second"].choices = [
            ("", _now("在公共场所，不用")), (MYSELF, _now("我本人同去")), *known,
        ]  # fmt: skip
        fields["service"].choices = [(s.code, s.label) for s in services]

    def facts(
        self, services: Sequence[Service], when: datetime, myself: UUID | None
    ) -> dict[str, Any]:
        """The arguments of `directory.actions.ask`."""
        data = self.cleaned_data
        second = data["second"]
        return {
            "helper": UUID(data["helper"]), "meeting": data["meeting"], "brief": data["brief"],
            "service": next(s for s in services if s.code == data["service"]), "when": when,
            "second": UUID(second) if second not in ("", MYSELF) else None,
            "escort": myself if second == MYSELF else None,
        }  # fmt: skip
