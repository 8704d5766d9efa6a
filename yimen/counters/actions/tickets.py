"""A ticket begins, and its holder leaves or comes back."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from yimen.counters import perms, priorities, queries, rules
from yimen.counters.actions.record import change, entry, ring, spell, state_of
from yimen.counters.models import Desk, Ticket
from yimen.ledger.rows import Sheet
from yimen.ledger.together import together
from yimen.lib.actor import Actor
from yimen.lib.crypto import blind
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused, Unseen
from yimen.lib.ids import new_id
from yimen.lib.time import local
from yimen.matters.content import Content
from yimen.people.models import Party
from yimen.places.models import ServicePoint
from yimen.places.queries import is_open_at


@dataclass(frozen=True, slots=True)
class Taken:
    """The new ticket, and the secret of the link that follows it on a phone, shown this once."""

    ticket: Ticket
    secret: str


def take(
    centre: ServicePoint,
    *,
    by: Actor,
    at: datetime,
    desk: str = "",
    matter: Content | None = None,
    priority: str = "",
    person: Party | None = None,
    channel: str = Ticket.Channel.KIOSK,
    booked: bool = False,
    booking: UUID | None = None,
) -> Taken:
    """Give somebody a turn. There is no quota: in the hours nobody is turned away, and whoever
    works at the counter may give a ticket outside them too (overtime counts). `booked`: in time for
    the appointment `booking`, which gives its head start.

    Raises Refused outside the hours, Invalid for an unknown desk or priority. Runs inside the
    caller's transaction when there is one.
    """
    staff = perms.may_serve(by, queries.body_of(centre), centre.street)
    if not staff and not is_open_at(centre, at):
        raise Refused("closed", _closed(centre))
    line = queries.desk_for(centre, matter, desk)
    if line is None:
        text = _("这个中心没有代码为“%(code)s”的服务台。") % {"code": desk or Desk.GENERAL}
        raise Invalid("desk", text, (FieldError("desk", text, Desk.GENERAL),))
    on = local(at).date()
    reason = _reason(priority, person, booked, at)
    secret = secrets.token_urlsafe(16)
    ticket = Ticket(
        id=new_id(),
        street=centre.street,
        centre=centre,
        day=on,
        desk=line,
        desk_code=line.code,
        matter_code=matter.code if matter else "",
        person=person,
        secret_index=secret_index(secret),
        channel=channel,
        priority=reason,
        taken_by_id=by.account,
        taken_at=at,
        rank_at=rules.rank(at, priorities.head_start(reason)),
        booking_id=booking,
    )
    if wait := queries.estimate(ticket, at):
        ticket.told_low, ticket.told_high = wait.low_min, wait.high_min
    with together():  # the desk's counter is locked from here on: as little as possible follows
        ticket.number = rules.number(line.letter, _serial(centre.pk, line.letter, at))
        _insert(ticket, by=by, at=at)
    return Taken(ticket, secret)


def _closed(centre: ServicePoint) -> str:
    spans = [f"{a}-{b}" for a, b in centre.hours.get("weekday", [])]
    free = [f"{a}-{b}" for a, b in centre.hours.get("weekend", [])]
    return _("现在不在取号时间内。工作日 %(weekday)s，周末和节假日 %(weekend)s。") % {
        "weekday": "、".join(spans) or "—",
        "weekend": "、".join(free) or "—",
    }


def _reason(priority: str, person: Party | None, booked: bool, at: datetime) -> str:
    """The reason asked for or given by age; an appointment counts where nothing better does."""
    birth = person.birth_date if person else None
    found = priorities.chosen(priority, birth, local(at).date())
    if found:
        return found.code
    return "appointment" if booked else ""


def _serial(centre: str, letter: str, at: datetime) -> int:
    """The next serial of the desk's day; its counter row is locked until the commit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO counters_counter (centre, day, letter, last) VALUES (%s, %s, %s, 1) "
            "ON CONFLICT (centre, day, letter) DO UPDATE SET last = counters_counter.last + 1 "
            "RETURNING last",
            [centre, local(at).date(), letter],
        )
        return int(cursor.fetchone()[0])


