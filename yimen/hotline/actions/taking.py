"""A request is taken, by whichever way it came: the case begins, is accepted at once, and knows its
call, who told it and its photographs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yimen.bodies.register import counter_body
from yimen.cases.actions import Submission, perform, receive
from yimen.cases.dossier import Dossier, load
from yimen.cases.models import Stage
from yimen.files.actions import store
from yimen.files.rules import of_file
from yimen.hotline import perms, queries, rules
from yimen.hotline.actions.calling import end, keep_draft, lock_call, must_operate
from yimen.hotline.actions.dispatching import first
from yimen.hotline.actions.events import must_fit
from yimen.hotline.actions.record import write
from yimen.hotline.kinds import UrgentRequest
from yimen.hotline.models import Channel, Consent, HelpRequest, Line, LineCall, Photo
from yimen.hotline.needs import Need, tree
from yimen.hotline.whom import avoided, likely
from yimen.ledger.together import together
from yimen.lib.actor import Actor, Can, Power, system
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused, Unseen
from yimen.lib.masking import CALLER
from yimen.lib.time import local
from yimen.matters.content import parse
from yimen.matters.models import MatterVersion
from yimen.matters.queries import some
from yimen.people.actions import correct_name, register, register_at_number
from yimen.people.actions.streets import in_street
from yimen.people.models import Party
from yimen.people.perms import may_register
from yimen.places.models import Division, ServicePoint
from yimen.places.queries import centre_for, centres

MOST_PHOTOS = 4
PHOTO = "hotline.photo"  # the purpose of their files
# how the case itself was handed in, in the engine's words
CASE_CHANNEL = {
    Channel.PHONE: "phone", Channel.WEB: "online", Channel.KIOSK: "kiosk", Channel.SMS: "phone",
    Channel.WORKER: "home",
}  # fmt: skip


@dataclass(frozen=True)
class Taken:
    """What was asked, by whomever. `party` is who asks, or `name` and `phone` of somebody new."""

    need: str
    what: str
    where: str = ""
    place: str = ""  # division code; the street where nothing nearer is known
    party: UUID | None = None
    name: str = ""
    phone: str = ""
    line: str = Line.ONE
    secret: bool = False
    hurry: str = ""  # why somebody cannot wait; then the limits of the urgent class hold
    quiet: bool = False  # no text message, no word left with anybody else
    reach: str = ""  # when and how to be reached safely
    same_as: UUID | None = None  # an open request about the same thing
    excluded: Sequence[UUID] = ()  # bodies and accounts complained of
    photos: Sequence[Any] = ()  # uploads
    # told for another: what the person said of it, and who told it (nobody named: who takes it)
    consent: str = ""
    reporter_name: str = ""
    reporter_phone: str = ""


@together()
def take(
    asked: Taken,
    *,
    by: Actor,
    at: datetime,
    call: LineCall | UUID | None = None,
    channel: str = Channel.PHONE,
    stays: bool = False,
) -> Dossier:
    """Take a request, all or nothing: record, case, acceptance, photographs, link to the call and the
    event. By telephone and text message an operator takes it, for somebody else a neighbourhood's
    committee; on the web and at the machine people ask themselves. `stays`: the caller keeps talking,
    so the call stays in hand."""
    power = _may(channel, by)
    held = lock_call(call, by) if call else None
    need = _need(asked)
    if (asked.consent in Consent.values) != (channel == Channel.WORKER):
        raise _wrong("consent", _("请选择本人是否同意。"))
    place = _place(asked, by)
    # what a city platform sends is for the whole street, as what operators take is
    near = place[:9] if asked.line == Line.CITY else place
    sort = _class(need, asked)
    version = some([need.matter], local(at).date()).get(need.matter)
    asked, unsure = _whom(asked, need, version, place, at)
    centre = _counter(by, near, asked.excluded)
    if centre is None or version is None:
        raise _wrong("need", _("这类求助在这个街道还没有开通。"))
    event = _event(asked, by)
    who = _who(asked, held, place[:9], by, at)
    d = receive(
        Submission(
            matter=version, centre=centre, channel=CASE_CHANNEL[Channel(channel)], applicant=who,
            place=place, facts=_facts(asked), excluded=tuple(asked.excluded), unsure=unsure,
            links=(("about", event.case_id),) if event else (),
            kind=UrgentRequest.key if sort != need.sort else "",
        ),
        by=by, at=at, power=power or by.power_for(Can.INTAKE, body=counter_body(centre).pk),
    )  # fmt: skip
    operates = channel in BY_OPERATORS
    along = event.case.number if event else ""
    # nobody works on what complains of the own body, not even to accept it
    own = bool(set(asked.excluded) & by.sides())
    accepting = by if operates and not own else system(place[:9], "hotline")
    d = perform(d.case.number, "accept", by=accepting, at=at, along=along)
    made = HelpRequest.objects.create(
        street=d.case.street, case=d.case, need=need.code, sort=sort, line=asked.line,
        hurry=asked.hurry.strip(), place=place, secret=asked.secret, call=held, event=event, taken_by_id=by.account,
        taken_at=at, channel=channel, verified=by.kind == "resident" and asked.party is not None,
        reporter_id=_reporter(asked, channel, by, at), consent=asked.consent,
    )  # fmt: skip
    _keep_photos(made, asked.photos, by, at)
    first(made, at=at)
    write(
        d.case, "take", by=by, at=at, need=need.code, sort=sort, line=str(asked.line),
        place=place, hurry=bool(asked.hurry.strip()),
    )  # fmt: skip
    if held and not stays:
        end(held, LineCall.Outcome.REQUEST, by=by, at=at)
    elif held:
        keep_draft(held, draft={}, by=by, at=at)
    return d


def _whom(
    asked: Taken, need: Need, version: MatterVersion | None, place: str, at: datetime
) -> tuple[Taken, bool]:
    """Whom it complains of, with their parts; where that is not known, whoever it could be, and True."""
    if asked.excluded or version is None:
        return replace(asked, excluded=avoided(asked.excluded, place[:9])), False
    perhaps = likely(need, parse(version.content), place, at)
    return replace(asked, excluded=perhaps), bool(perhaps)


def _counter(by: Actor, place: str, excluded: Sequence[UUID]) -> ServicePoint | None:
    """Where it is taken in: the operator's own counter, else the one that serves the place; what
    complains of a centre is not kept there as long as the street has another."""
    near = [queries.desk_of(by), centre_for(place), *centres(place[:9])]
    there = [point for point in near if point is not None]
    free = (point for point in there if counter_body(point).pk not in excluded)
    return next(free, there[0] if there else None)


BY_OPERATORS = (Channel.PHONE, Channel.SMS)


def _may(channel: str, by: Actor) -> Power | None:
    """May the actor take it by this channel? A committee acts by its own power."""
    if channel not in CASE_CHANNEL:
        raise Invalid("channel", _("没有这种来源。"))
    if by.kind == "system":
        return None  # what a city platform sends: nobody may refuse to write it down
    if channel in BY_OPERATORS:
        must_operate(by)
    elif channel == Channel.WORKER:
        committee = queries.committee_of(by)
        if committee is None:
            raise Forbidden("report", _("由居委会工作人员代报。"))
        return by.power_for(Can.HANDLE, body=committee.pk)
    elif not perms.asks(by):
        raise Forbidden("ask", _("工作人员请在求助热线登记。"))
    return None


def _need(asked: Taken) -> Need:
    need = tree().get(asked.need)
    if need is None:
        raise _wrong("need", _("请从求助分类里选一项。"))
    if not asked.what.strip():
        raise _wrong("what", _("请写下什么事。"))
    return need


def _class(need: Need, asked: Taken) -> str:
    """What limits hold: the need's own, or the urgent ones where somebody cannot wait."""
    sort = rules.class_of(need.sort, asked.hurry.strip())
    if sort is None:
        raise _wrong("hurry", _("投诉、信访和咨询不按紧急办理。有危险的，请选危险的求助。"))
    if len(asked.hurry.strip()) > 200:
        raise _wrong("hurry", _("请写短一些，200 字以内。"))
    return sort


