"""The addresses of GeoReport v2. Reading needs no key; errors are in the specification's form."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from yimen.bodies.gateway import in_force
from yimen.hotline import published
from yimen.hotline.needs import Need, tree
from yimen.hotline.open311 import posting
from yimen.hotline.open311.asking import Wrong, wanted
from yimen.hotline.open311.form import FORMATS, moment, render
from yimen.hotline.published import Shown, in_words
from yimen.lib.errors import Problem, Unseen
from yimen.lib.time import now
from yimen.look.language import pick
from yimen.places.models import Division
from yimen.places.queries import committees, streets

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGED = "2026-11-28T12:00:00+08:00"
NOT_TAKEN = ("emergency", "complaint", "petition")
View = Callable[..., HttpResponse]


def answer(root: str, content: Any, form: str, status: int = 200) -> HttpResponse:
    kind = f"{FORMATS[form]}; charset=utf-8"
    made = HttpResponse(render(root, content, form), content_type=kind, status=status)
    patch_vary_headers(made, ["Accept-Language"])
    return made


def refusal(form: str, status: int, text: str) -> HttpResponse:
    """Every no in the specification's form."""
    return answer("errors", [{"code": status, "description": text}], form, status)


def spoken(*methods: str) -> Callable[[View], View]:
    """A door of GeoReport: open to everybody, and whatever goes wrong is said in its own form."""

    def make(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, form: str, **args: Any) -> HttpResponse:
            if request.method not in methods:
                made = refusal(form, 405, _("这个地址不能这样用。"))
                made.headers["Allow"] = ", ".join(methods)
                return made
            try:
                return view(request, form=form, **args)
            except Wrong as error:
                return refusal(form, 400, str(error))
            except Problem as error:
                return _refused(form, error)

        return login_not_required(inner)

    return make


def _refused(form: str, error: Problem) -> HttpResponse:
    """What the house refuses. The specification knows 400 for whatever is wrong in a request."""
    status = 400 if error.status in (409, 412, 422) else error.status
    texts = [f"{e.field}: {e.message}" for e in error.errors] or [str(error.detail) or error.code]
    made = refusal(form, status, "; ".join(texts))
    if wait := getattr(error, "retry_after", None):
        made.headers["Retry-After"] = str(wait)
    return made


def taken() -> dict[str, Need]:
    """The needs that can be asked for here. A danger is for the telephone, and a complaint must first
    say whom it is about, so that it is not sent there."""
    return {code: need for code, need in tree().items() if need.sort not in NOT_TAKEN}


def street_of(given: Any) -> str:
    """The street that `jurisdiction_id` names; "" for the whole site. 404 where there is none."""
    code = given.get("jurisdiction_id", "").strip()
    if code and not Division.objects.filter(code=code, level=Division.Level.STREET).exists():
        raise Unseen("jurisdiction", "jurisdiction_id: " + _("没有这个代码。"))
    return str(code)


@spoken("GET", "HEAD")
def discovery(request: HttpRequest, form: str) -> HttpResponse:
    """Where the service is, and how it speaks."""
    url = request.build_absolute_uri(reverse("hotline:open311_services", args=["json"]))
    line = in_force(request.actor.street)  # type: ignore[attr-defined]
    content = {
        "changeset": CHANGED,
        "contact": " · ".join(filter(None, (pick(line["name"]), line.get("phone"), settings.SITE_URL))),
        "key_service": f"{settings.SITE_URL}/api/v1/docs",
        "endpoints": [{
            "specification": SPECIFICATION, "url": url.rpartition("/")[0], "changeset": CHANGED,
            "type": "production", "formats": ["text/xml", "application/json"],
        }],
    }  # fmt: skip
    return answer("discovery", content, form)


@spoken("GET", "HEAD")
def services(request: HttpRequest, form: str) -> HttpResponse:
    """What can be asked for."""
    street_of(request.GET)
    return answer("services", [_service(need) for need in taken().values()], form)


def _service(need: Need) -> dict[str, Any]:
    branch = tree().get(need.code.partition(".")[0], need)
    name = _said(need)
    return {
        "service_code": need.code, "service_name": name, "description": name, "metadata": True,
        "type": "realtime", "keywords": f"{need.zh},{need.en}", "group": _said(branch),
    }  # fmt: skip


def _said(need: Need) -> str:
    return str(pick({"zh": need.zh, "en": need.en}))


@spoken("GET", "HEAD")
def definition(request: HttpRequest, form: str, code: str) -> HttpResponse:
    """What may be said besides: the committee, and the wish for secrecy."""
    street = street_of(request.GET)
    if code not in taken():
        raise Unseen("service", "service_code: " + _("没有这项服务。"))
    attributes = [_committee(street or _only_street()), _secrecy()]
    content = {"service_code": code, "attributes": [a for a in attributes if a]}
    return answer("service_definition", content, form)


