"""A bad rating is answered before everybody: proposed by one, put on the page by another, and no
name of those concerned in it (AFF-15)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yimen.feedback import namesakes, perms, queries, rules
from yimen.feedback.models import FollowUp, Publication
from yimen.ledger import actions as ledger
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused, Unseen
from yimen.lib.hashing import digest_text, new_salt
from yimen.lib.masking import holds_id, private

State = Publication.State


@transaction.atomic
def propose(
    followup: FollowUp | UUID, *, words: str, answer: str, by: Actor, at: datetime
) -> Publication:
    """Offer what everybody may read; again after it was returned, or before anybody looked."""
    found = _locked(followup, by)
    if not perms.may_propose(by, found):
        raise Forbidden("publication", _("由被评价的单位或者复核人员拟稿。"))
    if not rules.may_publish(state=found.state, outcome=found.outcome):
        raise Refused("not_fixed", _("整改以后才能公布；误评不公布。"))
    before = Publication.objects.filter(followup=found).first()
    if before is not None and before.state == State.PUBLISHED:
        raise Refused("published", _("已经公布。要修改，请先撤下。"))
    _check(found, words=words, answer=answer)
    made = before or Publication(street=found.street, followup=found)
    made.words, made.answer, made.why, made.state = (
        words.strip(),
        answer.strip(),
        "",
        State.PROPOSED,
    )
    made.proposed_by_id, made.proposed_at = by.account, at  # type: ignore[assignment]
    made.checked_by, made.checked_at = None, None
    made.save()
    text = f"{made.words}\n{made.answer}"
    _record(found, "publication_proposed", by=by, at=at, text=digest_text(text, new_salt()))
    return made


@transaction.atomic
def release(followup: FollowUp | UUID, *, by: Actor, at: datetime) -> Publication:
    """The second look: from now on everybody reads it."""
    found, made = _to_check(followup, by, State.PROPOSED)
    _check(found, words=made.words, answer=made.answer)  # who works there may have changed
    _set(made, State.PUBLISHED, by, at)
    _record(found, "publication_released", by=by, at=at)
    return made


@transaction.atomic
def send_back(followup: FollowUp | UUID, *, why: str, by: Actor, at: datetime) -> Publication:
    """It needs other words; what was published leaves the page at once."""
    found, made = _to_check(followup, by, State.PROPOSED, State.PUBLISHED)
    if not why.strip():
        text = _("请写明要改什么。")
        raise Invalid("why", text, (FieldError("why", text),))
    made.why = why.strip()
    _set(made, State.RETURNED, by, at)
    _record(found, "publication_returned", by=by, at=at)
    return made


def _set(made: Publication, state: str, by: Actor, at: datetime) -> None:
    made.state, made.checked_by_id, made.checked_at = state, by.account, at
    made.save(update_fields=["state", "checked_by", "checked_at", "why"])


def _locked(followup: FollowUp | UUID, by: Actor) -> FollowUp:
    pk = followup.pk if isinstance(followup, FollowUp) else followup
    found = (
        FollowUp.objects.select_for_update(of=("self",))
        .select_related("rating__case__mandate")
        .filter(pk=pk, rating__in=queries.visible_to(by).order_by().values("pk"))
        .first()
    )
    if found is None:
        raise Unseen("followup")
    return found


def _to_check(followup: FollowUp | UUID, by: Actor, *states: str) -> tuple[FollowUp, Publication]:
    found = _locked(followup, by)
    made = Publication.objects.filter(followup=found, erased_at=None).first()
    if made is None:
        raise Unseen("publication")
    if not perms.may_check(by, found, made.proposed_by_id):
        raise Forbidden("publication", _("要由拟稿人以外的中心主任或行风监督员核对。"))
    if made.state not in states:
        raise Refused("publication_state", _("状态已经变了，请刷新页面。"))
    return found, made


def _check(followup: FollowUp, *, words: str, answer: str) -> None:
    """No name of those concerned, no number; the sentence says which word it is."""
    known, wrong = namesakes.names(followup), []
    for field, text in (("words", words), ("answer", answer)):
        if told := rules.tells_who(text, known):
            sentence = _("“%(name)s”会让人认出是谁，请删去或者改成“工作人员”“办事人”。")
            wrong.append(FieldError(field, sentence % {"name": told}))
        elif holds_id(text) or private(text):
            wrong.append(FieldError(field, _("里面好像有手机号或证件号码，请删去。")))
    if not answer.strip():
        wrong.append(FieldError("answer", _("请写明怎样整改的。")))
    if wrong:
        raise Invalid("publication", _("请改正后再提交。"), tuple(wrong))


def _record(followup: FollowUp, act: str, *, by: Actor, at: datetime, **data: Any) -> None:
    ledger.record(
        street=followup.street, stream=f"rating:{followup.rating_id}", act=act, by=by, at=at,
        power=by.power_for(*[p.can for p in by.powers], body=followup.body_id), data=data,
    )  # fmt: skip
