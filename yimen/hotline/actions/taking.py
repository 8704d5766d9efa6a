"""A request is taken: the case begins, is accepted at once, and knows its call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from yimen.bodies.register import counter_body
from yimen.cases.actions import Submission, perform, receive
from yimen.cases.dossier import Dossier
from yimen.cases.models import Stage
from yimen.hotline import queries
from yimen.hotline.actions.calling import CALLER, end, lock_call, must_operate
from yimen.hotline.models import HelpRequest, Line, LineCall
from yimen.hotline.needs import tree
from yimen.ledger.together import together
from yimen.lib.actor import Actor, Can
from yimen.lib.errors import FieldError, Invalid, Unseen
from yimen.lib.time import local
from yimen.matters.queries import some
from yimen.people.actions import register
from yimen.people.models import Party
from yimen.places.queries import centre_for


@dataclass(frozen=True)
class Taken:
    """What the operator wrote down. `party` is who asks, or `name` and `phone` of somebody new."""

    need: str
    what: str
    where: str = ""
    place: str = ""  # division code; the street where nothing nearer is known
    party: UUID | None = None
    name: str = ""
    phone: str = ""
    line: str = Line.ONE
    secret: bool = False
    same_as: UUID | None = None  # an open request about the same thing
    excluded: Sequence[UUID] = ()  # bodies complained of


@together()
def take(
    asked: Taken,
    *,
    by: Actor,
    at: datetime,
    call: LineCall | UUID | None = None,
    channel: str = "phone",
) -> Dossier:
    """Take a request, all or nothing: record, case, acceptance, link to the call and the event."""
    must_operate(by)
    held = lock_call(call, by) if call else None
    need = tree().get(asked.need)
    if need is None:
        raise _wrong("need", _("请从求助分类里选一项。"))
    if not asked.what.strip():
        raise _wrong("what", _("请写下什么事。"))
    place = asked.place or by.street
    centre = queries.desk_of(by) or centre_for(place)
    version = some([need.matter], local(at).date()).get(need.matter)
    if centre is None or version is None:
        raise _wrong("need", _("这类求助在这个街道还没有开通。"))
    event = _event(asked.same_as, by)
    who = _who(asked, held, by, at)
    d = receive(
        Submission(
            matter=version, centre=centre, channel=channel, applicant=who, place=place,
            facts=_facts(asked), excluded=tuple(asked.excluded),
            links=(("about", event.case_id),) if event else (),
        ),
        by=by, at=at, power=by.power_for(Can.INTAKE, body=counter_body(centre).pk),
    )  # fmt: skip
    d = perform(d.case.number, "accept", by=by, at=at)
    HelpRequest.objects.create(
        street=d.case.street, case=d.case, need=need.code, sort=need.sort, line=asked.line,
        place=place, secret=asked.secret, call=held, event=event, taken_by_id=by.account,
        taken_at=at,
    )  # fmt: skip
    if held:
        end(held, LineCall.Outcome.REQUEST, by=by, at=at)
    return d


def _facts(asked: Taken) -> dict[str, object]:
    given = {
        "need": asked.need, "what": asked.what, "where": asked.where,
        "line": str(Line(asked.line).label) if asked.line != Line.ONE else "",
        "secret": asked.secret or None,
    }  # fmt: skip
    return {k: v for k, v in given.items() if v not in ("", None)}


def _event(same_as: UUID | None, by: Actor) -> HelpRequest | None:
    """The first request about the thing: later ones never make a chain."""
    if same_as is None:
        return None
    found = queries.visible_to(by).filter(pk=same_as).exclude(case__stage=Stage.CLOSED).first()
    if found is None:
        raise Unseen("request", _("没有这个求助，或者已经办结。"))
    return found.event or found


def _who(asked: Taken, call: LineCall | None, by: Actor, at: datetime) -> Party:
    if asked.party:
        found = Party.objects.filter(pk=asked.party, street=by.street).first()
        if found is None:
            raise _wrong("party", _("没有找到这个人。请重新选择。"))
        return found
    if not asked.name.strip() and call and call.number_of:
        return call.number_of
    return register(
        by.street, name=asked.name.strip() or CALLER, id_type=Party.IdType.OTHER,
        phone=asked.phone, by=by, at=at,
    )  # fmt: skip


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(field, sentence, (FieldError(field, sentence),))
