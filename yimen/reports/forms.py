"""What a browser may ask of the figures, and the words of an urging."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yimen.bodies.models import Body
from yimen.bodies.queries import names
from yimen.look.forms import FilterForm, Form
from yimen.look.language import pick
from yimen.reports import queries
from yimen.reports.figures import FIGURES
from yimen.reports.queries import NOBODY, Scope


class BehindForm(FilterForm):
    """Which figure, of whom: the words of the address are its fields."""

    figure = forms.ChoiceField(
        label=_("数字"), choices=[(f.key, f.label) for f in FIGURES.values()]
    )
    body = forms.ChoiceField(label=_("承办单位"))
    person = forms.ChoiceField(label=_("经办人"))

    def __init__(self, scope: Scope, people: dict[Any, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [("", _("全部"))]
        found = _bodies(scope)
        self.fields["body"].choices = [*every, *found]  # type: ignore[attr-defined]
        listed = sorted((name, str(pk)) for pk, name in people.items() if pk)
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            *every, *((pk, name) for name, pk in listed), (NOBODY, _("还没有人签收")),
        ]  # fmt: skip


def _bodies(scope: Scope) -> list[tuple[str, str]]:
    known = queries.by_body(scope)
    shown = {pk: pick(pair) for pk, pair in names(known).items()}
    codes = Body.objects.filter(pk__in=known).order_by("code").values_list("pk", "code")
    return [(code, shown[pk]) for pk, code in codes]


class UrgeForm(Form):
    """What the body is told beside the number and the day."""

    reason = forms.CharField(
        label=_("催办说明"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )


def month_of(text: str, known: list[date]) -> date | None:
    """The month that an address names as 2026-11; else the newest that was counted."""
    found = next((m for m in known if f"{m:%Y-%m}" == text), None)
    return found or (known[0] if known else None)
