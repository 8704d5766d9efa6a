"""What every verb of the hall shares: columns, spells, the entry, and the bell for the displays."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection
from django.utils.translation import gettext as _

from yimen.counters import perms, queries, rules
from yimen.counters.models import Spell, Ticket, Window
from yimen.ledger.actions import append
from yimen.ledger.chain import ZERO, Head, stamp
from yimen.ledger.rows import Sheet
from yimen.lib.actor import Actor, Can, Power
from yimen.lib.errors import Forbidden, Refused, Stale, Unseen
from yimen.lib.ids import new_id
from yimen.places.queries import points

CHANNEL = "hall"  # of NOTIFY: the process of the displays listens to it


def plain(value: Any) -> Any:
    """A column's value as the record holds it."""
    if value is None or value == "" or value == []:
        return None
    if isinstance(value, datetime):
        return stamp(value)
    return value if isinstance(value, (int, list)) else str(value)


def state_of(ticket: Ticket) -> dict[str, Any]:
    """The recorded columns as they stand; what is empty is left out."""
    found = {name: plain(getattr(ticket, name)) for name in Ticket.RECORDED}
    return {name: value for name, value in found.items() if value is not None}


def change(
    ticket: Ticket, act: str, *, by: Actor, at: datetime, power: Power | None, **columns: Any
) -> Ticket:
    """Write these columns of a ticket whose row is locked, its spell and its entry."""
    before = ticket.state, ticket.desk_code
    data, sheet = {}, Sheet()
    for name, value in columns.items():
        setattr(ticket, name, value)
        if name in Ticket.RECORDED:
            data[name] = plain(value)
    entry(ticket, act, data, by=by, at=at, power=power, into=sheet)
    if before != (ticket.state, ticket.desk_code):
        spell(ticket, _end_spell(ticket, at), by=by, into=sheet)
    if ticket.state in Ticket.ENDED and before[0] != ticket.state:
        columns |= _came_to(ticket, known=ticket.ended_why != "day_over")
    sheet.update(Ticket, {"id": ticket.pk}, **columns, seq=ticket.seq, hash=ticket.hash)
    sheet.write()
    ring(ticket.centre_id, act, ticket)
    return ticket


def entry(
    ticket: Ticket,
    act: str,
    data: dict[str, Any],
    *,
    by: Actor,
    at: datetime,
    power: Power | None,
    into: Sheet,
) -> None:
    """The next entry of the ticket's record; the ticket carries the new head."""
    head = append(
        Head(ticket.seq, bytes(ticket.hash) or ZERO),
        street=ticket.street,
        stream=ticket.stream,
        act=act,
        by=by,
        at=at,
        data=data,
        power=power,
        into=into,
    )
    ticket.seq, ticket.hash = head.seq, head.hash


def _end_spell(ticket: Ticket, at: datetime) -> datetime:
    """The open stretch of time ends, never before it began. Returns when."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE counters_spell SET until = GREATEST(since, %s) "
            "WHERE ticket_id = %s AND until IS NULL RETURNING until",
            [at, ticket.pk],
        )
        ended = cursor.fetchone()
    return ended[0] if ended else at


def spell(ticket: Ticket, since: datetime, *, by: Actor, into: Sheet) -> None:
    """The next stretch begins, unless the ticket has ended."""
    if ticket.state not in Ticket.OPEN:
        return
    here = ticket.state in Ticket.AT_WINDOW
    into.insert(
        Spell,
        [
            {
                "id": new_id(),
                "street": ticket.street,
                "ticket_id": ticket.pk,
                "state": ticket.state,
                "desk_code": ticket.desk_code,
                "window_id": ticket.window_id if here else None,
                "account_id": by.account if here else None,
                "since": since,
            }
        ],
    )


def _came_to(ticket: Ticket, known: bool) -> dict[str, int | None]:
    """How long the ticket that ends here waited, was at windows, and that outside the hours.
    Nobody knows it of a ticket that only midnight ended."""
    if not known:
        return dict.fromkeys(("waited_s", "window_s", "overtime_s"))
    columns = ("state", "since", "until")
    spells = Spell.objects.filter(ticket=ticket).values_list(*columns)
    times = rules.times(spells, queries.hours_on(points()[ticket.centre_id], ticket.day))
    return {"waited_s": times.waited_s, "window_s": times.window_s, "overtime_s": times.overtime_s}


def ring(centre: str, act: str, ticket: Ticket | None = None) -> None:
    """Tell the displays that something moved; they fetch what it is. Sent with the commit."""
    word = {"centre": centre, "act": act, "number": ticket.number if ticket else None}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, orjson.dumps(word).decode()])


def window_locked(code: str, by: Actor) -> tuple[Window, Power | None]:
    """The window under its lock and the power by which the actor works it."""
    window = Window.objects.select_for_update().filter(pk=code, is_active=True).first()
    if window is None or not queries.centres_of(by).filter(pk=window.centre_id).exists():
        raise Unseen("window", _("没有这个窗口。请核对窗口编号。"))
    body = queries.body_of(points()[window.centre_id])
    if not perms.may_serve(by, body, window.street):
        raise Forbidden("window", _("您今天不在这个中心的受理岗位上，不能操作这个窗口。"))
    power = by.power_for(Can.INTAKE, body=body) or by.power_for(*perms.RUNS)
    return window, power


def at_window_locked(window: Window) -> Ticket | None:
    """Whoever is at the window, under the lock: the database asks the conditions again once it has
    the row, so somebody who left meanwhile is nobody."""
    return window.tickets.select_for_update().filter(state__in=Ticket.AT_WINDOW).first()


def ticket_locked(window: Window, current: UUID | None) -> Ticket:
    """Whoever is at the window, under the lock. Refused when nobody is; Stale when it is not
    `current`, whom the clerk's page shows (None: the caller looked at no page)."""
    locked = at_window_locked(window)
    if locked is None:
        raise Refused("nobody_here", _("这个窗口现在没有叫到的号。请先呼叫下一位。"))
    if current and locked.pk != current:
        text = _("窗口上现在是 %(number)s 号，不是您看到的那一位，什么都没有改。请看清楚再操作。")
        raise Stale("current", text % {"number": locked.number})
    return locked
