"""The window page: whoever is here, the next one by one key, and why somebody comes earlier."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yimen.cases.models import Case
from yimen.cases.queries import visible_to
from yimen.counters import actions, perms, priorities, queries, rated, rules
from yimen.counters.models import Desk, Ticket, Window
from yimen.custody.queries import people_names
from yimen.intake.actions import open_draft
from yimen.intake.models import Draft
from yimen.intake.queries import open_of_turn
from yimen.lib.errors import Problem, Refused, Unseen
from yimen.lib.numbering import pretty
from yimen.lib.time import now
from yimen.look.language import pick
from yimen.matters.queries import some

View = Callable[..., HttpResponse]
SHOWN = 30  # of the waiting, on the window's page


def for_hall(view: View) -> View:
    """Whoever has nothing to do with a hall is not told that the page exists."""

    @wraps(view)
    def seen(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not perms.in_hall(request.actor):  # type: ignore[attr-defined]
            raise Unseen("hall")
        return view(request, *args, **kwargs)

    return seen


@require_safe
@for_hall
def windows(request: HttpRequest) -> HttpResponse:
    """Every window of the halls one works in: who sits there, who is being served."""
    actor = request.actor  # type: ignore[attr-defined]
    halls = [
        _hall(centre, perms.runs(actor, centre.street)) for centre in queries.centres_of(actor)
    ]
    mine = Window.objects.filter(account=actor.account, acting=False)
    return render(
        request, "counters/windows.html",
        {"halls": halls, "mine": mine.exclude(state=Window.State.CLOSED).first()},
    )  # fmt: skip


def _hall(centre: Any, runs: bool) -> dict[str, Any]:
    rows = list(queries.windows_of(centre))
    there = {t.window_id: t for t in queries.open_tickets(centre) if t.window_id}
    names = people_names([w.account_id for w in rows])
    desks = {d.code: d.label for d in centre.desks.all()}
    return {
        "centre": centre,
        "waiting": Ticket.objects.filter(centre=centre, state=Ticket.State.WAITING).count(),
        "windows": [
            {
                "window": w,
                "tablet": rated.key_of(w.code) if runs else "",
                "ticket": there.get(w.pk),
                "who": names.get(w.account_id, "") if w.account_id else "",
                "desks": [desks.get(code, code) for code in w.desks],
            }
            for w in rows
        ],
    }


@for_hall
def window(request: HttpRequest, code: str) -> HttpResponse:
    """One window. A POST does one act and shows the page again by its own address."""
    actor = request.actor  # type: ignore[attr-defined]
    found = Window.objects.filter(pk=code, centre__in=queries.centres_of(actor), is_active=True)
    here = found.select_related("centre").first()
    if here is None:
        raise Unseen("window", _("没有这个窗口。请核对窗口编号。"))
    if request.method == "POST":
        return _act(request, here)
    return render(request, "counters/window.html", _page(request, here))


def _page(request: HttpRequest, here: Window) -> dict[str, Any]:
    at = now()
    ticket = queries.at_window(here)
    waiting = list(queries.next_for(here)[: SHOWN + 1])
    held = list(queries.open_tickets(here.centre).filter(state=Ticket.State.HELD))
    rows = _rows([*([ticket] if ticket else []), *waiting[:SHOWN], *held], at)
    first, last = (1 if ticket else 0), len(rows) - len(held)
    desks = list(Desk.objects.filter(centre=here.centre, is_active=True).order_by("letter"))
    return {
        "window": here,
        "ticket": rows[0] if ticket else None,
        "waiting": rows[first:last],
        "count": queries.next_for(here).count() if len(waiting) > SHOWN else len(waiting),
        "held": rows[last:],
        "cases": cases_of(request, ticket) if ticket else [],
        "desks": [(d.code, d.label) for d in desks],
        "calls_left": max(0, rules.CALLS_BEFORE_NO_SHOW - ticket.calls) if ticket else 0,
        "may": perms.may_serve(request.actor, queries.body_of(here.centre), here.street),  # type: ignore[attr-defined]
    }


def cases_of(request: HttpRequest, ticket: Ticket) -> list[tuple[str, str]]:
    """The cases of a turn as they are written, each with its page where the reader may see it."""
    numbers = ticket.case_numbers
    seen = visible_to(request.actor).filter(number__in=numbers) if numbers else Case.objects.none()  # type: ignore[attr-defined]
    known = set(seen.values_list("number", flat=True))
    return [(pretty(n), reverse("cases:detail", args=[n]) if n in known else "") for n in numbers]


def _rows(tickets: list[Ticket], at: datetime) -> list[dict[str, Any]]:
    """Tickets with the words to them: one query for any number of matters."""
    known, reasons = some({t.matter_code for t in tickets if t.matter_code}), priorities.known()
    names = {code: pick({"zh": m.name, "en": m.name_en}) for code, m in known.items()}
    return [
        {
            "ticket": t,
            "minutes": int((at - t.taken_at).total_seconds() // 60),
            "priority": reasons[t.priority].name if t.priority in reasons else "",
            "matter": names.get(t.matter_code, ""),
        }
        for t in tickets
    ]


def _act(request: HttpRequest, here: Window) -> HttpResponse:
    """Do what the button says. What the rule refuses is told; the page stands."""
    do = request.POST.get("do", "")
    how: dict[str, Any] = {"by": request.actor, "at": now()}  # type: ignore[attr-defined]
    try:
        if do == "intake":
            return redirect("intake:sitting", _open_intake(request, here, how))
        _do(request, here, do, how)
    except Problem as problem:
        if problem.status in (403, 404):
            raise
        messages.error(request, str(problem.detail))
    return redirect("counters:window", here.pk)


def _do(request: HttpRequest, here: Window, do: str, how: dict[str, Any]) -> None:
    post, code = request.POST, here.pk
    current = _uuid(post.get("current", ""))
    if do == "next":
        called = actions.call_next(code, current=current, guard=True, **how)
        if called is None:
            messages.info(request, _("现在没有人等候。"))
    elif do == "transfer":
        actions.transfer(code, desk=request.GET.get("desk", ""), current=current, **how)
    elif do == "resume":
        back = _uuid(post.get("ticket", ""))
        if back is None:
            raise Refused("ticket", _("请写明要请回的号。"))
        actions.resume(code, back, **how)
    elif do in OF_WINDOW:
        OF_WINDOW[do](code, **how)
    elif do in OF_TICKET:
        OF_TICKET[do](code, current=current, **how)
    else:
        raise Refused("act", _("没有“%(act)s”这个操作。") % {"act": do})


OF_WINDOW: dict[str, Callable[..., Any]] = {
    "open": actions.open_window,
    "pause": actions.pause,
    "close": actions.close,
}
# refused when the window has moved on from the number that the page shows
OF_TICKET: dict[str, Callable[..., Any]] = {
    "serve": actions.serve,
    "recall": actions.recall,
    "hold": actions.hold,
    "no_show": actions.no_show,
    "finish": actions.finish,
}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _open_intake(request: HttpRequest, here: Window, how: dict[str, Any]) -> UUID:
    """The intake page with the person and the matter filled in; serving time begins."""
    current = _uuid(request.POST.get("current", ""))
    ticket = actions.serve(here.pk, current=current, **how)
    begun = open_of_turn(how["by"], ticket.pk)
    if begun:  # the key pressed again: back to the same visit
        return begun.pk
    person = str(ticket.person_id) if ticket.person_id else ""
    draft = open_draft(
        door=Draft.Door.COUNTER,
        street=here.street,
        centre=here.centre,
        turn=ticket.pk,
        answers={
            "channel": "counter",
            "matters": [ticket.matter_code] if ticket.matter_code else [],
            **({"present": person, "applicant": person, "capacity": "self"} if person else {}),
        },
        **how,
    )
    return draft.pk
