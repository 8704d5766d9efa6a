"""How the API says no when no house was asked yet: application/problem+json (RFC 9457)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yimen.lib.errors import FieldError
from yimen.look.problems import document, refuse

# What the types say, in words for people. Anything else falls under "value".
SENTENCES = {
    "missing": gettext_lazy("缺少此项"),
    "string": gettext_lazy("应为文字"),
    "int": gettext_lazy("应为整数"),
    "float": gettext_lazy("应为数字"),
    "bool": gettext_lazy("应为 true 或 false"),
    "date": gettext_lazy("应为日期，格式为 2026-01-31"),
    "datetime": gettext_lazy("应为时间，格式为 2026-01-31T09:00:00+08:00"),
    "uuid": gettext_lazy("应为 UUID"),
    "list": gettext_lazy("应为列表"),
    "dict": gettext_lazy("应为对象"),
    "model": gettext_lazy("应为对象"),
    "literal": gettext_lazy("不在允许的取值之内"),
    "enum": gettext_lazy("不在允许的取值之内"),
    "json": gettext_lazy("不是有效的 JSON"),
    "extra": gettext_lazy("没有这一项"),
    "value": gettext_lazy("内容不正确"),
}


def not_signed_in(request: HttpRequest) -> HttpResponse:
    """Nobody is behind the request; the header tells machines how to sign in."""
    detail = _("请先登录，或在请求头中带上令牌：Authorization: Bearer …")
    body = {**document(401, "not-signed-in", detail), "title": str(_("请先登录"))}
    response = JsonResponse(
        body,
        status=401,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


def from_validation(request: HttpRequest, found: list[dict[str, Any]]) -> HttpResponse:
    """A refusal by the types. The value itself is not repeated: it may be somebody's number."""
    errors = [_field(error) for error in found]
    detail = _("有 %(n)s 项内容不正确") % {"n": len(errors)}
    return refuse(request, 422, code="wrong-fields", detail=detail, errors=errors)


def _field(error: dict[str, Any]) -> FieldError:
    # loc is ("body", "payload", "applicant", "id_number"): where, which argument, then the path.
    place = [str(part) for part in error.get("loc", ())]
    path = place[2:] if place[:1] == ["body"] and len(place) > 2 else place[1:] or place
    kind = str(error.get("type", "value"))
    sentence = next((text for key, text in SENTENCES.items() if kind.startswith(key)), None)
    return FieldError(".".join(path), sentence or SENTENCES["value"], _("请对照接口说明更正后重试"))
