"""The worklist: what lies with one's bodies, the most urgent first; signing for several at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from yimen.cases import clocks
from yimen.cases.actions import perform
from yimen.cases.models import Task
from yimen.cases.queries import worklist, worklist_bodies
from yimen.cases.urgent import NEVER, ORDER, OpenTasks
from yimen.cases.views.access import for_staff
from yimen.clock.queries import shelf
from yimen.custody.queries import people_names
from yimen.lib.actor import Actor
from yimen.lib.errors import Problem
from yimen.lib.masking import called, mask_name
from yimen.lib.time import now
from yimen.look import paging
from yimen.look.language import pick
from yimen.look.paging import CAP
from yimen.people import perms as people

AT_ONCE = 100  # as many as one may sign for in one go


@require_safe
@for_staff
def tasks(request: HttpRequest) -> HttpResponse:
    """Open tasks of one's bodies."""
    chosen = request.GET.get("show", "")
    rows = worklist(request.actor)
    shown = _chosen(Task.objects.all(), chosen, request.actor)
    page = paging.page(
        OpenTasks(request.actor, worklist_bodies(request.actor), shown, _read),
        keys=ORDER, cursor=request.GET.get("cursor"), size=50, count=False,
    )  # fmt: skip
    context = {
        "page": page,
        "rows": _rows(request.actor, page.items),
        "tabs": _tabs(rows, chosen, request.actor),
        "chosen": chosen,
    }
    return render(request, "cases/tasks.html", context)


def _read(ids: RawSQL) -> list[Task]:
    """The tasks of a page with everything that is shown of them."""
    found = Task.objects.filter(pk__in=ids).defer("case__matter__content")
    found = found.select_related("case", "case__matter", "case__applicant", "body", "assignee")
    return list(found.annotate(urgent=Coalesce("due_at", Value(NEVER))))


def _chosen(rows: QuerySet[Task], chosen: str, actor: Actor) -> QuerySet[Task]:
    return rows.filter(_kinds(actor)[chosen]) if chosen in _kinds(actor) else rows


def _kinds(actor: Actor) -> dict[str, Q]:
    at = now()
    return {
        "offered": Q(state=Task.State.OFFERED),
        "mine": Q(assignee=actor.account),
        "near": Q(due_at__gte=at, yellow_at__lte=at, case__held=False),
        "late": Q(due_at__lt=at, case__held=False),
    }


def _to_cap(rows: QuerySet[Task]) -> int:
    """How many, counted to the cap and one more: nobody works through the difference."""
    return rows.order_by().values("pk")[: CAP + 1].count()


def _tabs(rows: QuerySet[Task], chosen: str, actor: Actor) -> list[dict[str, Any]]:
    kinds = _kinds(actor)
    counts = {name: _to_cap(rows.filter(q)) for name, q in {"all": Q(), **kinds}.items()}
    labels = {
        "all": _("全部"), "offered": _("待签收"), "mine": _("我经办的"), "near": _("临期"),
        "late": _("逾期"),
    }  # fmt: skip
    tones = {"near": "watch", "late": "bad"}
    return [
        {
            "label": label,
            "href": "?" if name == "all" else f"?show={name}",
            "current": name == (chosen if chosen in kinds else "all"),
            "count": counts[name] if counts[name] <= CAP else f"{CAP}+",
            "tone": tones.get(name, "") if counts[name] else "",
        }
        for name, label in labels.items()
    ]


def _rows(actor: Actor, items: list[Task]) -> list[dict[str, Any]]:
    at, books = now(), shelf()
    full = people.may_see_all_of(actor, actor.street)
    names = people_names([task.assignee_id for task in items])
    return [
        {
            "task": task,
            "case": task.case,
            "assignee": names.get(task.assignee_id or task.pk, ""),
            "matter": pick({"zh": task.case.matter.name, "en": task.case.matter.name_en}),
            "body": pick({"zh": task.body.name, "en": task.body.name_en}),
            "clock": clocks.of_task(task, task.case, at, books),
            "name": called(task.case.applicant.name)
            if full
            else mask_name(task.case.applicant.name),
            "to_sign": task.state == Task.State.OFFERED,
        }
        for task in items
    ]


@require_POST
@for_staff
def sign(request: HttpRequest) -> HttpResponse:
    """Sign for one task or all the ticked ones; each stands for itself."""
    one = request.POST.get("one")
    wanted = [one] if one else request.POST.getlist("task")
    mine = worklist(request.actor).filter(pk__in=_ids(wanted)[:AT_ONCE])
    signed, refused = 0, ""
    for task, number in mine.values_list("pk", "case__number"):
        try:
            perform(number, "sign", by=request.actor, task=str(task))
            signed += 1
        except Problem as problem:
            refused = str(problem.detail)
    _say(request, signed, refused, asked=len(wanted))
    return redirect(_back(request))


def _ids(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _say(request: HttpRequest, signed: int, refused: str, *, asked: int) -> None:
    if signed:
        text = ngettext("已签收 %(n)d 项任务。", "已签收 %(n)d 项任务。", signed)
        messages.success(request, text % {"n": signed})
    if refused:
        messages.error(request, _("有任务没有签收：%(why)s") % {"why": refused})
    if not asked:
        messages.warning(request, _("请先勾选要签收的任务。"))


def _back(request: HttpRequest) -> str:
    """The list as it was filtered; never another site."""
    wanted = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if safe else reverse("cases:tasks")
