"""Pages on which an answered bad rating is made ready for everybody, and looked at a second time."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yimen.feedback import actions, perms, queries, rules
from yimen.feedback.desk import found_rating
from yimen.feedback.forms import PublishForm, ReturnForm
from yimen.feedback.models import FollowUp, Publication, Rating, Reply
from yimen.lib.errors import Forbidden, Refused, Unseen
from yimen.lib.time import now

ACTS = ("propose", "release", "return")


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, rating: UUID) -> HttpResponse:
    """Write it, or look at what another wrote and let it out or send it back."""
    found = found_rating(request, rating)
    followup = getattr(found, "followup", None)
    if followup is None:
        raise Unseen("publication")
    if not perms.may_propose(request.actor, followup):
        raise Forbidden("publication", _("由被评价的单位或者复核人员拟稿。"))
    if not rules.may_publish(state=followup.state, outcome=followup.outcome):
        raise Refused("not_fixed", _("整改以后才能公布；误评不公布。"))
    if request.method == "POST":
        return _act(request, found, followup)
    return _page(request, found, followup)


def _page(
    request: HttpRequest, rating: Rating, followup: FollowUp, sent: Any = None, act: str = ""
) -> HttpResponse:
    made = queries.publication_of(followup)
    out = made is not None and made.state == Publication.State.PUBLISHED
    may_check = made is not None and perms.may_check(request.actor, followup, made.proposed_by_id)
    context = {
        "rating": rating,
        "made": made,
        "form": None if out else sent if act == "propose" else PublishForm(
            initial=_begin(rating, followup, made), auto_id="propose-%s"
        ),
        "may_release": may_check and made is not None and made.state == made.State.PROPOSED,
        "return_form": (sent if act == "return" else ReturnForm(auto_id="return-%s"))
        if may_check and made is not None and made.state != made.State.RETURNED
        else None,
        "sent": sent,
    }  # fmt: skip
    status = sent.http_status if sent else 200
    return render(request, "feedback/publish.html", context, status=status)


def _begin(rating: Rating, followup: FollowUp, made: Publication | None) -> dict[str, str]:
    """What was written last; else the rater's words and what the body said it has mended."""
    if made is not None and made.erased_at is None:
        return {"words": made.words, "answer": made.answer}
    fixed = Reply.objects.filter(followup=followup, sort=Reply.Sort.FIX).order_by("-at").first()
    return {"words": rating.text, "answer": fixed.text if fixed else ""}


def _act(request: HttpRequest, rating: Rating, followup: FollowUp) -> HttpResponse:
    act = request.POST.get("do", "")
    if act not in ACTS:
        raise Unseen("act")
    by, at = request.actor, now()
    if act == "release":
        actions.release(followup, by=by, at=at)
        flash.success(request, _("已公布。"))
        return redirect("feedback:publish", rating.pk)
    form = (PublishForm if act == "propose" else ReturnForm)(request.POST, auto_id=f"{act}-%s")
    if form.is_valid():
        with form.refusals():
            if act == "propose":
                actions.propose(followup, **form.cleaned_data, by=by, at=at)
                flash.success(request, _("已提交，等第二人核对。"))
            else:
                actions.send_back(followup, **form.cleaned_data, by=by, at=at)
                flash.success(request, _("已退回。"))
            return redirect("feedback:publish", rating.pk)
    return _page(request, rating, followup, form, act)
