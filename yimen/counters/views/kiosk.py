"""The ticket machine: choose, take, go. Two steps deep, works by finger and without scripts; what
the last person left is wiped by time."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yimen.counters import actions, priorities, queries, readers
from yimen.counters.forms import KioskForm
from yimen.counters.models import Desk, Ticket, Window
from yimen.counters.views.phone import slowed
from yimen.ledger.together import together
from yimen.lib.actor import system
from yimen.lib.errors import Unseen
from yimen.lib.time import local, now
from yimen.look.preferences import forget
from yimen.matters import guide as guides
from yimen.matters import queries as matters
from yimen.notices.queries import announced
from yimen.people.actions import find_or_register
from yimen.people.models import Party
from yimen.people.queries import by_document
from yimen.places.models import ServicePoint
from yimen.places.queries import is_open_at
from yimen.printing.barcodes import qr

TICKET_S = 60  # a ticket stays on the screen; then the next person finds the first page
HITS = 6  # as many as fit on the screen without turning it
FRESH_S = 60  # how old the figures of the first page may be


def centre(code: str) -> ServicePoint:
    """The hall in which the machine stands."""
    point = ServicePoint.objects.filter(pk=code, is_open=True).first()
    if point is None:
        raise Unseen("centre", _("没有这个服务中心。请核对代码。"))
    return point


def page(request: HttpRequest, name: str, point: ServicePoint, **more: Any) -> HttpResponse:
    """A page of the machine: its hall, and the way back."""
    status = more.pop("status", 200)
    home = reverse("counters:kiosk", args=[point.pk])
    return render(
        request, f"counters/kiosk/{name}.html",
        {"point": point, "home": home, "open": is_open_at(point, now()), **more},
        status=status,
    )  # fmt: skip


def square(text: str) -> str:
    """A QR code as an image that the page may show: no script, no file."""
    return "data:image/svg+xml," + quote(qr(text).svg)


@require_safe
@login_not_required
def home(request: HttpRequest, code: str) -> HttpResponse:
    """The first page, which is also what an idle machine shows. `?fresh=1`, where time led back
    to, forgets the last person's language and size of letters."""
    point = centre(code)
    if "fresh" in request.GET:
        return forget(redirect("counters:kiosk", point.pk))
    waiting = Ticket.objects.filter(centre=point, state=Ticket.State.WAITING).count()
    windows = queries.windows_of(point).filter(state=Window.State.OPEN).count()
    response = page(
        request, "home", point, waiting=waiting, windows=windows,
        hours=guides.place(point), said=announced(point.pk, now())[:3], more=_more(point),
    )  # fmt: skip
    response.headers["Refresh"] = str(FRESH_S)
    return response


def _more(point: ServicePoint) -> list[tuple[Any, str, Any]]:
    """What other houses offer at the machine (settings.YIMEN_KIOSK): name, address, a line."""
    entries = [one for dotted in settings.YIMEN_KIOSK for one in import_string(dotted)]
    return [(one.label, reverse(one.url, args=[point.pk]), one.hint) for one in entries]


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, code: str) -> HttpResponse:
    """First what for (`?q=`, `?matter=`, `?desk=`), then one button takes the ticket."""
    point, machine = centre(code), readers.machine(request)
    form = KioskForm(request.POST or None, centre=point, machine=machine)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            if not machine:
                slowed(request)
            return redirect("counters:kiosk_ticket", point.pk, _take(request, point, form))
    chosen = request.POST or request.GET
    matter, desk = _chosen(point, chosen.get("matter", ""), chosen.get("desk", ""))
    if matter is None and desk is None:
        return _choose(request, point)
    return page(
        request, "confirm", point, form=form, matter=matter, desk=desk, machine=bool(machine),
        reader=bool(readers.reader_of(machine)), reasons=priorities.choices(),
        status=form.http_status,
    )  # fmt: skip


def _take(request: HttpRequest, point: ServicePoint, form: KioskForm) -> str:
    """Give the ticket, with its paper where the machine has a printer. Returns its secret."""
    machine = form.machine
    given, at = form.cleaned_data, now()
    person, priority = None, given["priority"]
    card = form.given_card()
    if card:
        person = person_of(point, card)
        if person is None and card.birth:
            found = priorities.chosen(priority, card.birth, local(at).date())
            priority = found.code if found else ""
    with together():
        taken = actions.take(
            point, by=request.actor, at=at, desk=given["desk"], person=person, priority=priority,  # type: ignore[attr-defined]
            matter=matters.content_of(matters.current(given["matter"])) if given["matter"] else None,
            channel=Ticket.Channel.KIOSK,
        )  # fmt: skip
        if machine in settings.YIMEN_TICKET_PRINTERS:
            follow = request.build_absolute_uri(reverse("counters:phone", args=[taken.secret]))
            actions.print_ticket(taken.ticket, printer=machine, follow=follow, at=at)
    return taken.secret


def person_of(point: ServicePoint, card: readers.Card) -> Party | None:
    """Whoever the card names: a reader tells the name too, so that the window need not ask."""
    if not card.name:
        return by_document(point.street, "resident_id", card.number)
    return find_or_register(
        point.street, name=card.name, id_type="resident_id", id_number=card.number,
        on_name_differs="keep", by=system(point.street, "kiosk"), at=now(),
    )  # fmt: skip


def _chosen(point: ServicePoint, matter: str, desk: str) -> tuple[Any, Desk | None]:
    """What was touched, when it is there: a matter with its desk, or a desk."""
    known = matters.some([matter]) if matter else {}
    content = matters.content_of(known[matter]) if matter in known else None
    return content, queries.desk_for(point, content, desk) if content or desk else None


def _choose(request: HttpRequest, point: ServicePoint) -> HttpResponse:
    question = request.GET.get("q", "").strip()[:200]
    desks = Desk.objects.filter(centre=point, is_active=True).exclude(code=Desk.GENERAL)
    hits = answers(question, point)
    return page(
        request, "choose", point, q=question, hits=hits, desks=desks.order_by("letter"),
        general=Desk.GENERAL,
    )  # fmt: skip


def answers(question: str, point: ServicePoint) -> list[Any]:
    """The few matters that a question in plain words means, best first."""
    if not question:
        return []
    lang = get_language() or "zh-hans"
    hits = matters.search(question, lang, limit=4 * HITS, street=point.street)
    return [hit for hit in hits if hit.sort == "matter"][:HITS]


@require_safe
@login_not_required
def ticket(request: HttpRequest, code: str, secret: str) -> HttpResponse:
    """The number, the honest range, the way, and a code to take it along on the phone."""
    point, found = centre(code), actions.by_secret(secret)
    if found.centre_id != point.pk:
        raise Unseen("ticket", _("没有这张号。请核对链接，或到总服务台询问。"))
    reason = priorities.known().get(found.priority)
    follow = request.build_absolute_uri(reverse("counters:phone", args=[secret]))
    response = page(
        request, "ticket", point, ticket=found, desk=found.desk,
        priority=reason.name if reason else "", position=queries.position(found),
        wait=queries.estimate(found, now()) if found.state == "waiting" else None,
        code=square(follow),
    )  # fmt: skip
    home = reverse("counters:kiosk", args=[point.pk])
    response.headers["Refresh"] = f"{TICKET_S}; url={home}?fresh=1"  # wipes without scripts too
    return response
