"""Who could be sent: units of the directory and bodies of the matrix, each with the reasons in words.
Nobody who is complained of is among them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yimen.bodies import fields as field_names
from yimen.bodies.models import Body
from yimen.bodies.queries import names as body_names
from yimen.bodies.queries import route, with_bodies_of
from yimen.bodies.register import register
from yimen.cases.dossier import Dossier
from yimen.directory import queries as directory
from yimen.directory import rules as choosing
from yimen.directory.models import Fee, Offering, Unit
from yimen.directory.queries import Found, Record
from yimen.directory.rules import Wanted
from yimen.hotline import came_back
from yimen.hotline.models import Dispatch, HelpRequest, PriceAnswer
from yimen.lib.time import local
from yimen.look.language import pick
from yimen.places.models import Address
from yimen.places.queries import names as place_names

MOST = 9  # one key each


@dataclass
class Proposal:
    """One line: whom a key sends, and why. `fee` other than free asks for a yes to `price` first."""

    to: str
    name: str
    reasons: list[str]
    against: list[str]
    fee: str = "free"
    price: str = ""
    agreed: bool | None = None
    phone: str = ""
    key: int = 0
    came_back: bool = False

    @property
    def code(self) -> str:
        return self.to.partition(":")[2]

    @property
    def fits(self) -> bool:
        return not self.against

    @property
    def asks_first(self) -> bool:
        """Has the caller still to be told the price?"""
        return self.fee != "free" and not self.agreed


def avoided(d: Dossier, at: datetime) -> frozenset[UUID]:
    """Bodies that a complaint is about, with those of the people it is about."""
    return frozenset(with_bodies_of(set(d.case.excluded_bodies), local(at).date()))


def body_of(street: str, code: str) -> Body | None:
    return register(street).codes.get(code)


def offering_of(unit: Unit, need: str) -> Offering | None:
    """The cheapest that the unit gives for the need, as the proposals choose it."""
    rows = unit.offerings.filter(service__is_active=True).select_related("service")
    fitting = [o for o in rows if choosing.covers(o.service.needs, need)]
    order = choosing.FEES.index
    return min(fitting, key=lambda o: (order(o.fee), o.service.code), default=None)


def fee_of(unit: Unit, need: str) -> str:
    """What it costs to send the unit; whoever is sent for something else names a price."""
    found = offering_of(unit, need)
    return found.fee if found else Fee.PAID


def yes_to_price(row: HelpRequest, unit: Unit) -> PriceAnswer | None:
    """The caller's last word to the unit's price, if it was a yes."""
    last = row.prices.filter(unit=unit).order_by("-at", "-id").first()
    return last if last and last.agreed else None


def unpaid(case: UUID, body: UUID) -> bool:
    """Would that body do it for money that the caller has not agreed to?"""
    units = list(Unit.objects.filter(body=body, is_active=True))
    row = HelpRequest.objects.filter(case=case).first() if units else None
    return row is not None and all(
        fee_of(unit, row.need) != Fee.FREE and yes_to_price(row, unit) is None for unit in units
    )


def records(street: str) -> dict[UUID, Record]:
    """How each unit did: jobs in hand; of those called back, how many the caller calls solved."""
    asked = Q(
        request__calls_back__round=F("round"), request__calls_back__last=True,
        request__calls_back__reached=True, role=Dispatch.Role.LEAD, state=Dispatch.State.DONE,
    )  # fmt: skip
    rows = Dispatch.objects.filter(street=street, unit__isnull=False).order_by().values("unit")
    counted = rows.annotate(
        jobs=Count("pk", distinct=True, filter=Q(state__in=Dispatch.OPEN)),
        done=Count("pk", distinct=True, filter=asked),
        good=Count("pk", distinct=True, filter=asked & Q(request__calls_back__solved="yes")),
    )
    return {r["unit"]: Record(r["jobs"], r["done"], r["good"]) for r in counted}


def point_of(row: HelpRequest, d: Dossier) -> choosing.Point | None:
    """Where it is, if the place that was said is an address that the street knows."""
    said = str(d.case.facts.get("where", ""))
    known = Address.objects.filter(street=row.street, text=said, datum="WGS-84", lon__isnull=False)
    found = known.first() if said else None
    return (float(found.lon), float(found.lat)) if found and found.lon and found.lat else None


def proposals(row: HelpRequest, d: Dossier, at: datetime) -> list[Proposal]:
    """At most nine, the best first: units that fit, bodies, then units with something against them.
    Who gave it back in this round stands last, with when and why."""
    hidden = avoided(d, at)
    units = _units(row, d, at, hidden)
    bodies = _bodies(row, d, at, hidden)
    back = _gave_back(row, d)
    for one in (*units, *bodies):
        if one.to in back:
            one.against.append(back[one.to])
            one.came_back = True
    order = [*(u for u in units if u.fits), *bodies, *(u for u in units if not u.fits)]
    order.sort(key=lambda one: one.came_back)
    for number, one in enumerate(order[:MOST], 1):
        one.key = number
    return order[:MOST]


def others(
    row: HelpRequest, d: Dossier, at: datetime, typed: str, known: Collection[str]
) -> list[Proposal]:
    """Whom somebody asks for by name though nothing proposes them (`known` are those): units of the
    directory, bodies of the street. Never who is complained of."""
    word = typed.strip().lower()
    if not word:
        return []
    hidden, back = avoided(d, at), _gave_back(row, d)
    named = Q(name__icontains=word) | Q(name_en__icontains=word) | Q(code__icontains=word)
    units = Unit.objects.filter(named, street=row.street, is_active=True)
    found = [
        asked_for(row, unit) for unit in units.exclude(body__in=hidden).order_by("code")[:MOST]
    ]
    partners = set(Unit.objects.filter(street=row.street).values_list("body", flat=True))
    found += [
        _body(body, [])
        for body in register(row.street).codes.values()
        if body.pk not in hidden | partners
        and any(word in text.lower() for text in (body.name, body.name_en, body.code))
    ]
    for one in found:
        one.against += [back[one.to]] if one.to in back else []
    return [one for one in found if one.to not in known][:MOST]


def asked_for(row: HelpRequest, unit: Unit) -> Proposal:
    """A unit that somebody named: at the price of what it offers, or at one that must be told."""
    offering, said = offering_of(unit, row.need), row.prices.filter(unit=unit)
    last = said.order_by("-at", "-id").first()
    fee = str(offering.get_fee_display()) if offering else _("目录里它没有这项服务")
    return Proposal(
        to=f"unit:{unit.code}", name=unit.label, phone="" if unit.body_id else unit.phone,
        reasons=[fee], against=[], fee=fee_of(unit, row.need), agreed=last.agreed if last else None,
        price=(offering.price or offering.service.said("price")) if offering else "",
    )  # fmt: skip


def _gave_back(row: HelpRequest, d: Dossier) -> dict[str, str]:
    """Who gave it back or did not sign for it in this round, as they are named in the list, each
    with what is said of it. A unit and its body are one."""
    rows = row.dispatches.filter(round=d.case.round).select_related("unit", "body", "task")
    said = [(made, _came_back(made)) for made in rows.order_by("number")]
    back = [(made, words) for made, words in said if words]
    of = Unit.objects.filter(street=row.street, body__in=[made.body_id for made, _words in back])
    codes = dict(of.values_list("body", "code"))  # a body is one unit at most
    found: dict[str, str] = {}
    for made, words in back:
        found |= dict.fromkeys(_names_of(made, codes), words)
    return found


def _names_of(made: Dispatch, codes: Mapping[UUID, str]) -> Iterable[str]:
    if made.unit:
        yield f"unit:{made.unit.code}"
    if made.body:
        yield f"body:{made.body.code}"
        yield f"unit:{codes.get(made.body.pk, '')}"


def _came_back(made: Dispatch) -> str:
    """Returned, when and why; also where the minute has not brought it yet."""
    state, (reason, ended) = came_back.now_is(made), came_back.how_it_ended(made)
    when = f"{local(ended):%m-%d %H:%M}" if ended else ""
    if state == Dispatch.State.RETURNED:
        return _("退回过：%(reason)s，%(when)s") % {"reason": reason[:60], "when": when}
    if state == Dispatch.State.LAPSED:
        return _("没有按时签收，%(when)s 收回") % {"when": when}
    return ""


def _units(row: HelpRequest, d: Dossier, at: datetime, hidden: frozenset[UUID]) -> list[Proposal]:
    out = Unit.objects.filter(street=row.street, body__in=hidden).values_list("code", flat=True)
    wanted = Wanted(
        need=row.need, place=row.place, point=point_of(row, d), excluded=frozenset(out)
    )  # fmt: skip
    known = records(row.street)
    found = directory.proposals(row.street, wanted, at=at, records=known)
    last: dict[UUID, PriceAnswer] = {}
    for said in row.prices.order_by("at", "id"):
        last[said.unit_id] = said
    place = pick(place_names([row.place]).get(row.place, {}))
    return [_unit(f, known.get(f.unit.pk, Record()), last.get(f.unit.pk), place) for f in found]


def _unit(found: Found, record: Record, said: PriceAnswer | None, place: str) -> Proposal:
    unit, offering = found.unit, found.offering
    price = offering.price or offering.service.said("price")
    return Proposal(
        to=f"unit:{unit.code}", name=unit.label, phone="" if unit.body_id else unit.phone,
        reasons=list(_reasons(found, record, place)), fee=offering.fee, price=price,
        against=[str(AGAINST[word]()) for word in found.proposal.against if word in AGAINST],
        agreed=said.agreed if said else None,
    )  # fmt: skip


AGAINST = {"closed": lambda: _("现在不开"), "full": lambda: _("手上的已经满了")}


def _reasons(found: Found, record: Record, place: str) -> Iterable[str]:
    unit, offering = found.unit, found.offering
    yield _("能办“%(service)s”") % {"service": offering.service.label}
    yield _("服务范围有%(place)s") % {"place": place} if unit.areas else _("服务全街道")
    if unit.is_always:
        yield _("昼夜都开")
    elif found.proposal.candidate.is_open:
        yield _("现在开着")
    if found.proposal.metres is not None:
        yield _("离求助地点约 %(n)d 米") % {"n": round(found.proposal.metres, -1)}
    yield _load(unit, record)
    said = offering.price or offering.service.said("price")
    fee = str(offering.get_fee_display())
    yield f"{fee}{_('：')}{said}" if said and offering.fee != "free" else fee
    if record.done:
        yield _("回访过 %(done)d 件，解决 %(good)d 件") % {"done": record.done, "good": record.good}
    if unit.body_id is None:
        yield _("打电话派")


def _load(unit: Unit, record: Record) -> str:
    if unit.capacity is None:
        return ngettext("手上 %(n)d 件", "手上 %(n)d 件", record.jobs) % {"n": record.jobs}
    return _("手上 %(n)d 件，最多 %(most)d 件") % {"n": record.jobs, "most": unit.capacity}


def _bodies(row: HelpRequest, d: Dossier, at: datetime, hidden: frozenset[UUID]) -> list[Proposal]:
    """Who is responsible by the matrix; the neighbourhood's committee; the department above."""
    routing = route(
        row.street, field=d.content.lead.field or d.content.field, matter_code=d.content.code,
        place=row.place, on=local(at).date(), excluded=d.case.excluded_bodies,
    )  # fmt: skip
    register_ = register(row.street)
    wanted: dict[UUID, list[str]] = {}
    names = {pk: pick(pair) for pk, pair in body_names(routing.bodies | hidden).items()}
    places = {
        c: pick(p) for c, p in place_names([b.place for b in routing.because if b.place]).items()
    }
    for because in routing.because:
        if because.body and because.role != "supervises":
            said = because.sentence(names, places, field_names.names())
            wanted.setdefault(because.body, []).append(said)
    lead = register_.bodies.get(d.case.lead_id)
    if lead is not None and lead.led_by_id:
        wanted.setdefault(lead.led_by_id, []).append(
            _("“%(body)s”的上级主管部门") % {"body": pick({"zh": lead.name, "en": lead.name_en})}
        )
    for one in register_.bodies.values():
        if one.sort == Body.Sort.RESIDENTS_COMMITTEE and one.division == row.place:
            wanted.setdefault(one.pk, []).append(_("求助地点的居委会"))
    return [
        _body(register_.bodies[pk], reasons)
        for pk, reasons in wanted.items()
        if pk not in hidden and pk in register_.bodies
    ]


def _body(body: Body, reasons: list[str]) -> Proposal:
    name = pick({"zh": body.name, "en": body.name_en})
    return Proposal(to=f"body:{body.code}", name=name, reasons=reasons, against=[])