def _reporter(asked: Taken, channel: str, by: Actor, at: datetime) -> UUID | None:
    """Who told it for another: the neighbour who is named, else the committee's own worker."""
    if channel != Channel.WORKER:
        return None
    if not asked.reporter_name.strip():
        return by.party
    found = register(
        by.street, name=asked.reporter_name, id_type=Party.IdType.OTHER,
        phone=asked.reporter_phone, by=by, at=at,
    )  # fmt: skip
    return found.pk


def _place(asked: Taken, by: Actor) -> str:
    """Where: staff work in their own street, others say it."""
    place = asked.place or by.street
    if by.kind == "staff" and not place.startswith(by.street):
        raise _wrong("place", _("请选择本街道的居村委。"))
    if len(place) not in (9, 12) or not Division.objects.filter(pk=place).exists():
        raise _wrong("place", _("请选择在哪个街道、哪个居村委。"))
    return place


def _keep_photos(made: HelpRequest, photos: Sequence[Any], by: Actor, at: datetime) -> None:
    """Only the picture is kept of each; what cannot be taken is said under the field."""
    if len(photos) > MOST_PHOTOS:
        raise _wrong("photos", _("最多 %(n)d 张照片。") % {"n": MOST_PHOTOS})
    keeper = by if by.signed_in else system(made.street, "hotline")
    for upload in photos:
        try:
            file = store(
                upload, name="photo", purpose=PHOTO, street=made.street, by=keeper, at=at,
                photograph=True,
            )  # fmt: skip
        except Invalid as wrong:
            raise of_file(wrong, getattr(upload, "name", "photo"), "photos") from wrong
        Photo.objects.create(street=made.street, request=made, file=file, at=at)