def _only_street() -> str:
    """The street, where the site serves a single one."""
    found = list(streets().values_list("code", flat=True)[:2])
    return found[0] if len(found) == 1 else ""


def _committee(street: str) -> dict[str, Any] | None:
    rows = list(committees(street)) if street else []
    values = [{"key": c.code, "name": pick({"zh": c.name, "en": c.name_en})} for c in rows]
    return _attribute("committee", 1, _("哪个居村委"), values) if values else None


def _secrecy() -> dict[str, Any]:
    values = [{"key": "no", "name": _("否")}, {"key": "yes", "name": _("是")}]
    return _attribute("secret", 2, _("要求保密"), values)


def _attribute(code: str, order: int, text: str, values: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "variable": True, "code": code, "datatype": "singlevaluelist", "required": False,
        "datatype_description": None, "order": order, "description": text, "values": values,
    }  # fmt: skip


@csrf_exempt  # whoever writes says a key in the form, or is nobody: a cookie is not asked
@spoken("GET", "HEAD", "POST")
def requests(request: HttpRequest, form: str) -> HttpResponse:
    """Ask, or look what was asked."""
    return _post(request, form) if request.method == "POST" else _list(request, form)


def _post(request: HttpRequest, form: str) -> HttpResponse:
    """Take a request; its number comes at once."""
    street = street_of(request.POST) or _only_street()
    d = posting.post(request, taken(), street)
    due = d.case.promised_due_on
    notice = _("最迟 %(day)s 答复。") % {"day": due.isoformat()} if due else None
    made = {"service_request_id": d.case.number, "service_notice": notice, "account_id": None}
    return answer("service_requests", [made], form)


def _list(request: HttpRequest, form: str) -> HttpResponse:
    """Requests of at most ninety days, or those named, newest first."""
    asked = wanted(request.GET.dict(), now())
    street = street_of(request.GET)
    if unknown := [code for code in asked.services if code not in tree()]:
        raise Unseen("service", f"service_code: {unknown[0]}: " + _("没有这项服务。"))
    rows = published.requests(asked.services)
    if street:
        rows = rows.filter(street=street)
    if asked.ids:
        rows = rows.filter(case__number__in=asked.ids)
    else:
        rows = rows.filter(taken_at__gte=asked.first, taken_at__lte=asked.last)
        rows = published.open_ones(rows, asked.statuses)
    rows = rows.order_by("-taken_at", "-id")[asked.offset : asked.offset + asked.size]
    made = answer("service_requests", [_request(r) for r in published.shown(rows)], form)
    if asked.first and asked.last:  # what the list covers: nobody is to take ninety days for all
        made.headers["X-Start-Date"] = moment(asked.first) or ""
        made.headers["X-End-Date"] = moment(asked.last) or ""
    return made


@spoken("GET", "HEAD")
def one(request: HttpRequest, form: str, number: str) -> HttpResponse:
    """One request; what is not published is not there."""
    street_of(request.GET)
    found = published.shown(published.by_number(number))
    if not found:
        raise Unseen("request", "service_request_id: " + _("没有公布这件求助。"))
    return answer("service_requests", [_request(r) for r in found], form)


def _request(r: Shown) -> dict[str, Any]:
    """As the specification names it. Words of callers, coordinates and pictures stay empty."""
    return {
        "service_request_id": r.number, "status": "closed" if r.closed else "open",
        "status_notes": r.state, "service_name": _said(r.need), "service_code": r.need.code,
        "description": None, "agency_responsible": in_words(r.body), "service_notice": None,
        "requested_datetime": moment(r.asked_at), "updated_datetime": moment(r.changed_at),
        "expected_datetime": None if r.closed else moment(r.due_at),
        "address": in_words(r.place_name), "address_id": r.place, "zipcode": None, "lat": None,
        "long": None, "media_url": None,
    }  # fmt: skip


@csrf_exempt  # writes nothing
@login_not_required
def nothing(request: HttpRequest, rest: str) -> HttpResponse:
    """Any other address below: told in the form that is asked for by its ending, else by Accept."""
    ending = rest.rpartition(".")[2].lower()
    xml = "xml" in request.headers.get("Accept", "") and "html" not in request.headers["Accept"]
    form = ending if ending in FORMATS else "xml" if xml else "json"
    return refusal(form, 404, _("没有这个地址。地址和格式（.json、.xml）见 discovery。"))


@spoken("GET", "HEAD")
def token(request: HttpRequest, form: str, token: str) -> HttpResponse:
    """A request has its number at once: there are no tokens to be exchanged."""
    raise Unseen("token", "token: " + _("没有凭据：每件求助马上就有 service_request_id。"))
