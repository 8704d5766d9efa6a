"""Questions about bodies: which powers on which day, who is responsible for what."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from yimen.bodies import fields as field_names
from yimen.bodies import perms, rules
from yimen.bodies.models import Appointment, Body, Contract, Cover, MatrixRule, Seat
from yimen.bodies.register import register
from yimen.bodies.rules import Because, Routing
from yimen.ledger import editions
from yimen.ledger.rows import known
from yimen.lib.actor import ANONYMOUS, Actor, Can, Power
from yimen.lib.time import today
from yimen.look.language import pick
from yimen.people.models import Account, Token
from yimen.people.queries import RECORDS
from yimen.places.queries import names as place_names

# One round trip for every request: the account, every record of the person it belongs to, every
# seat held or covered on the day, and the marks of what is kept in memory. None of it is kept from
# one request to the next, so that a lock, a revoked token, an ended seat bite at once. A seat of a
# body that no longer exists gives no power, nor does any seat to whose contract has ended (AFF-18).
_WHO = """
WITH RECURSIVE who AS MATERIALIZED ({who}), {records}
SELECT {columns}, who.token_id, who.token_used_at,
    (SELECT id FROM living LIMIT 1),
    ARRAY(SELECT id FROM same),
    (SELECT json_agg(json_build_array(
        s.powers, s.body_id, s.place, held.id, held.deputy, b.street))::text
    FROM (
        SELECT a.id, a.seat_id, FALSE AS deputy FROM bodies_appointment a
        WHERE a.account_id = who.id
          AND a.valid_from <= %(day)s AND (a.valid_until IS NULL OR a.valid_until >= %(day)s)
        UNION ALL
        SELECT a.id, a.seat_id, TRUE FROM bodies_cover c
        JOIN bodies_appointment a ON a.id = c.appointment_id
        JOIN people_account h ON h.id = a.account_id AND h.is_active AND {holder_employed}
        WHERE c.deputy_id = who.id AND c.cancelled_at IS NULL
          AND c.valid_from <= %(day)s AND c.valid_until >= %(day)s
          AND a.valid_from <= %(day)s AND (a.valid_until IS NULL OR a.valid_until >= %(day)s)
    ) held
    JOIN bodies_seat s ON s.id = held.seat_id
    JOIN bodies_body b ON b.id = s.body_id
    WHERE b.active_from <= %(day)s AND (b.active_until IS NULL OR b.active_until >= %(day)s)
      AND {who_employed}),
    {marks}
FROM who
"""
# Does a contract run on the day? Who has none at all is not bound by one.
_EMPLOYED = """COALESCE((SELECT bool_or(k.valid_from <= %(day)s
    AND (k.valid_until IS NULL OR k.valid_until >= %(day)s))
    FROM bodies_contract k WHERE k.account_id = {account}), TRUE)"""
_COLUMNS = [f.attname for f in Account._meta.concrete_fields]
_BY_ACCOUNT = """
SELECT a.*, NULL::uuid AS token_id, NULL::timestamptz AS token_used_at
FROM people_account a WHERE a.id = %(key)s AND a.is_active"""
_BY_TOKEN = """
SELECT a.*, t.id AS token_id, t.last_used_at AS token_used_at
FROM people_token t JOIN people_account a ON a.id = t.account_id
WHERE t.digest = %(key)s AND t.revoked_at IS NULL AND a.is_active"""


def _who(head: str) -> str:
    return _WHO.format(
        who=head,
        records=RECORDS.format(start="SELECT party_id FROM who"),
        columns=", ".join(f"who.{name}" for name in _COLUMNS),
        who_employed=_EMPLOYED.format(account="who.id"),
        holder_employed=_EMPLOYED.format(account="h.id"),
        marks=editions.MARKS,
    )


_ASK = {"account": _who(_BY_ACCOUNT), "token": _who(_BY_TOKEN)}


def actor_for(account: Account | None, on: date | None = None) -> Actor:
    """The actor that an account is on a day: its powers from the seats held and covered then.
    A locked account is nobody."""
    if account is None or not account.pk or not account.is_active:
        return ANONYMOUS
    found = _ask("account", account.pk, on or today())
    return found[1] if found else ANONYMOUS


def bearer_of(digest: str, on: date | None = None) -> tuple[Token, Actor] | None:
    """Whoever a token (by its digest) belongs to, and the actor that this account is on a day;
    None when the token is unknown or revoked, or the account locked."""
    return _ask("token", digest, on or today())


def _ask(how: str, key: Any, day: date) -> tuple[Token, Actor] | None:
    with connection.cursor() as cursor:
        cursor.execute(_ASK[how], {"key": key, "day": day})
        row = cursor.fetchone()
    if row is None:
        return None
    values, (token, used_at, party, records, held, marks) = row[:-6], row[-6:]
    editions.know(orjson.loads(marks or "{}"))
    account = known(Account, dict(zip(_COLUMNS, values, strict=True)))
    powers, street = _read_seats(held or "[]")
    return Token(id=token, account=account, last_used_at=used_at), Actor(
        kind=account.kind,
        account=account.pk,
        party=party or account.party_id,
        records=frozenset(records),
        name=account.username,
        street=street or account.street,
        powers=powers,
    )


@lru_cache(maxsize=512)
def _read_seats(held: str) -> tuple[frozenset[Power], str]:
    """The powers of the seats that this request found, and the street of the seats of one's own.
    The same text always means the same, so only the reading of it is kept."""
    seats = orjson.loads(held)
    powers = frozenset(
        Power(Can(can), UUID(body), place, UUID(appointment), deputy)
        for cans, body, place, appointment, deputy, _street in seats
        for can in cans or ()
    )
    return powers, _street_of(seats)


def _street_of(held: list[tuple[Any, ...]]) -> str:
    """The street of the seats that are one's own; covering elsewhere does not move anybody."""
    own = sorted({row[5] for row in held if not row[4]}, reverse=True)
    return own[0] if own else ""


