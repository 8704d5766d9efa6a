"""How the product says no: one refusal, as a page for people or as problem+json for machines.

A page always says what happened, that nothing was lost or changed, and what to do next.
"""

from __future__ import annotations

import copy
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from yimen.lib.actor import ANONYMOUS
from yimen.lib.errors import Problem
from yimen.look import away

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Words:
    """What a status means to the person who meets it."""

    title: Any
    text: Any
    remedy: Any


WORDS = {
    400: Words(
        _("这个请求无法读取"),
        _("浏览器送来的内容不完整或已被改动，没有办理任何事情。"),
        _("请返回上一页，刷新后重新提交；如仍不行，请到窗口办理或致电服务中心。"),
    ),
    403: Words(
        _("您可以看到这里，但不能办理这一步"),
        _("您目前的任职没有这项权限，没有办理任何事情。"),
        _("请由有权限的同事办理；如认为您应当有此权限，请联系本单位负责人或系统管理员。"),
    ),
    404: Words(
        _("没有找到这个页面"),
        _("地址可能写错了，或者内容已经移走，也可能不对您开放。"),
        _("请核对地址或编号；您也可以从首页搜索事项，或凭受理编号查进度。"),
    ),
    405: Words(
        _("这个地址不能这样打开"),
        _("这个地址只接受提交表单，没有办理任何事情。"),
        _("请返回原来的页面，用页面上的按钮办理。"),
    ),
    409: Words(
        _("现在不能这样办理"),
        _("按照规定，这一步目前不能办理，没有更改任何内容。"),
        _("请返回查看当前进展，再选择可以办理的操作。"),
    ),
    412: Words(
        _("刚才有人先更改了这里"),
        _("在您打开页面之后，别的同事更改了同一内容。为避免覆盖，您的这次提交没有保存。"),
        _("请重新打开页面，看清最新内容后再办理。"),
    ),
    413: Words(
        _("提交的内容太大"),
        _("上传的文件超过了允许的大小，没有保存。"),
        _("请压缩图片或分几次上传。"),
    ),
    422: Words(
        _("有内容填写不正确"),
        _("下面几处需要更正，没有办理任何事情。"),
        _("请返回上一页更正后重新提交。"),
    ),
    429: Words(
        _("尝试次数太多，请稍等"),
        _("为保护您的信息，短时间内多次尝试后会暂停一会儿。"),
        _("请过几分钟再试；急需办理请致电服务中心或到窗口。"),
    ),
    500: Words(
        _("系统出了问题"),
        _("这是我们的问题，不是您的操作有误。本次操作没有完成，已填写的内容未作办理。"),
        _("请稍后再试；如仍不行，请到窗口办理或致电服务中心，并告知发生的时间。"),
    ),
    503: Words(
        _("系统正在维护"),
        _("暂时不能使用，已办理的事项不受影响。"),
        _("请过几分钟再打开本页；急需办理请到窗口。"),
    ),
    507: Words(
        _("存储空间已满"),
        _("服务器没有空间了，这次提交没有保存；已办理的事项不受影响。"),
        _("请告诉管理员，过一会儿返回上一页重新提交；急需办理请到窗口。"),
    ),
}


class Malformed(Problem):
    """The request cannot be read: 400."""

    status = 400


def words(status: int) -> Words:
    return WORDS.get(status) or WORDS[500 if status >= 500 else 400]


def for_machine(request: HttpRequest) -> bool:
    """Does the asker read problem+json rather than a page?"""
    accept = request.headers.get("Accept", "")
    return request.path.startswith("/api/") or ("json" in accept and "text/html" not in accept)


def document(status: int, code: str, detail: Any = "", errors: Any = ()) -> dict[str, Any]:
    """The refusal as RFC 9457 describes it."""
    return {
        "type": f"urn:yimen:problem:{code}",
        "title": str(words(status).title),
        "status": status,
        "detail": str(detail or words(status).text),
        "errors": [
            {"field": e.field, "message": str(e.message), "remedy": str(e.remedy)} for e in errors
        ],
    }


def refuse(
    request: HttpRequest, status: int, *, code: str = "", detail: Any = "", errors: Any = ()
) -> HttpResponse:
    """The answer to a request that is refused."""
    if for_machine(request):
        return JsonResponse(
            document(status, code or f"http-{status}", detail, errors),
            status=status,
            content_type="application/problem+json",
            json_dumps_params={"ensure_ascii": False},
        )
    return HttpResponse(page(request, status, detail, errors), status=status)


