"""What is perhaps the same thing: open requests nearby, and what a new one joined."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from yimen.cases.models import Case, Stage
from yimen.hotline import queries
from yimen.hotline.models import HelpRequest
from yimen.lib.actor import Actor
from yimen.lib.time import local
from yimen.people.perms import may_see_all_of

NEARBY_DAYS = timedelta(days=14)


def nearby(
    actor: Actor, place: str, needs: Iterable[str], at: datetime, limit: int = 5
) -> list[HelpRequest]:
    """Open requests of the same branches of the tree at the same committee: perhaps the same thing.
    What was typed may mean several needs: water from above is a burst pipe or a quarrel. Each with
    where it is, as far as the operator may read it."""
    branches = {need.partition(".")[0] for need in needs} - {""}
    if not place or not branches:
        return []
    same = Q()
    for branch in branches:
        same |= Q(need=branch) | Q(need__startswith=f"{branch}.")
    rows = (
        queries.visible_to(actor)
        .filter(same, street=actor.street)
        .filter(place=place, event=None, taken_at__gt=at - NEARBY_DAYS)
        .exclude(case__stage=Stage.CLOSED)
    )
    found = list(rows.select_related("case").order_by("-taken_at")[:limit])
    full = may_see_all_of(actor, actor.street)
    for row in found:  # the words of a request are for who may see the person's record
        row.where = str(row.case.facts.get("where", "")) if full else ""  # type: ignore[attr-defined]
    return found


def taken_as(case: Case) -> str:
    """The sentence after a request was taken: what it joined, since when and with how many, or that
    it went out by itself."""
    row = HelpRequest.objects.select_related("event__case").get(case=case)
    head = row.event
    if head is None:
        return _("已登记并派出，编号 %(number)s。") % {"number": case.number}
    said = _(
        "已并入 %(head)s，不另派单：%(since)s 起，连这一件共 %(n)d 位来电人。这一件的编号 %(number)s。"
    )
    return said % {
        "head": head.case.number, "since": f"{local(head.taken_at):%m-%d %H:%M}",
        "n": HelpRequest.objects.filter(event=head).count() + 1, "number": case.number,
    }  # fmt: skip
