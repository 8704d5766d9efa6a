"""代办委托书: filled in with what is known, to be signed by both at home."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yimen.cases.printing import both, office
from yimen.homeservice import queries
from yimen.homeservice.actions.way import agent_of
from yimen.homeservice.models import Visit
from yimen.lib.time import local, now
from yimen.matters.queries import some
from yimen.people.models import Party
from yimen.printing import render
from yimen.printing.documents import Mandate
from yimen.printing.documents.base import Party as Person

SCOPE = (
    _("代为提交申请和材料"), _("代为补正材料、签收通知"), _("代为领取结果和退回的原件"),
    _("代为撤回申请"),
)  # fmt: skip
CHOSEN = [0, 1, 2]  # withdrawing is for the person alone, unless ticked by hand


def mandate(visit: Visit, *, lang: str) -> bytes:
    """The sheet as a PDF. The agent is the first of the route; without a route the lines for the
    agent and the days stay empty, to be filled in by hand."""
    point = visit.centre
    route = queries.route_of(visit)
    agent = agent_of(route).party if route else None
    days = timedelta(days=settings.YIMEN_HOME_SERVICE["mandate_days"])
    sheet = Mandate(
        number=visit.number, issuer={"zh": point.name, "en": point.name_en or point.name},
        issued_at=local(now()), office=office(point), demo=settings.YIMEN_DEMO,
        principal=_person(visit.person), agent=_person(agent),
        matters=[{"zh": v.name, "en": v.name_en} for v in some(visit.matters).values()],
        scope=[both(one) for one in SCOPE], chosen=CHOSEN,
        valid_from=route.day if route else None,
        valid_until=route.day + days if route else None,
    )  # fmt: skip
    return render("mandate", sheet, lang)


def _person(party: Party | None) -> Person | None:
    """Name and masks: the numbers are compared with the card, not printed."""
    if party is None:
        return None
    sort = both(Party.IdType(party.id_type).label)
    return Person(
        name=party.name, id_sort=sort, id_masked=party.id_mask, phone_masked=party.phone_mask
    )