def page(request: HttpRequest, status: int, detail: Any = "", errors: Any = ()) -> str:
    request.refused = True  # type: ignore[attr-defined]
    known = words(status)
    actor = getattr(request, "actor", None)
    staff = request.path.startswith("/desk/") and getattr(actor, "kind", "") == "staff"
    context = {
        "status": status,
        "title": known.title,
        "detail": detail or known.text,
        "remedy": known.remedy,
        "errors": errors,
        "base": "look/desk.html" if staff else "look/base.html",
        "back": "/desk/" if staff else "/",
    }
    return render_to_string("look/problem.html", context, request=request)


def from_problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    """A house's refusal. What may not be seen gives nothing away: always the same sentence."""
    hidden = problem.status == 404
    detail = "" if hidden else problem.detail
    errors = () if hidden else problem.errors
    response = refuse(request, problem.status, code=problem.code, detail=detail, errors=errors)
    wait = getattr(problem, "retry_after", None)
    if wait is not None:
        response.headers["Retry-After"] = str(wait)
    return response


class ProblemMiddleware:
    """Turns the refusals of `lib.errors` that a view lets pass into an answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            allowed = response.headers.get("Allow", "")
            response = refuse(request, 405, code="method-not-allowed")
            response.headers["Allow"] = allowed
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DataError):
            return unstorable(request)
        if isinstance(exception, Problem):
            return from_problem(request, exception)
        return no_store(request, exception)


def _name(request: HttpRequest) -> str:
    return getattr(request.resolver_match, "view_name", "") or "an address"


def unstorable(request: HttpRequest) -> HttpResponse:
    """The database takes no such value: a null character, a text or number beyond its column.
    Nothing was written. What was sent is not repeated, in the log neither."""
    logger.warning("a value that cannot be stored came to %s", _name(request))
    detail = _("内容里有不能使用的字符，或者太长，没有办理任何事情。请检查后重新填写。")
    return refuse(request, 422, code="unstorable", detail=detail)


def no_store(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """The answer while the database is away (503) or a disk is full (507); None for other errors.
    Drawn without the database, so that it comes at once."""
    status = away.status_of(error)
    if status is None:
        return None
    logger.warning("%s at %s: %s", status, _name(request), type(error).__name__)
    unsure = status == 503 and request.method not in ("GET", "HEAD", "OPTIONS")
    detail = _LOOK_FIRST if unsure else ""
    response = refuse(_as_nobody(request), status, code=_NO_STORE[status], detail=detail)
    response.headers["Retry-After"] = str(away.RETRY_AFTER_S)
    return response


_NO_STORE = {503: "unavailable", 507: "no-room"}
_LOOK_FIRST = _(
    "数据库暂时没有应答。已拿到回执的事项不受影响；刚才提交的这一步可能没有办成，"
    "请恢复后先查看，需要时再重新提交。"
)


def _as_nobody(request: HttpRequest) -> HttpRequest:
    """The same request of somebody unknown: who it is would have to be asked of the database."""
    blank = copy.copy(request)
    blank.user = AnonymousUser()
    blank.actor = ANONYMOUS  # type: ignore[attr-defined]
    blank._messages = ()  # type: ignore[attr-defined]
    return blank


def error_400(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refuse(request, 400, code="malformed")


def error_403(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refuse(request, 403, code="forbidden")


def error_404(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refuse(request, 404, code="not-found")


def error_500(request: HttpRequest) -> HttpResponse:
    """The page after a bug, or after a middleware met a database that is away. Should drawing it
    fail too, a plain sentence must still come."""
    try:
        known = no_store(request, sys.exc_info()[1])
        if known is not None:
            return known
        return refuse(request, 500, code="server-error")
    except Exception:
        logger.exception("the page for status 500 failed")
        return HttpResponse(_PLAIN, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: mostly a page left open over a sign-out, or no cookies."""
    detail = _(
        "页面打开太久，或浏览器关闭了 Cookie，为安全起见没有提交。请返回上一页刷新后重新提交。"
    )
    return refuse(request, 403, code="csrf", detail=detail)


_PLAIN = (
    "<!doctype html><html lang=zh-Hans><meta charset=utf-8><title>系统出了问题</title>"
    "<p>系统出了问题，本次操作没有完成。请稍后再试，或到窗口办理。</p>"
    "<p lang=en>Something went wrong on our side. Please try again later, "
    "or come to the counter.</p>"
)
