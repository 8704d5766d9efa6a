"""Keep what was typed, and send it in: once, whole, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yimen.bodies.register import counter_body
from yimen.cases.dossier import Dossier
from yimen.contacts.actions import became_case
from yimen.contacts.models import Enquiry
from yimen.contacts.queries import visible_to as enquiries_of
from yimen.custody.actions import NewPaper, register_papers
from yimen.custody.models import Paper
from yimen.intake import papers, queries, questions
from yimen.intake.actions.submitting import Visit, Wanted, standing_mandate, submit
from yimen.intake.actions.turns import tell_draft, tell_turn
from yimen.intake.models import Draft
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused, Unseen
from yimen.lib.time import local
from yimen.people.actions import create_mandate
from yimen.people.models import Mandate, Party
from yimen.people.rules import ALL
from yimen.places.models import ServicePoint

COUNTER_KEPT = timedelta(days=3)
ONLINE_KEPT = timedelta(days=90)


def open_draft(
    *,
    door: str,
    street: str,
    centre: ServicePoint | None,
    answers: Mapping[str, Any],
    matter_code: str = "",
    life_event: str = "",
    turn: UUID | None = None,
    by: Actor,
    at: datetime,
) -> Draft:
    """Begin to keep what somebody types. A draft is no legal act: nothing goes into the ledger."""
    if by.account is None:
        raise Forbidden("draft", _("请先登录。"))
    return Draft.objects.create(
        street=street, account_id=by.account, door=door, centre=centre, answers=dict(answers),
        matter_code=matter_code, life_event=life_event, turn=turn, created_at=at, updated_at=at,
    )  # fmt: skip


@transaction.atomic
def keep_draft(draft: Draft, *, by: Actor, at: datetime) -> Draft:
    """Keep the draft as it stands in memory. What was sent stays as it was sent."""
    fresh = _locked(draft, by)
    if fresh.sent_at is not None:
        raise Refused("sent", _("这一次已经交件，不能再改。"))
    draft.updated_at, draft.version = at, fresh.version + 1
    draft.save(
        update_fields=[
            "answers",
            "files",
            "centre",
            "matter_code",
            "life_event",
            "updated_at",
            "version",
        ]
    )
    return draft


@transaction.atomic
def discard(draft: Draft, *, by: Actor, at: datetime) -> None:
    """Throw away what was never sent."""
    fresh = _locked(draft, by)
    if fresh.sent_at is not None:
        raise Refused("sent", _("这一次已经交件，不能再改。"))
    fresh.delete()


def _locked(draft: Draft, by: Actor) -> Draft:
    fresh = Draft.objects.select_for_update(of=("self",)).filter(pk=draft.pk).first()
    if fresh is None or (by.kind != "system" and fresh.account_id != by.account):
        raise Unseen("draft")
    return fresh


@transaction.atomic
def send(draft: Draft, *, by: Actor, at: datetime) -> list[str]:
    """Submit the draft; the numbers that came of it. The second of two senders at once waits for
    the first and gets the same numbers. Any refusal undoes everything, numbers included."""
    fresh = _locked(draft, by)
    if fresh.sent_at is not None:
        return list(fresh.numbers)
    basket = queries.basket(fresh.answers.get("matters", []))
    if not basket.versions:
        text = _("还没有选择事项。")
        raise Invalid("matters", text, (FieldError("matters", text, _("请先选择要办的事项。")),))
    visit = visit_of(fresh, basket, by=by, at=at)
    made = submit(visit, by=by, at=at)
    if fresh.door == Draft.Door.COUNTER:
        _keep_papers(fresh, basket, visit.centre, made, by, at)
    _link_enquiry(fresh, made[0], by, at)
    fresh.sent_at, fresh.updated_at = at, at
    fresh.numbers = [d.case.number for d in made]
    # What was typed lives on in the cases; a second copy would only be more to protect.
    fresh.answers = {"matters": basket.codes, "event": fresh.answers.get("event", "")}
    fresh.save(update_fields=["sent_at", "updated_at", "numbers", "answers"])
    if fresh.turn:
        tell_turn(fresh.turn, fresh.numbers, basket.codes, by=by, at=at)
    tell_draft(fresh.pk, fresh.numbers, by=by, at=at)
    return list(fresh.numbers)


def visit_of(draft: Draft, basket: queries.Basket, *, by: Actor, at: datetime) -> Visit:
    """The visit that a draft describes; a mandate brought along is registered with it."""
    answers = draft.answers
    found = queries.people_by_id([answers.get("applicant", ""), answers.get("present", "")])
    applicant = found.get(answers.get("applicant", ""))
    if applicant is None or draft.centre is None:
        text = _("还没有登记申请人。")
        raise Invalid(
            "applicant", text, (FieldError("applicant", text, _("请先查找或登记申请人。")),)
        )
    capacity = answers.get("capacity", "self")
    presenter = found.get(answers.get("present", "")) if capacity != "self" else None
    typed, files = answers.get("papers", {}), draft.files
    visit = Visit(
        centre=draft.centre,
        channel=answers.get("channel") or draft.door,
        applicant=applicant,
        presenter=presenter,
        capacity=capacity,
        mandate=_mandate(answers, applicant, presenter, basket.codes, by, at),
        place=answers.get("place", ""),
        life_event=answers.get("event", ""),
        delivery=answers.get("delivery", ""),
        wanted=tuple(
            Wanted(
                version,
                questions.facts_for(basket.questions, content.code, answers.get("facts", {})),
                papers.given(basket.lines, content.code, typed, files),
            )
            for version, content in zip(basket.versions, basket.contents, strict=True)
        ),
    )
    return standing_mandate(visit, at)


def _mandate(
    answers: Mapping[str, Any], applicant: Party, presenter: Party | None, codes: list[str],
    by: Actor, at: datetime,
) -> Mandate | None:  # fmt: skip
    """The mandate on file that was chosen, or the new one that was brought."""
    if presenter is None:
        return None
    if answers.get("mandate"):
        return Mandate.objects.filter(pk=answers["mandate"]).first()
    new = answers.get("new_mandate")
    if not new:
        return None
    return create_mandate(
        applicant,
        presenter,
        capacity=answers["capacity"],
        scope=(ALL,) if new.get("scope") == "all" else codes,
        valid_from=local(at).date(),
        valid_until=date.fromisoformat(new["until"]) if new.get("until") else None,
        file=new.get("file") or None,
        by=by,
        at=at,
    )


def _keep_papers(
    draft: Draft, basket: queries.Basket, centre: ServicePoint, made: list[Dossier],
    by: Actor, at: datetime,
) -> None:  # fmt: skip
    """Papers that stay get their barcode; one that serves several cases is kept with the first."""
    counter = counter_body(centre)
    kept = papers.to_register(basket.lines, draft.answers.get("papers", {}))
    for d, content in zip(made, basket.contents, strict=True):
        new = [_paper(line, key) for line, key in kept if line.matters[0] == content.code]
        if new:
            register_papers(d.case.number, new, street=centre.street, body=counter, by=by, at=at)


def _paper(line: papers.Line, key: str) -> NewPaper:
    original = key == "k"
    return NewPaper(
        line.name.zh,
        sort=Paper.Sort.ORIGINAL if original else Paper.Sort.MATERIAL,
        copies=max(1, line.copies) if key == "c" else 1,
        must_return=original,
    )


def _link_enquiry(draft: Draft, first: Dossier, by: Actor, at: datetime) -> None:
    """The question that led here is settled as this case; one that ended meanwhile stays so."""
    number = draft.answers.get("enquiry", "")
    if not number:
        return
    asked = enquiries_of(by).filter(number=number, state=Enquiry.State.OPEN).first()
    if asked is not None:
        became_case(asked, case_number=first.case.number, by=by, at=at)


def forget_drafts(moment: datetime) -> int:
    """Unsent drafts go: of the counter after three days, of residents after ninety."""
    unsent = Draft.objects.filter(sent_at=None)
    counter, _detail = unsent.filter(
        door=Draft.Door.COUNTER, updated_at__lt=moment - COUNTER_KEPT
    ).delete()
    online, _detail = unsent.filter(updated_at__lt=moment - ONLINE_KEPT).delete()
    return counter + online
