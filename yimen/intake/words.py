"""The words of this house's pages: how a case stands that was just handed in."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from yimen.cases.models import Case, Stage

STATES: dict[str, Any] = {
    "received": _("已收件"),
    "supplementing": _("待补正"),
    "handling": _("办理中"),
    "decided": _("已决定"),
    "delivering": _("送达中"),
    "closed": _("已办结"),
}


def state_of(case: Case) -> str:
    return Stage(case.stage).value
