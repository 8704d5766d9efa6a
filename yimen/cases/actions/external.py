"""The number that a department's own system gave this case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from yimen.cases import perms
from yimen.cases.actions.verb import OPEN, verb, wrong
from yimen.cases.changes import Changes
from yimen.cases.dossier import Dossier
from yimen.cases.perms import Leave
from yimen.lib.actor import Actor


def _may(by: Actor, d: Dossier, **_args: Any) -> Leave:
    leaves = [perms.may_lead(by, d), *(perms.may_work(by, t) for t in d.open_tasks)]
    return next((leave for leave in leaves if leave.ok), perms.NO)


@verb("external", stages=OPEN, may=_may)
def external(
    d: Dossier, ch: Changes, *, by: Actor, at: datetime, external_number: str = "", **_args: Any
) -> None:
    """Write down their number on our case; a wrong one is simply written anew."""
    number = external_number.strip()
    if not number or len(number) > 60:
        raise wrong("external_number", _("请填写对方系统的编号，最多 60 个字符。"))
    ch.case(external_number=number)
    ch.data["external_number"] = number
