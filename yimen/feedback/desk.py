"""Pages for those who were rated, and for those who review appeals. None says who rated."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from yimen.feedback import actions, perms, queries, rules
from yimen.feedback.forms import INDICATORS, DecisionForm, RatingFilter, WordsForm
from yimen.feedback.models import FollowUp, Level, Rating
from yimen.lib.actor import Actor
from yimen.lib.errors import Forbidden, Unseen
from yimen.lib.time import now
from yimen.look import paging
from yimen.look.language import pick
from yimen.matters.queries import some

VERBS = {
    "call": (actions.call_back, gettext_lazy("已登记回访。")),
    "reply": (actions.reply, gettext_lazy("已答复。")),
    "fix": (actions.fix, gettext_lazy("已登记整改。")),
    "appeal": (actions.appeal, gettext_lazy("已提出申诉。")),
}


def _staff(actor: Actor) -> None:
    if actor.kind != "staff" or not actor.bodies():
        raise Unseen("desk")


@require_GET
def ratings(request: HttpRequest) -> HttpResponse:
    """Ratings of my bodies, or of the street for those above; open bad ones by their own tab."""
    _staff(request.actor)
    form = RatingFilter(request.GET)
    wanted = request.GET.get("open", "")
    rows = queries.visible_to(request.actor).filter(**form.lookups())
    if wanted == "1":
        rows = rows.filter(followup__state__in=["open", "appealed"])
    elif wanted == "publish":
        rows = rows.filter(queries.TO_PUBLISH)
    rows = rows.select_related("body", "centre", "followup")
    page = paging.page(rows, keys=("-at", "-id"), cursor=request.GET.get("cursor"))
    names = some(r.matter_code for r in page if r.matter_code)
    moment = now()
    context = {
        "form": form,
        "page": page,
        "rows": [{"r": r, "matter": _matter(names, r), "late": _late(r, moment)} for r in page],
        "tabs": [
            {"label": _("全部"), "href": "?", "current": not wanted},
            {"label": _("待办理的差评"), "href": "?open=1", "current": wanted == "1"},
            {"label": _("待公布的整改"), "href": "?open=publish", "current": wanted == "publish"},
        ],
    }
    return render(request, "feedback/list.html", context)


def _matter(names: dict[str, Any], rating: Rating) -> str:
    version = names.get(rating.matter_code)
    return pick({"zh": version.name, "en": version.name_en}) if version else ""


def _late(rating: Rating, moment: Any) -> bool:
    followup = getattr(rating, "followup", None)
    if followup is None or followup.state not in ("open", "appealed"):
        return False
    uncalled = followup.call_back_due and not followup.called_at
    return followup.fix_due < moment or bool(uncalled and followup.call_back_due < moment)


def found_rating(request: HttpRequest, rating: UUID) -> Rating:
    """A rating that the actor sees, with what belongs to it."""
    _staff(request.actor)
    found = (
        queries.visible_to(request.actor)
        .filter(pk=rating)
        .select_related("body", "centre", "followup", "again", "again_of")
        .first()
    )
    if found is None:
        raise Unseen("rating")
    return found


@require_GET
def detail(request: HttpRequest, rating: UUID) -> HttpResponse:
    return _page(request, found_rating(request, rating))


def _page(
    request: HttpRequest, rating: Rating, sent: WordsForm | None = None, act: str = ""
) -> HttpResponse:
    followup: FollowUp | None = getattr(rating, "followup", None)
    going = followup if followup and followup.state in ("open", "appealed") else None
    answers = going if going and perms.may_answer(request.actor, going) else None
    appealed = going is not None and going.state == "appealed"
    may_decide = going and appealed and perms.may_decide_appeal(request.actor, going)
    names = some([rating.matter_code] if rating.matter_code else [])
    context = {
        "rating": rating,
        "matter": _matter(names, rating),
        "parts": [(INDICATORS[k], Level(v).label) for k, v in rating.indicators.items()],
        "followup": followup,
        "replies": followup.replies.select_related("by").order_by("at") if followup else [],
        "late": _late(rating, now()),
        "acts": _acts(answers, act, sent) if answers else [],
        "decision_form": (sent if act == "decide" else DecisionForm()) if may_decide else None,
        "sent": sent,
        "publishes": followup is not None
        and rules.may_publish(state=followup.state, outcome=followup.outcome)
        and perms.may_propose(request.actor, followup),
        "publication": queries.publication_of(followup) if followup else None,
    }
    status = sent.http_status if sent else 200
    return render(request, "feedback/detail.html", context, status=status)


def _acts(followup: FollowUp, act: str, sent: WordsForm | None) -> list[dict[str, Any]]:
    """The forms that make sense now, in the order in which they are wanted."""
    offered: list[tuple[str, Any]] = []
    if followup.call_back_due and not followup.called_at:
        offered.append(("call", _("登记回访")))
    if followup.state == "open":
        offered.append(("fix", _("登记整改")))
    offered.append(("reply", _("补充说明")))
    if not followup.appealed_at and now() <= followup.appeal_due:
        offered.append(("appeal", _("申诉：误评或不实")))
    return [
        {
            "act": key,
            "label": label,
            "form": sent if key == act and sent else WordsForm(auto_id=f"{key}-%s"),
            "open": key == act or place == 0,
        }
        for place, (key, label) in enumerate(offered)
    ]


@require_POST
def act(request: HttpRequest, rating: UUID, act: str) -> HttpResponse:
    """One step of the follow-up; a refusal shows the page again with what was typed."""
    found = found_rating(request, rating)
    followup = getattr(found, "followup", None)
    if followup is None or act not in (*VERBS, "decide"):
        raise Unseen("act")
    may = perms.may_decide_appeal if act == "decide" else perms.may_answer
    if not may(request.actor, followup):
        raise Forbidden("followup", _("您可以查看这条评价，但不由您来答复或复核。"))
    form = (DecisionForm if act == "decide" else WordsForm)(request.POST, auto_id=f"{act}-%s")
    if form.is_valid():
        with form.refusals():
            _do(act, followup, form, request)
            return redirect("feedback:detail", found.pk)
    return _page(request, found, form, act)


def _do(act: str, followup: FollowUp, form: WordsForm, request: HttpRequest) -> None:
    words = form.cleaned_data["text"]
    if act == "decide":
        mistaken = form.cleaned_data["mistaken"]
        actions.decide_appeal(followup, mistaken=mistaken, text=words, by=request.actor, at=now())
        flash.success(request, _("已复核。"))
        return
    verb, said = VERBS[act]
    verb(followup, text=words, by=request.actor, at=now())
    flash.success(request, str(said))
