"""A window opens, calls and serves. Every verb locks the window's row first, then the ticket's."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from yimen.counters import queries, rules
from yimen.counters.actions.record import (
    at_window_locked,
    change,
    ring,
    ticket_locked,
    window_locked,
)
from yimen.counters.actions.tickets import check_applies
from yimen.counters.models import Desk, Ticket, Window
from yimen.ledger import rows
from yimen.ledger.actions import record
from yimen.ledger.together import together
from yimen.lib.actor import Actor, Can, Power
from yimen.lib.errors import FieldError, Invalid, Refused, Stale

State = Ticket.State


def _set(window: Window, state: str, by: Actor, at: datetime, power: Power | None) -> Window:
    if state == Window.State.CLOSED:
        window.account_id, window.acting = None, False
    window.state, window.since = state, at
    rows.update(
        Window, {"code": window.pk},
        state=state, account_id=window.account_id, acting=window.acting, since=at,
    )  # fmt: skip
    record(
        street=window.street, stream=f"window:{window.code}", act=state, by=by, at=at,
        data={"account": str(window.account_id) if window.account_id else None}, power=power,
    )  # fmt: skip
    ring(window.centre_id, state)
    return window


@together()
def open_window(code: str, *, by: Actor, at: datetime) -> Window:
    """Sit down at a window and take tickets. Whoever sits elsewhere must close there first; a
    window that a colleague left open is taken over (hand-over at the change of shift). Who runs
    the hall may open any number of windows for others."""
    window, power = window_locked(code, by)
    acting = not by.can(Can.INTAKE)
    if not acting:
        _sits_nowhere_else(by, code)
    window.account_id, window.acting = by.account, acting
    return _set(window, Window.State.OPEN, by, at, power)


def _sits_nowhere_else(by: Actor, code: str) -> None:
    seats = Window.objects.filter(account=by.account, acting=False).exclude(pk=code)
    elsewhere = seats.exclude(state=Window.State.CLOSED).first()
    if elsewhere:
        text = _("您还坐在%(window)s。请先关闭那个窗口。") % {"window": elsewhere.label}
        raise Refused("elsewhere", text)


@together()
def pause(code: str, *, by: Actor, at: datetime) -> Window:
    """A break: nobody is called here until it opens again; who is at the window is served."""
    window, power = window_locked(code, by)
    if window.state == Window.State.CLOSED:
        raise Refused("closed", _("窗口还没有开放。请先开窗。"))
    return _set(window, Window.State.PAUSED, by, at, power)


@together()
def close(code: str, *, by: Actor, at: datetime) -> Window:
    """Leave the window. Refused while somebody is at it: nobody is left standing."""
    window, power = window_locked(code, by)
    here = queries.at_window(window)
    if here:
        text = _("%(number)s 号还在窗口。请先办完、转走或登记过号，再关窗。")
        raise Refused("somebody_here", text % {"number": here.number})
    return _set(window, Window.State.CLOSED, by, at, power)


@together()
def call_next(
    code: str, *, by: Actor, at: datetime, current: UUID | None = None, guard: bool = False
) -> Ticket | None:
    """Finish whoever is at the window and call the next; None when nobody waits.

    With `guard`, `current` is whom the clerk's page shows at the window (None for nobody): a key
    pressed twice is then refused (Stale) instead of skipping somebody.
    """
    window, power = window_locked(code, by)
    if window.state != Window.State.OPEN:
        raise Refused("not_open", _("窗口没有开放，不能叫号。请先开窗。"))
    here = at_window_locked(window)
    if guard and (here.pk if here else None) != current:
        raise Stale("current", _("窗口上的号已经变了。请看清楚再叫下一位。"))
    if here:
        _finish(here, by, at, power)
    # whoever else calls at this moment skips the row that we hold
    ticket = queries.next_for(window).select_for_update(skip_locked=True, of=("self",)).first()
    if ticket is None:
        return None
    return change(
        ticket, "call", by=by, at=at, power=power,
        state=State.CALLED, window_id=window.pk, calls=1, called_at=at,
        first_called_at=ticket.first_called_at or at,
    )  # fmt: skip


@together()
def recall(code: str, *, by: Actor, at: datetime, current: UUID | None = None) -> Ticket:
    """Call the same number again."""
    window, power = window_locked(code, by)
    ticket = ticket_locked(window, current)
    check_applies(ticket, "recall")
    return change(ticket, "recall", by=by, at=at, power=power, calls=ticket.calls + 1, called_at=at)


@together()
def serve(code: str, *, by: Actor, at: datetime, current: UUID | None = None) -> Ticket:
    """They sat down: serving time begins. Opening the intake from the ticket does it too."""
    window, power = window_locked(code, by)
    ticket = ticket_locked(window, current)
    if ticket.state == State.SERVING:
        return ticket
    return change(ticket, "serve", by=by, at=at, power=power, state=State.SERVING, served_from=at)


def _finish(ticket: Ticket, by: Actor, at: datetime, power: Power | None) -> Ticket:
    began = ticket.served_from or ticket.called_at
    return change(
        ticket, "finish", by=by, at=at, power=power,
        state=State.SERVED, served_from=began, ended_at=at, ended_why="served",
    )  # fmt: skip


@together()
def finish(code: str, *, by: Actor, at: datetime, current: UUID | None = None) -> Ticket:
    """Done here."""
    window, power = window_locked(code, by)
    ticket = ticket_locked(window, current)
    check_applies(ticket, "finish")
    return _finish(ticket, by, at, power)


@together()
def no_show(code: str, *, by: Actor, at: datetime, current: UUID | None = None) -> Ticket:
    """Nobody came after three calls. They have a way back the same day (`come_back`)."""
    window, power = window_locked(code, by)
    ticket = ticket_locked(window, current)
    check_applies(ticket, "no_show")
    missing = rules.CALLS_BEFORE_NO_SHOW - ticket.calls
    if missing > 0:
        text = _("叫满 %(all)d 次才能登记过号，还要再叫 %(n)d 次。")
        raise Refused("call_again", text % {"all": rules.CALLS_BEFORE_NO_SHOW, "n": missing})
    return change(
        ticket, "no_show", by=by, at=at, power=power,
        state=State.NO_SHOW, window_id=None, ended_at=at, ended_why="no_show",
    )  # fmt: skip


@together()
def hold(code: str, *, by: Actor, at: datetime, current: UUID | None = None) -> Ticket:
    """Set aside: a photocopy, a form to fill in, the buffer area. The place is kept, and so is
    the window: `resume` brings them back there."""
    window, power = window_locked(code, by)
    ticket = ticket_locked(window, current)
    check_applies(ticket, "hold")
    return change(ticket, "hold", by=by, at=at, power=power, state=State.HELD)


@together()
def resume(code: str, ticket: UUID, *, by: Actor, at: datetime) -> Ticket:
    """Back from being set aside, straight to a window that is free: no second wait."""
    window, power = window_locked(code, by)
    if queries.at_window(window):
        raise Refused("busy", _("窗口上还有人。请先办完这一位。"))
    row = Ticket.objects.select_for_update().filter(pk=ticket, centre=window.centre_id).first()
    if row is None:
        raise Invalid("ticket", _("这个大厅没有这张号。"))
    check_applies(row, "resume")
    return change(
        row, "resume", by=by, at=at, power=power,
        state=State.CALLED, window_id=window.pk, calls=row.calls + 1, called_at=at,
    )  # fmt: skip


@together()
def transfer(
    code: str, *, by: Actor, at: datetime, desk: str, current: UUID | None = None
) -> Ticket:
    """Send whoever is here to another desk. The place is kept: they were here as long as before."""
    window, power = window_locked(code, by)
    ticket = ticket_locked(window, current)
    check_applies(ticket, "transfer")
    line = Desk.objects.filter(centre=window.centre_id, code=desk, is_active=True).first()
    if line is None:
        text = _("这个中心没有代码为“%(code)s”的服务台。") % {"code": desk}
        raise Invalid("desk", text, (FieldError("desk", text),))
    return change(
        ticket, "transfer", by=by, at=at, power=power,
        state=State.WAITING, desk_id=line.pk, desk_code=line.code, window_id=None, calls=0,
    )  # fmt: skip


def end_day(ticket: UUID, *, by: Actor, at: datetime) -> Ticket | None:
    """A ticket of an earlier day gets its end: who was being served was served, who was called
    did not come, who still waited has left. Returns None when it has one already."""
    with together():
        row = Ticket.objects.select_for_update().filter(pk=ticket, state__in=Ticket.OPEN).first()
        if row is None:
            return None
        state = {State.SERVING: State.SERVED, State.CALLED: State.NO_SHOW}.get(
            State(row.state), State.LEFT
        )
        return change(
            row, "end_day", by=by, at=at, power=None,
            state=state, ended_at=at, ended_why="day_over",
        )  # fmt: skip


@together()
def end_shift(code: str, *, by: Actor, at: datetime) -> bool:
    """Close a window that was left open, unless somebody is at it."""
    window = Window.objects.select_for_update().get(pk=code)
    if window.state == Window.State.CLOSED or queries.at_window(window):
        return False
    _set(window, Window.State.CLOSED, by, at, None)
    return True
