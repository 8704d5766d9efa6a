"""Submit one matter or a whole basket; all of a visit stands or falls together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yimen.bodies.register import counter_body
from yimen.cases.actions import Given, Submission, receive
from yimen.cases.actions.receive import accepting_centre
from yimen.cases.dossier import Dossier, content_of
from yimen.cases.models import Bundle
from yimen.intake import perms
from yimen.ledger.rows import Sheet
from yimen.ledger.together import together
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid
from yimen.lib.ids import new_id
from yimen.lib.time import local
from yimen.matters.models import MatterVersion
from yimen.people import rules as people_rules
from yimen.people.actions.streets import in_street
from yimen.people.models import Mandate, Party
from yimen.people.queries import mandate_for, same_person
from yimen.places.models import ServicePoint


@dataclass(frozen=True)
class Wanted:
    """One matter of a basket, with its own answers."""

    matter: MatterVersion
    facts: Mapping[str, Any]
    materials: tuple[Given, ...] = ()


@dataclass(frozen=True)
class Visit:
    """Who stands there for whom, at which centre, and what they want."""

    centre: ServicePoint
    channel: str
    applicant: Party
    wanted: tuple[Wanted, ...]
    presenter: Party | None = None
    capacity: str = "self"
    mandate: Mandate | None = None
    place: str = ""
    life_event: str = ""
    excluded: tuple[UUID, ...] = ()
    delivery: str = ""  # wished for all of it; a matter that cannot be had so keeps its own way


@together()
def submit(visit: Visit, *, by: Actor, at: datetime, into: Sheet | None = None) -> list[Dossier]:
    """Take in everything of a visit: one case per matter, one bundle when there are several. All
    of it goes on one sheet, which is sent at once unless the caller brought it.

    Shared materials are given once: the same code counts for every matter that asks for it.
    """
    sheet = into or Sheet()
    counter = counter_body(visit.centre)
    _may(visit, by, counter.pk)
    _check_capacity(visit, by, at)
    bundle = _bundle(visit, at, sheet)
    shared = _shared(visit.wanted)
    power = perms.power_to_take(by, counter.pk)
    made = []
    for want in visit.wanted:
        one = _submission(visit, want, bundle, shared, by, at)
        made.append(receive(one, by=by, at=at, power=power, into=sheet))
    if into is None:
        sheet.write()
    return made


def _may(visit: Visit, by: Actor, counter: UUID) -> None:
    if perms.may_take(by, counter):
        return
    presenter = visit.presenter.pk if visit.presenter else None
    if visit.channel == "online" and perms.may_hand_in(by, visit.applicant.pk, presenter):
        return
    raise Forbidden("intake", _("您今天不在这个中心的受理岗位上，不能在这里收件。"))


def _check_capacity(visit: Visit, by: Actor, at: datetime) -> None:
    """Whoever acts for somebody else says by what right; the mandate must be between these two and
    reach over the matters and the day."""
    if visit.capacity == "self":
        return
    if visit.presenter is None:
        error = FieldError("agent", _("请登记在场办事的人。"))
        raise Invalid("agent", _("代办须登记代办人。"), (error,))
    if visit.mandate is None:
        return _without_mandate(visit, by)
    day = local(at).date()
    if not _between(visit.mandate, visit.applicant, visit.presenter):
        raise _mandate_wrong(_("这份委托书不是申请人给这位代办人的。"))
    for want in visit.wanted:
        code = content_of(want.matter.pk).code
        if not people_rules.covers(visit.mandate, code, day):
            raise _mandate_wrong(_("委托书不包括这个事项，或者不在有效期内。"))


def _without_mandate(visit: Visit, by: Actor) -> None:
    """At a desk guardianship and a firm's handler are shown by papers (the household register, the
    firm's letter) that somebody looks at. Online nobody does."""
    desk = perms.may_take(by, counter_body(visit.centre).pk)
    if desk and visit.capacity in ("guardian", "handler"):
        return
    error = FieldError("agent.mandate", _("没有查到有效的委托。"), _("请先登记委托书。"))
    raise Invalid("mandate", _("委托代办须有委托书。"), (error,))


def _between(mandate: Mandate, applicant: Party, presenter: Party) -> bool:
    return mandate.principal_id in same_person(applicant.pk) and mandate.agent_id in same_person(
        presenter.pk
    )


def _mandate_wrong(message: str) -> Invalid:
    error = FieldError("agent.mandate", message, _("请补一份委托书，或由本人办理。"))
    return Invalid("mandate", _("委托的范围不够。"), (error,))


def _bundle(visit: Visit, at: datetime, sheet: Sheet) -> Bundle | None:
    if len(visit.wanted) < 2 and not visit.life_event:
        return None
    bundle = Bundle(
        id=new_id(),
        street=visit.centre.street,
        sort="life_event" if visit.life_event else "visit",
        event=visit.life_event,
        centre=visit.centre,
        opened_at=at,
    )
    columns = [f.attname for f in Bundle._meta.concrete_fields]
    sheet.insert(Bundle, [{name: getattr(bundle, name) for name in columns}])
    return bundle


def _shared(wanted: Iterable[Wanted]) -> dict[str, Given]:
    """What was handed in for any matter, by material; something in hand beats a promise."""
    rank = {"original": 4, "electronic": 3, "copy": 3, "held": 2, "later": 1}
    best: dict[str, Given] = {}
    for want in wanted:
        for given in want.materials:
            old = best.get(given.code)
            if old is None or rank.get(given.given, 0) > rank.get(old.given, 0):
                best[given.code] = given
    return best


def _submission(
    visit: Visit,
    want: Wanted,
    bundle: Bundle | None,
    shared: Mapping[str, Given],
    by: Actor,
    at: datetime,
) -> Submission:
    content = content_of(want.matter.pk)
    own = {g.code: g for g in want.materials}
    both = own | {m.code: shared[m.code] for m in content.materials if m.code in shared}
    place = visit.place or visit.applicant.division
    street = accepting_centre(visit.centre, content.mode, place).street
    applicant = in_street(visit.applicant, street, by=by, at=at)
    presenter = visit.presenter and in_street(visit.presenter, street, by=by, at=at)
    return Submission(
        matter=want.matter,
        centre=visit.centre,
        channel=visit.channel,
        applicant=applicant,
        place=place,
        presenter=presenter,
        capacity=visit.capacity,
        mandate=visit.mandate,
        materials=tuple(both.values()),
        facts=want.facts,
        bundle=bundle,
        excluded=visit.excluded,
        delivery=visit.delivery if visit.delivery in content.delivery else "",
    )


def standing_mandate(visit: Visit, at: datetime) -> Visit:
    """The visit with the mandate on file, when the presenter has one for its first matter."""
    if visit.presenter is None or visit.mandate is not None or visit.capacity == "self":
        return visit
    code = content_of(visit.wanted[0].matter.pk).code
    found = mandate_for(visit.applicant.pk, visit.presenter.pk, code, local(at).date())
    return replace(visit, mandate=found) if found else visit
