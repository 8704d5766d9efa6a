"""The desk's pages: services and units."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yimen.bodies.models import Body
from yimen.directory import actions, perms, queries
from yimen.directory.forms import ServiceForm, UnitForm
from yimen.directory.models import Service, Unit
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Unseen
from yimen.lib.time import now
from yimen.places.queries import committees


@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """Who can do what: units with what they give, and the list of services."""
    actor = _worker(request.actor)
    typed = request.GET.get("q", "").strip()
    found = queries.units(actor).prefetch_related("offerings__service").select_related("mentor")
    if typed:
        named = queries.matching(queries.services_kept(actor), typed).values("pk")
        found = found.filter(offerings__service__in=named) | found.filter(name__icontains=typed)
        found = found.distinct()
    is_open = queries.open_at(actor.street, now())
    rows = [{"unit": u, "open": is_open(u)} for u in found.order_by("-is_active", "code")]
    context = {
        "rows": rows, "typed": typed, "keeps": perms.keeps(actor, actor.street),
        "services": queries.matching(queries.services_kept(actor), typed).order_by("-is_active", "code"),
    }  # fmt: skip
    return render(request, "directory/units.html", context)


def _worker(actor: Actor) -> Actor:
    if not perms.sees(actor):
        raise Unseen("directory")
    return actor


def _keeper(actor: Actor) -> Actor:
    if not perms.keeps(_worker(actor), actor.street):
        raise Forbidden("directory", _("服务清单和服务单位由中心主任、副主任或行政助理维护。"))
    return actor


@require_http_methods(["GET", "HEAD", "POST"])
def unit(request: HttpRequest, code: str = "") -> HttpResponse:
    """One unit: read by all who work here, kept by who runs the centre."""
    actor = _worker(request.actor)
    row = get_object_or_404(queries.units(actor), code=code) if code else None
    keeps = perms.keeps(actor, actor.street)
    if row is None or request.method == "POST":
        _keeper(actor)
    form = UnitForm(
        request.POST or None, unit=row,
        services=list(queries.services_kept(actor).filter(is_active=True).order_by("code")),
        committees=list(committees(actor.street)),
        bodies=Body.objects.filter(street__in=[actor.street, "0"]).order_by("code"),
    )  # fmt: skip
    if form.is_valid():
        with form.refusals():
            key = code or form.cleaned_data["code"]
            _fresh(Unit, actor, key, code)
            actions.set_unit(actor.street, key, **form.facts(), by=actor, at=now())
            messages.success(request, _("已保存。"))
            return redirect("directory:unit", key)
    context: dict[str, Any] = {"unit": row, "form": form, "keeps": keeps}
    if row:
        context["open"] = queries.open_at(row.street, now())(row)
        context["given"] = row.offerings.select_related("service").order_by("service__code")
        context["areas"] = [c.name for c in committees(row.street) if c.code in row.areas]
    return render(request, "directory/unit.html", context, status=form.http_status)


@require_http_methods(["GET", "HEAD", "POST"])
def service(request: HttpRequest, code: str = "") -> HttpResponse:
    """One line of the list of services."""
    actor = _keeper(request.actor)
    row = get_object_or_404(queries.services_kept(actor), code=code) if code else None
    form = ServiceForm(request.POST or None, service=row)
    if form.is_valid():
        with form.refusals():
            values = dict(form.cleaned_data)
            key = code or values.pop("code")
            _fresh(Service, actor, key, code)
            actions.set_service(actor.street, key, **values, by=actor, at=now())
            messages.success(request, _("已保存，服务清单已更新。"))
            return redirect("directory:units")
    title = row.label if row else _("新的服务")
    context = {"form": form, "title": title, "button": _("保存"), "back": "directory:units"}
    return render(request, "bodies/form.html", context, status=form.http_status)


def _fresh(model: Any, actor: Actor, key: str, code: str) -> None:
    """A new one must not write over an old one of the same code."""
    if not code and model.objects.filter(street=actor.street, code=key).exists():
        sentence = _("已经有这个代码。请换一个。")
        raise Invalid("code", sentence, (FieldError("code", sentence),))