def _facts(asked: Taken) -> dict[str, object]:
    given = {
        "need": asked.need, "what": asked.what, "where": asked.where,
        "line": str(Line(asked.line).label) if asked.line != Line.ONE else "",
        "secret": asked.secret or None, "quiet": asked.quiet or None, "reach": asked.reach.strip(),
    }  # fmt: skip
    return {k: v for k, v in given.items() if v not in ("", None)}


def _event(asked: Taken, by: Actor) -> HelpRequest | None:
    """The first request about the thing, under its lock: later ones never make a chain. Its body has
    the work, so the new one goes along with it."""
    if asked.same_as is None:
        return None
    open_ones = queries.visible_to(by).exclude(case__stage=Stage.CLOSED)
    found = open_ones.filter(pk=asked.same_as).first()
    if found is None:
        raise Unseen("request", _("没有这个求助，或者已经办结。"))
    head = HelpRequest.objects.select_for_update().get(pk=found.event_id or found.pk)
    if head.event_id:
        raise Refused("moved", _("别人刚刚改动了这件事。请看过最新情况后再试。"))
    must_fit(load(head.case.number, lock=True), asked.excluded)
    return head


def _who(asked: Taken, call: LineCall | None, street: str, by: Actor, at: datetime) -> Party:
    """The record of whoever needs help, in the street where it is needed."""
    if asked.party:
        return _known(asked.party, street, by, at)
    name, rung = asked.name.strip(), call.number_of if call else None
    if not name and rung:
        return rung
    by = by if may_register(by) else system(street, "hotline")
    if rung and not asked.phone and street == rung.street:
        return _says(rung, name, by, at)
    return register(
        street, name=name or CALLER, id_type=Party.IdType.OTHER, phone=asked.phone, by=by, at=at
    )


def _says(rung: Party, name: str, by: Actor, at: datetime) -> Party:
    """Whoever rings says a name: it goes to the record of the number while that has none, else the
    number goes along to another record. Without a number nobody could be called back."""
    if rung.name == CALLER and rung.id_index is None:
        return correct_name(rung, name, reason=_("来电人说了姓名"), by=by, at=at)
    return register_at_number(rung, name, by=by, at=at)


def _known(party: UUID, street: str, by: Actor, at: datetime) -> Party:
    """Staff name anybody of their street, residents themselves."""
    found = Party.objects.filter(pk=party, merged_into=None)
    if by.kind == "resident":
        mine = found.filter(pk__in={by.party, *by.records}).first()
        if mine is not None:
            return in_street(mine, street, by=by, at=at)
    elif (one := found.filter(street=by.street).first()) is not None:
        return one
    raise _wrong("party", _("没有找到这个人。请重新选择。"))


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(field, sentence, (FieldError(field, sentence),))
