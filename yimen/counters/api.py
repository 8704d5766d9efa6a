"""The hall for machines: take a ticket, follow it, call the next, act at a window, see the queue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from yimen.bookings.models import Booking
from yimen.cases.api import answer, moment
from yimen.counters import actions, perms, queries
from yimen.counters.models import Desk, Ticket, Window
from yimen.ledger.together import together
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Unseen
from yimen.lib.time import now
from yimen.matters.content import Content
from yimen.matters.queries import content_of, current
from yimen.people.api import PersonIn
from yimen.people.models import Party
from yimen.places.models import ServicePoint

router = Router(tags=["hall"])


class TicketIn(Schema):
    """By matter, by desk, or neither ("I don't know": the general desk)."""

    centre: str
    matter: str = Field("", max_length=64)
    desk: str = Field("", max_length=20)
    priority: str | None = Field("", max_length=20)
    person: PersonIn | None = None


class ActIn(Schema):
    """`ticket` is asked by resume, `desk` by transfer."""

    act: str
    ticket: UUID | None = None
    desk: str = Field("", max_length=20)


def as_json(ticket: Ticket) -> dict[str, Any]:
    """A ticket in a list: nothing of the person."""
    return {
        "id": str(ticket.pk),
        "number": ticket.number,
        "centre": ticket.centre_id,
        "desk": ticket.desk_code,
        "matter": ticket.matter_code or None,
        "priority": ticket.priority or None,
        "channel": ticket.channel,
        "state": ticket.state,
        "window": ticket.window_id,
        "calls": ticket.calls,
        "taken_at": moment(ticket.taken_at),
        "called_at": moment(ticket.called_at),
        "ended_at": moment(ticket.ended_at),
    }


def with_place(ticket: Ticket) -> dict[str, Any]:
    """A ticket by itself: also how many are before it, and the range of minutes it may take."""
    wait = queries.estimate(ticket, now()) if ticket.state == Ticket.State.WAITING else None
    return {
        **as_json(ticket),
        "position": queries.position(ticket),
        "estimated_wait": {"low_min": wait.low_min, "high_min": wait.high_min} if wait else None,
    }


def _centre(code: str) -> ServicePoint:
    found = ServicePoint.objects.filter(code=code).first()
    if found is None:
        text = _("没有代码为“%(code)s”的服务中心。") % {"code": code}
        raise Invalid("centre", text, (FieldError("centre", text, "GET /api/v1/centres"),))
    return found


def _matter(code: str) -> Content | None:
    try:
        return content_of(current(code)) if code else None
    except Unseen:
        text = _("没有代码为“%(code)s”的事项。") % {"code": code}
        error = FieldError("matter", text, "GET /api/v1/matters?q=")
        raise Invalid("matter", text, (error,)) from None


@router.post("/tickets", summary="Take a ticket", response={201: dict})
def take_ticket(request: HttpRequest, body: TicketIn) -> HttpResponse:
    """Staff of the centre for anybody; a resident, in the hours, for themselves."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    centre, at = _centre(body.centre), now()
    staff = perms.may_serve(actor, queries.body_of(centre), centre.street)
    if not staff and (actor.party is None or body.person is not None):
        raise Forbidden("tickets", _("您今天不在这个中心的岗位上，不能替别人取号。"))
    with together():
        person = None
        if body.person:
            person = body.person.party(centre.street, path="person", by=actor, at=at)
        if not staff and actor.party is not None:
            person = Party.objects.get(pk=actor.party)
        taken = actions.take(
            centre,
            by=actor,
            at=at,
            desk=body.desk,
            matter=_matter(body.matter),
            priority=body.priority or "",
            person=person,
            channel=Ticket.Channel.RECEPTION if staff else Ticket.Channel.PHONE,
        )
    return answer(with_place(taken.ticket) | {"secret": taken.secret}, 201)