# -- bodies -----------------------------------------------------------------------------------


def visible_to(actor: Actor) -> QuerySet[Body]:
    """Staff see the bodies of their street and those of the city and its departments."""
    if actor.kind == "system":
        return Body.objects.all()
    if not perms.may_read(actor):
        return Body.objects.none()
    return Body.objects.filter(street__in=[actor.street, "0"])


def body(street: str, code: str) -> Body:
    """The body of that code in a street, else the city's. Body.DoesNotExist otherwise."""
    found = Body.objects.filter(street__in=[street, "0"], code=code).order_by("-street").first()
    if found is None:
        raise Body.DoesNotExist(code)
    return found


def active(on: date) -> Q:
    """Bodies that exist on a day."""
    return Q(active_from__lte=on) & (Q(active_until=None) | Q(active_until__gte=on))


def back_office(street: str, field: str, on: date | None = None) -> Body | None:
    """The street's back office of a field of affairs."""
    found = Body.objects.filter(active(on or today()), street=street, field=field)
    return found.filter(sort=Body.Sort.BACK_OFFICE).order_by("code").first()


def centre_body(service_point: str) -> Body | None:
    """The body that runs a service point."""
    found = Body.objects.filter(service_point=service_point, sort=Body.Sort.CENTRE)
    return found.order_by("code").first()


def heads_of(body: UUID, on: date | None = None) -> list[UUID]:
    """Accounts that answer for a body on a day, deputies during a cover among them."""
    return holders_of(body, (Can.HEAD, Can.DIRECT), on)


def holders_of(
    body: UUID, cans: Collection[Can], on: date | None = None, place: str = ""
) -> list[UUID]:
    """Accounts that hold one of `cans` for a body on a day: holders who are not away, and the
    deputies of those who are. `place` keeps those whose seat reaches over it."""
    day = on or today()
    held = _held_on(day).filter(seat__body=body, seat__powers__overlap=[str(c) for c in cans])
    return _present(held, day, place)


def _present(held: QuerySet[Appointment], day: date, place: str = "") -> list[UUID]:
    covers = Cover.objects.filter(_covers_on(day), appointment__in=held, deputy__is_active=True)
    deputies = {c.appointment_id: c.deputy_id for c in covers}
    rows = held.filter(account__is_active=True).order_by("valid_from", "id")
    found = rows.values_list("id", "account_id", "seat__place")
    reach = (row for row in found if not place or place.startswith(row[2]))
    return list(dict.fromkeys(deputies.get(id, who) for id, who, _over in reach))


