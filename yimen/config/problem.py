"""How the API says no when no house was asked yet: application/problem+json (RFC 9457)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yimen.lib.errors import Problem

TITLES = {
    400: gettext_lazy("请求无法读取"),
    401: gettext_lazy("请先登录"),
    403: gettext_lazy("您无权办理此操作"),
    404: gettext_lazy("没有找到"),
    405: gettext_lazy("不支持这种请求方式"),
    409: gettext_lazy("目前不能这样办理"),
    412: gettext_lazy("内容已被他人更改"),
    415: gettext_lazy("不支持这种内容类型"),
    422: gettext_lazy("有内容填写不正确"),
    429: gettext_lazy("尝试次数过多，请稍后再试"),
    500: gettext_lazy("系统出错"),
}
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


def answer(
    status: int, code: str, detail: str = "", errors: list[dict[str, str]] | None = None
) -> JsonResponse:
    """One problem document."""
    body = {
        "type": f"urn:yimen:problem:{code}",
        "title": str(TITLES.get(status, TITLES[500])),
        "status": status,
        "detail": detail or str(TITLES.get(status, TITLES[500])),
        "errors": errors or [],
    }
    return JsonResponse(
        body,
        status=status,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )


def from_refusal(request: HttpRequest, error: Problem) -> JsonResponse:
    """A house's refusal."""
    fields = [
        {"field": e.field, "message": str(e.message), "remedy": str(e.remedy)} for e in error.errors
    ]
    response = answer(error.status, error.code, str(error.detail), fields)
    wait = getattr(error, "retry_after", None)
    if wait is not None:
        response.headers["Retry-After"] = str(wait)
    return response


def from_validation(request: HttpRequest, found: list[dict[str, Any]]) -> JsonResponse:
    """A refusal by the types. The value itself is not repeated: it may be somebody's number."""
    fields = [_field(error) for error in found]
    return answer(422, "wrong-fields", _("有 {n} 项内容不正确").format(n=len(fields)), fields)


def _field(error: dict[str, Any]) -> dict[str, str]:
    # loc is ("body", "payload", "applicant", "id_number"): where, which argument, then the path.
    place = [str(part) for part in error.get("loc", ())]
    path = place[2:] if place[:1] == ["body"] and len(place) > 2 else place[1:] or place
    kind = str(error.get("type", "value"))
    sentence = next((text for key, text in SENTENCES.items() if kind.startswith(key)), None)
    return {
        "field": ".".join(path),
        "message": str(sentence or SENTENCES["value"]),
        "remedy": str(_("请对照接口说明更正后重试")),
    }
