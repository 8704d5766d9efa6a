"""`{% load hotline %}`: needs, rates and what callers said, in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils.text import Truncator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yimen.cases.kind import kind
from yimen.cases.models import Case
from yimen.hotline.kinds import said
from yimen.hotline.models import Dispatch, Line
from yimen.lib.masking import mask_name
from yimen.lib.time import now
from yimen.look.language import pick

register = template.Library()
SOLVED = {"yes": _("解决了"), "partly": _("部分解决"), "no": _("没有解决")}


@register.filter
def need(code: str) -> str:
    """The name of a need."""
    return said(code)


@register.filter
def above(code: str) -> str:
    """The branch of the tree on which a need hangs; of a branch its own name."""
    return said(code.rpartition(".")[0] or code)


@register.filter
def care(case: Case) -> str:
    """What the caller asked to mind before being rung up."""
    return kind(case.kind).before_contact(case.facts)


@register.filter
def solved(answer: str) -> str:
    return str(SOLVED.get(answer, ""))


CLASS_NAMES = {
    "emergency": (_("生命危险"), "red"), "urgent": (_("紧急"), "red"), "help": (pgettext_lazy("class", "求助"), "blue"),
    "consultation": (_("咨询"), "grey"), "complaint": (_("投诉"), "orange"), "petition": (_("信访"), "orange"),
}  # fmt: skip
STATE_TONES = {
    "sent": "orange",
    "signed": "blue",
    "done": "green",
    "returned": "red",
    "lapsed": "red",
}


@register.filter
def need_class(sort: str) -> str:
    """The class of a need, which sets its limits."""
    return str(CLASS_NAMES[sort][0]) if sort in CLASS_NAMES else sort


@register.filter
def class_tone(sort: str) -> str:
    return CLASS_NAMES[sort][1] if sort in CLASS_NAMES else "grey"


@register.filter
def state_tone(state: str) -> str:
    """The colour of what became of a dispatch."""
    return STATE_TONES.get(state, "grey")


WHY = 30  # letters of a reason in a list


@register.filter
def came_back(row: Any) -> str:
    """Why a request of `queries.to_dispatch` stands in the list again: what happened, with whom,
    and what they wrote in short."""
    state = "returned" if row.last_task == "returned" else row.last
    label = str(Dispatch.State(state).label)
    made = getattr(row, "sent_last", None)
    if made is None:
        return label
    words = [made.label, label, Truncator(made.why).chars(WHY) if made.why else ""]
    return " · ".join(filter(None, words))


@register.filter
def percent(share: float | None) -> str:
    """A share as percent; a dash where nobody was asked."""
    return "–" if share is None else f"{100 * share:.0f}%"


@register.filter
def masked_name(name: str) -> str:
    return mask_name(name)


@register.filter
def line(code: str) -> str:
    """The old line that was called."""
    return str(Line(code).label) if code in Line.values else code


@register.filter
def age(moment: datetime) -> str:
    """How long ago, in hours and minutes."""
    minutes = max(0, int((now() - moment).total_seconds() // 60))
    return _now("%(h)d 小时 %(m)d 分") % {"h": minutes // 60, "m": minutes % 60}


@register.filter
def body_label(body: Any) -> str:
    """A body's name in the reader's language."""
    return pick({"zh": body.name, "en": body.name_en}) if body else "–"