def holders_in(street: str, cans: Collection[Can], on: date | None = None) -> list[UUID]:
    """Accounts that hold one of `cans` for any body of a street on a day, deputies for those
    who are away."""
    day = on or today()
    wanted = [str(c) for c in cans]
    held = _held_on(day).filter(seat__body__street=street, seat__powers__overlap=wanted)
    return _present(held, day)


def impartial(accounts: Iterable[UUID], excluded: Collection[UUID], on: date) -> list[UUID]:
    """Of these accounts those that are not complained of: neither themselves, nor by a seat or a
    cover of one of the `excluded` bodies."""
    if not excluded:
        return list(accounts)
    held = _held_on(on).filter(seat__body__in=excluded)
    covers = Cover.objects.filter(_covers_on(on), appointment__in=held)
    theirs = {*excluded, *held.values_list("account", flat=True)}
    theirs |= set(covers.values_list("deputy", flat=True))
    return [one for one in accounts if one not in theirs]


def streets_of(can: Can, on: date) -> list[str]:
    """Streets in which somebody holds a power on a day."""
    held = _held_on(on).filter(seat__powers__contains=[str(can)])
    return sorted(set(held.order_by().values_list("seat__body__street", flat=True)))


def works_for(account: UUID, body: UUID, on: date | None = None) -> bool:
    """Does somebody hold or cover a seat of the body on the day?"""
    day = on or today()
    held = _held_on(day).filter(seat__body=body)
    own = held.filter(account=account, account__is_active=True)
    covered = Cover.objects.filter(_covers_on(day), appointment__in=held, deputy=account)
    return own.exists() or covered.exists()


def staff_of(body: UUID, on: date | None = None) -> list[Account]:
    """Who works in a body on a day, in the order of their names: to choose from."""
    day = on or today()
    held = _held_on(day).filter(seat__body=body)
    covered = Cover.objects.filter(_covers_on(day), appointment__in=held)
    here = Q(pk__in=held.values("account")) | Q(pk__in=covered.values("deputy"))
    found = Account.objects.filter(here, is_active=True).select_related("party")
    return list(found.order_by("username"))


def _held_on(day: date) -> QuerySet[Appointment]:
    return Appointment.objects.filter(_runs_on(day), employed("account", day))


def _covers_on(day: date) -> Q:
    running = Q(cancelled_at=None, valid_from__lte=day, valid_until__gte=day)
    return running & employed("deputy", day)


def _runs_on(day: date) -> Q:
    ends = Q(valid_until=None) | Q(valid_until__gte=day)
    return ends & Q(valid_from__lte=day)


def employed(account: str, day: date) -> Q:
    """Rows whose `account` has a contract that runs on the day, or has never had one (AFF-18);
    the same rule as in the question of who asks."""
    theirs = Contract.objects.filter(account=OuterRef(account))
    return Q(Exists(theirs.filter(_runs_on(day)))) | ~Q(Exists(theirs))


def who_could(body: UUID, on: date) -> list[dict[str, Any]]:
    """Who could bind a body on any day: seat, holder, powers, from when to when, and deputies."""
    found = _held_on(on).filter(seat__body=body).select_related("seat", "account__party")
    appointments = list(found.order_by("seat__key", "post"))
    covers = Cover.objects.filter(_covers_on(on), appointment__in=appointments)
    deputies = {c.appointment_id: c for c in covers.select_related("deputy__party")}
    return [
        {
            "appointment": a,
            "seat": a.seat,
            "account": a.account,
            "powers": [Can(can) for can in a.seat.powers],
            "cover": deputies.get(a.pk),
        }
        for a in appointments
    ]


def vacancies(street: str, on: date) -> list[dict[str, Any]]:
    """Seats with posts against quota on a day (AFF-18), two queries."""
    seats = Seat.objects.filter(active_seat(on), body__street=street).select_related("body")
    held: dict[UUID, int] = {}
    for seat in _held_on(on).filter(seat__body__street=street).values_list("seat_id", flat=True):
        held[seat] = held.get(seat, 0) + 1
    counted = [(s, held.get(s.pk, 0)) for s in seats.order_by("body__code", "key")]
    return [{"seat": s, "held": n, "vacant": s.quota - n} for s, n in counted if n < s.quota]


def contracts_of(street: str) -> QuerySet[Contract]:
    """The contracts with bodies of a street, with whose they are."""
    found = Contract.objects.filter(employer__street=street)
    return found.select_related("employer", "account__party")


