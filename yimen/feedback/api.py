"""Ratings for machines: a kiosk, a tablet of another make, a town's app (AFF-15)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from yimen.cases.api import answer, moment
from yimen.feedback import actions
from yimen.feedback.lookup import subject_by
from yimen.feedback.models import Channel, Rating, Solved
from yimen.lib.actor import ANONYMOUS, Actor
from yimen.lib.errors import FieldError, Invalid
from yimen.lib.time import now

router = Router(tags=["ratings"])


class RatingIn(Schema):
    """What is rated: `number` and `code` of a case or a question, or the `secret` of a ticket's
    link. `reasons` are parts of the service with a level of their own."""

    number: str = Field("", max_length=40)
    code: str = Field("", max_length=12)
    secret: str = Field("", max_length=100)
    level: int = Field(description="5 very satisfied ... 1 very dissatisfied; 2 and 1 are bad")
    reasons: dict[str, int] = Field(
        default_factory=dict, max_length=8,
        description="On site: efficiency, skill, attitude. Online: efficiency, guide, "
        "convenience, operation",
    )  # fmt: skip
    solved: str = Field(Solved.UNANSWERED, max_length=10)
    text: str = Field("", max_length=1000)
    named: bool = Field(False, description="The office may know who rated, and call back")
    channel: str = Field(Channel.WEB, description="device, qr, kiosk, web, sms or hotline")


def as_json(rating: Rating) -> dict[str, Any]:
    """A rating as it was taken; never who gave it or what it was about."""
    followup = getattr(rating, "followup", None) if rating.is_bad else None
    return {
        "id": str(rating.pk),
        "subject": rating.subject,
        "level": rating.level,
        "bad": rating.is_bad,
        "again": rating.again_of_id is not None,
        "at": moment(rating.at),
        "call_back_by": moment(followup.call_back_due) if followup else None,
        "answer_by": moment(followup.fix_due) if followup else None,
    }


@router.post("/ratings", auth=None, summary="Rate what was done", response={201: dict})
def give_rating(request: HttpRequest, body: RatingIn) -> HttpResponse:
    """Number and code, or the secret, prove the right to rate; the account, if there is one, is
    only the carrier: a tablet with a staff token may hand in what a resident pressed. Once; a
    second time after a bad rating was put right."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if body.channel not in Channel.values:
        text = _("没有这种评价渠道。")
        raise Invalid("channel", text, (FieldError("channel", text, ", ".join(Channel.values)),))
    # a cookie that came along is nobody's word: this address asks for no CSRF token
    known = actor.kind == "resident" and getattr(request, "by_token", False)
    subject = subject_by(request, number=body.number, code=body.code, secret=body.secret)
    rating = actions.rate(
        subject,
        level=body.level,
        by=actor if known else ANONYMOUS,
        at=now(),
        solved=body.solved,
        channel=body.channel,
        indicators=body.reasons,
        text=body.text,
        named=body.named,
    )
    return answer(as_json(rating), 201)