@router.get("/tickets/{uuid:id}", summary="One ticket, its place and the wait")
def get_ticket(request: HttpRequest, id: UUID) -> HttpResponse:
    found = queries.visible_to(request.actor).filter(pk=id).first()  # type: ignore[attr-defined]
    if found is None:
        raise Unseen("ticket", _("没有这张号。请核对号码。"))
    return answer(with_place(found))


@router.post("/windows/{code}/next", summary="Finish and call the next", response={200: dict})
def next_ticket(request: HttpRequest, code: str) -> HttpResponse:
    """The called ticket, or 204 when nobody waits."""
    called = actions.call_next(code, by=request.actor, at=now())  # type: ignore[attr-defined]
    return answer(as_json(called)) if called else HttpResponse(status=204)


ACTS: dict[str, Callable[..., Any]] = {
    "open": actions.open_window,
    "pause": actions.pause,
    "close": actions.close,
    "serve": actions.serve,
    "recall": actions.recall,
    "hold": actions.hold,
    "no_show": actions.no_show,
    "finish": actions.finish,
}


@router.post("/windows/{code}/acts", summary="Open, pause, close, recall, hold, transfer ...")
def act_at_window(request: HttpRequest, code: str, body: ActIn) -> HttpResponse:
    """Answers the window and whoever is, or was, at it."""
    how: dict[str, Any] = {"by": request.actor, "at": now()}  # type: ignore[attr-defined]
    if body.act == "transfer":
        done: Any = actions.transfer(code, desk=body.desk, **how)
    elif body.act == "resume":
        done = actions.resume(code, _wanted(body.ticket), **how)
    elif body.act in ACTS:
        done = ACTS[body.act](code, **how)
    else:
        text = _("没有“%(act)s”这个操作。") % {"act": body.act}
        names = "、".join(sorted([*ACTS, "transfer", "resume"]))
        raise Invalid("act", text, (FieldError("act", text, names),))
    window = Window.objects.get(pk=code)
    here = queries.at_window(window)
    shown = queries.window_row(
        (window.code, window.name, window.name_en, window.state),
        (here.number, here.calls, here.called_at) if here else None,
    )
    ticket = done if isinstance(done, Ticket) else here
    return answer(shown | {"ticket": as_json(ticket) if ticket else None})


def _wanted(ticket: UUID | None) -> UUID:
    if ticket is None:
        text = _("请写明要请回的号。")
        raise Invalid("ticket", text, (FieldError("ticket", text),))
    return ticket


@router.get("/centres/{code}/queue", summary="Windows, who waits, and where")
def hall_queue(request: HttpRequest, code: str) -> HttpResponse:
    """For staff who have to do with the centre's hall."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    centre = queries.centres_of(actor).filter(pk=code).first()
    if centre is None:
        raise Unseen("centre", _("没有这个服务中心。请核对代码。"))
    shown = queries.snapshot(centre.pk)
    desks = Desk.objects.filter(centre=centre, is_active=True).order_by("letter")
    items = [as_json(t) for t in queries.open_tickets(centre)]
    waiting = shown["desks"]
    shown["desks"] = [
        {"code": d.code, "letter": d.letter, "name": d.name, "waiting": waiting.get(d.code, 0)}
        for d in desks
    ]
    return answer(shown | {"items": items})


@router.get("/centres/{code}/queue/stream", auth=None, summary="The display, live (SSE)")
@login_not_required
def hall_stream(request: HttpRequest, code: str) -> HttpResponse:
    """Led on to the process that keeps connections open: a page server must not."""
    if not ServicePoint.objects.filter(pk=code, is_open=True).exists():
        raise Unseen("centre", _("没有这个服务中心。请核对代码。"))
    return HttpResponseRedirect(f"{settings.YIMEN_LIVE}/halls/{code}/")


def checked_in(booking: Booking, *, by: Actor, at: datetime) -> dict[str, Any]:
    """The arrival of somebody with an appointment at the hall (settings.YIMEN_ARRIVALS): their
    ticket, as `POST tickets` would answer it."""
    taken = actions.check_in(booking, by=by, at=at)
    return {"ticket": with_place(taken.ticket) | {"secret": taken.secret}}