def contracts_ending(first: date, last: date) -> QuerySet[Contract]:
    """Contracts whose last day lies between two days, both counted, and that no other of the same
    person follows."""
    later = Contract.objects.filter(
        account=OuterRef("account"), valid_from__gt=OuterRef("valid_from")
    )
    found = Contract.objects.filter(~Q(Exists(later)), valid_until__range=(first, last))
    return found.select_related("employer", "account").order_by("valid_until", "id")


def seats_with_holders(street: str, on: date) -> list[dict[str, Any]]:
    """Every post of a street against its quota on a day, with its holders and their contracts
    (AFF-18); three queries. `ended` holders are those whose contract has run out: they count as
    vacancies, because they may not sign."""
    seats = Seat.objects.filter(active_seat(on), body__street=street).select_related("body")
    appointed = Appointment.objects.filter(_runs_on(on), seat__body__street=street)
    running: dict[UUID, Contract] = {}
    for contract in contracts_of(street).filter(valid_from__lte=on).order_by("valid_from"):
        running[contract.account_id] = contract
    held: dict[UUID, list[dict[str, Any]]] = {}
    for one in appointed.select_related("account__party").order_by("post"):
        theirs = running.get(one.account_id)
        last = theirs.valid_until if theirs else None
        ended = last is not None and last < on
        held.setdefault(one.seat_id, []).append(
            {"appointment": one, "account": one.account, "contract": theirs, "ended": ended}
        )
    found = []
    for seat in seats.order_by("body__code", "key"):
        holders = held.get(seat.pk, [])
        sitting = sum(not h["ended"] for h in holders)
        found.append({"seat": seat, "holders": holders, "vacant": max(seat.quota - sitting, 0)})
    return found


def active_seat(on: date) -> Q:
    ends = Q(body__active_until=None) | Q(body__active_until__gte=on)
    return Q(body__active_from__lte=on) & ends


def names(ids: Iterable[UUID]) -> dict[UUID, dict[str, str]]:
    """Names in both languages by body, in one query."""
    rows = Body.objects.filter(pk__in=set(ids)).values_list("pk", "name", "name_en")
    return {pk: {"zh": zh, "en": en or zh} for pk, zh, en in rows}


# -- the matrix -------------------------------------------------------------------------------


def rules_on(street: str, day: date, field: str = "") -> QuerySet[MatrixRule]:
    """The cells of the matrix in force on a day."""
    ends = Q(valid_to=None) | Q(valid_to__gte=day)
    found = MatrixRule.objects.filter(ends, street=street, valid_from__lte=day)
    return found.filter(field=field) if field else found


def route(
    street: str,
    *,
    field: str,
    matter_code: str = "",
    place: str = "",
    on: date | None = None,
    excluded: Iterable[UUID] = (),
) -> Routing:
    """Who is responsible in a street on a day. `excluded` are bodies or accounts complained of:
    of a person's account, every body in which that person holds a seat on the day."""
    day, known = on or today(), register(street)
    avoided = with_bodies_of(set(excluded), day)
    superiors = {b.pk: b.led_by_id or b.parent_id for b in known.bodies.values()}
    cells = known.rules_on(field, day)
    return rules.route(cells, field, matter_code, place, avoided, superiors if avoided else {})


def with_bodies_of(excluded: set[UUID], day: date) -> set[UUID]:
    """Whoever is complained of, and of an account every body it holds a seat of on the day."""
    if not excluded:
        return excluded
    seats = _held_on(day).filter(account__in=excluded).values_list("seat__body", flat=True)
    return excluded | set(seats)


# -- pages ------------------------------------------------------------------------------------


def tree(actor: Actor, on: date) -> list[tuple[int, Body]]:
    """Bodies in the order of their tree with their depth, one query."""
    found = visible_to(actor).filter(active(on)).order_by("code")
    bodies = list(found.select_related("led_by", "guided_by", "funded_by"))
    below: dict[UUID | None, list[Body]] = {}
    known = {b.pk for b in bodies}
    for b in bodies:
        below.setdefault(b.parent_id if b.parent_id in known else None, []).append(b)
    return list(_walk(below, None, 0))