def _insert(ticket: Ticket, *, by: Actor, at: datetime) -> None:
    sheet = Sheet()
    said = {"desk": str(ticket.desk_id), **state_of(ticket)}
    entry(ticket, "take", said, by=by, at=at, power=None, into=sheet)
    names = [f.attname for f in Ticket._meta.concrete_fields]
    sheet.insert(Ticket, [{name: getattr(ticket, name) for name in names}])
    spell(ticket, at, by=by, into=sheet)
    sheet.write()
    ring(ticket.centre_id, "take", ticket)


def secret_index(secret: str) -> str:
    """What is kept of a link's secret: the link itself is on the person's phone only."""
    return blind("counters.ticket", secret)


def by_secret(secret: str) -> Ticket:
    """The ticket behind a phone's link. Unseen when there is none."""
    found = Ticket.objects.filter(secret_index=secret_index(secret)).select_related("centre")
    ticket = found.first() if secret else None
    if ticket is None:
        raise Unseen("ticket", _("没有这张号。请核对链接，或到总服务台询问。"))
    return ticket


def _locked(ticket: Ticket | UUID, by: Actor, secret: str) -> Ticket:
    """The row under its lock, for whoever may see it or holds its secret."""
    pk = ticket.pk if isinstance(ticket, Ticket) else ticket
    seen = queries.visible_to(by).filter(pk=pk).exists()
    row = Ticket.objects.select_for_update().filter(pk=pk).first()
    known = bool(row and secret and hmac.compare_digest(row.secret_index, secret_index(secret)))
    if row is None or not (seen or known):
        raise Unseen("ticket", _("没有这张号。请核对号码。"))
    own = known or (row.person_id is not None and row.person_id == by.party)
    if not own and not perms.may_serve(by, queries.body_of(row.centre), row.street):
        raise Forbidden("ticket", _("您今天不在这个中心的岗位上，不能操作这张号。"))
    return row


@together()
def print_again(ticket: Ticket | UUID, *, by: Actor, at: datetime) -> Taken:
    """A new paper for one that was lost, while its turn is not over: a new secret, so that whoever
    found the old paper holds nothing."""
    row = _locked(ticket, by, "")
    check_applies(row, "print_again")
    if not perms.may_serve(by, queries.body_of(row.centre), row.street):
        raise Forbidden("ticket", _("您今天不在这个中心的岗位上，不能操作这张号。"))
    secret = secrets.token_urlsafe(16)
    change(row, "print_again", by=by, at=at, power=None, secret_index=secret_index(secret))
    return Taken(row, secret)


@together()
def leave(ticket: Ticket | UUID, *, by: Actor, at: datetime, secret: str = "") -> Ticket:
    """Give the turn up: at the kiosk, on the phone or at the reception desk."""
    row = _locked(ticket, by, secret)
    check_applies(row, "leave")
    return change(
        row, "leave", by=by, at=at, power=None,
        state=Ticket.State.LEFT, ended_at=at, ended_why="gave_up",
    )  # fmt: skip


@together()
def come_back(ticket: Ticket | UUID, *, by: Actor, at: datetime, secret: str = "") -> Ticket:
    """The way back after a missed call, on the same day and once: near the front, for the wait
    was done already, but behind whoever is due at once."""
    row = _locked(ticket, by, secret)
    check_applies(row, "come_back")
    if row.day != local(at).date():
        raise Refused("day_over", _("过号只能当天恢复。请重新取号。"))
    if row.returns:
        raise Refused("returned_before", _("这张号已经恢复过一次。请重新取号。"))
    rank_at = rules.rank(at, priorities.head_start("returned"))
    return change(
        row, "come_back", by=by, at=at, power=None,
        state=Ticket.State.WAITING, window_id=None, rank_at=max(rank_at, row.rank_at),
        ended_at=None, ended_why="", returns=1, calls=0,
    )  # fmt: skip


def check_applies(ticket: Ticket, act: str) -> None:
    """Refuse an act that does not fit the ticket's state, with a sentence."""
    if ticket.state in rules.APPLIES[act]:
        return
    label = Ticket.State(ticket.state).label
    text = _("%(number)s 号现在是“%(state)s”，不能做这项操作。")
    raise Refused("state", text % {"number": ticket.number, "state": label})
