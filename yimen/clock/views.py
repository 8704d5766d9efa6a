"""Pages of the clock: a year's calendar, and publishing another."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yimen.clock import actions, editions, perms, queries
from yimen.clock.forms import EditionForm, YearForm
from yimen.lib.errors import Forbidden, Unseen
from yimen.lib.time import now, today
from yimen.lib.workdays import Edition

View = Callable[..., HttpResponse]


def for_staff(view: View) -> View:
    """Whoever does not work here is not told that the page exists."""

    @wraps(view)
    def seen(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not perms.may_see(request.actor):  # type: ignore[attr-defined]
            raise Unseen("calendar")
        return view(request, *args, **kwargs)

    return seen


@require_safe
@for_staff
def year(request: HttpRequest) -> HttpResponse:
    """One year of one place as twelve months."""
    form = YearForm(request.GET or None, initial={"year": today().year})
    chosen = form.chosen() if form.is_bound else {}
    number, place = chosen.get("year") or today().year, chosen.get("place") or ""
    shelf = queries.shelf()
    calendar = shelf.calendar(place)
    applying = [e for e in shelf.editions if e.year in (number, number + 1)]
    applying = [e for e in applying if place.startswith(e.place)]
    names = {x.day: x.name for e in sorted(applying, key=lambda e: len(e.place)) for x in e.days}
    months = editions.months(calendar, number, names)
    return render(
        request,
        "clock/year.html",
        {
            "form": form,
            "year": number,
            "place": place,
            "months": months,
            "working": sum(month.working for month in months),
            "announced": number in calendar.confirmed,
            "country": shelf.edition(number),
            "local": [e for e in applying if e.place and e.year == number],
            "history": queries.history(number, place),
            "may_publish": perms.may_publish(request.actor, place),  # type: ignore[attr-defined]
            "today": today(),
        },
    )


@for_staff
def publish(request: HttpRequest) -> HttpResponse:
    """Send an announcement, look at what it changes, confirm."""
    if not perms.may_publish_any(request.actor):  # type: ignore[attr-defined]
        raise Forbidden("calendar", _("只有负责工作日历的人员可以发布日历。"))
    if request.method != "POST":
        return _ask(request, EditionForm(initial=_start(request)))
    form = EditionForm(request.POST, request.FILES)
    step = request.POST.get("step")
    if form.is_valid() and step != "edit":
        with form.refusals():
            edition = form.edition()
            if step == "confirm":
                return _confirmed(request, edition)
            return _preview(request, edition)
    return _ask(request, form)


def _start(request: HttpRequest) -> dict[str, Any]:
    """The form begins with what is in force, so that a change is an edit."""
    chosen = YearForm(request.GET).chosen()
    number, place = chosen.get("year") or today().year + 1, chosen.get("place") or ""
    there = queries.shelf().edition(number, place)
    return {
        "year": number,
        "place": place,
        "rows": editions.to_rows(there) if there else "",
        "source": "；".join(there.source)[:300] if there else "",
        "confirmed": bool(there and there.confirmed),
    }


def _ask(request: HttpRequest, form: EditionForm) -> HttpResponse:
    return render(request, "clock/publish.html", {"form": form}, status=form.http_status)


def _preview(request: HttpRequest, edition: Edition) -> HttpResponse:
    """What will be different, and the announcement again, ready to be sent."""
    shelf = queries.shelf()
    before, after = (s.calendar(edition.place) for s in (shelf, shelf.with_edition(edition)))
    resend = EditionForm(
        initial={
            "year": edition.year,
            "place": edition.place,
            "rows": editions.to_rows(edition),
            "source": "；".join(edition.source)[:300],
            "confirmed": edition.confirmed,
        }
    )
    return render(
        request,
        "clock/preview.html",
        {
            "edition": edition,
            "changes": editions.changes(before, after, edition),
            "was_announced": edition.year in before.confirmed,
            "is_announced": edition.year in after.confirmed,
            "resend": [bound.as_hidden() for bound in resend if bound.name != "file"],
        },
    )


def _confirmed(request: HttpRequest, edition: Edition) -> HttpResponse:
    by = request.actor  # type: ignore[attr-defined]
    version = actions.publish(edition, by=by, at=now())
    messages.success(
        request,
        _("%(year)d 年工作日历第 %(version)d 版已发布。未办结的事项会按新日历重新计算期限。")
        % {"year": version.year, "version": version.version},
    )
    address = reverse("clock:year") + f"?year={version.year}"
    return redirect(address + (f"&place={version.place}" if version.place else ""))