def _walk(
    below: dict[UUID | None, list[Body]], parent: UUID | None, depth: int
) -> Iterable[tuple[int, Body]]:
    for item in below.get(parent, []):
        yield depth, item
        yield from _walk(below, item.pk, depth + 1)


def seats_of_actor(actor: Actor) -> list[Any]:
    """By which seats somebody is here, for the frame of the desk (settings.YIMEN_SEATS)."""
    ids = {p.appointment: p.deputy for p in actor.powers}
    if not ids:
        return []
    held = Appointment.objects.filter(pk__in=ids).select_related("seat__body")
    return [
        " · ".join(
            (
                pick({"zh": a.seat.body.name, "en": a.seat.body.name_en}),
                pick({"zh": a.seat.title, "en": a.seat.title_en}),
            )
        )
        for a in held.order_by("valid_from", "id")
    ]


def covers_visible_to(actor: Actor) -> QuerySet[Cover]:
    """Covers that concern the actor: of own appointments, as deputy, of the bodies one heads."""
    found = Cover.objects.filter(cancelled_at=None).select_related(
        "appointment__seat__body", "appointment__account", "deputy"
    )
    if perms.may_arrange(actor):
        mine = Q(appointment__seat__body__street=actor.street)
    else:
        led = actor.bodies(Can.HEAD, Can.DIRECT)
        mine = Q(appointment__seat__body__in=led) | Q(appointment__account=actor.account)
        mine |= Q(deputy=actor.account)
    return found.filter(mine).order_by("-valid_until", "-id")


def appointments_to_cover(actor: Actor, on: date) -> QuerySet[Appointment]:
    """Appointments for which the actor may set a deputy: those of `perms.may_cover`."""
    ends = Q(valid_until=None) | Q(valid_until__gte=on)
    found = Appointment.objects.filter(ends).select_related("seat__body", "account__party")
    if perms.may_arrange(actor):
        found = found.filter(seat__body__street=actor.street)
    else:
        led = actor.bodies(Can.HEAD, Can.DIRECT)
        found = found.filter(Q(account=actor.account) | Q(seat__body__in=led))
    return found.order_by("seat__body__code", "seat__key", "account__username")


def explain(because: Iterable[Because]) -> list[str]:
    """Reasons of a routing as sentences in the reader's language, two queries for all."""
    reasons = list(because)
    ids = {id for b in reasons for id in (b.body, b.avoided) if id}
    bodies = {id: pick(pair) for id, pair in names(ids).items()}
    places = {code: pick(pair) for code, pair in place_names(b.place for b in reasons).items()}
    known = field_names.names()
    return [b.sentence(bodies, places, known) for b in reasons]


def duties_of(body: Body, on: date) -> QuerySet[MatrixRule]:
    """What the matrix gives a body to do on a day."""
    ends = Q(valid_to=None) | Q(valid_to__gte=on)
    found = MatrixRule.objects.filter(ends, body=body, valid_from__lte=on)
    return found.order_by("field", "matter_code", "place", "role")


def matrix(street: str, on: date) -> list[dict[str, Any]]:
    """The matrix of a day, one row per cell (field, matter, place) with its four roles."""
    found = rules_on(street, on).select_related("body")
    cells: dict[tuple[str, str, str], dict[str, Any]] = {}
    for rule in found.order_by("field", "matter_code", "place", "body__code"):
        key = (rule.field, rule.matter_code, rule.place)
        row = cells.setdefault(
            key,
            {"field": key[0], "matter_code": key[1], "place": key[2], "roles": {}},
        )
        row["roles"].setdefault(rule.role, []).append(rule)
    known = place_names(row["place"] for row in cells.values())
    for row in cells.values():
        row["place_name"] = pick(known.get(row["place"], row["place"]))
    return list(cells.values())


def codes(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Codes by body, in one query."""
    return dict(Body.objects.filter(pk__in=set(ids)).values_list("pk", "code"))


def seats_held(ids: Collection[UUID]) -> dict[UUID, str]:
    """By which seat of which body, in words, for appointments past and present."""
    found = Appointment.objects.filter(pk__in=ids).select_related("seat", "seat__body")
    return {
        a.pk: f"{pick({'zh': a.seat.body.name, 'en': a.seat.body.name_en})} "
        f"{pick({'zh': a.seat.title, 'en': a.seat.title_en})}".strip()
        for a in found
    }
