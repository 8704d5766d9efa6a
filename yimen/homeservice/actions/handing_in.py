"""Back at the centre: the papers become cases under the mandate, or nothing comes of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yimen.custody.actions import file_under
from yimen.homeservice import perms, queries
from yimen.homeservice.actions.record import end_visit, lock_visit, put_visit
from yimen.homeservice.actions.way import materials
from yimen.homeservice.models import Visit
from yimen.intake.actions import open_draft
from yimen.intake.models import Draft
from yimen.intake.perms import may_take
from yimen.ledger.together import together
from yimen.lib.actor import Actor
from yimen.lib.errors import Forbidden, Refused, Unseen
from yimen.people.actions import keep_paper


def _locked(visit: UUID, by: Actor) -> Visit:
    if not queries.to_hand_in(by).filter(pk=visit).exists():
        raise Unseen("visit", _("没有这次上门服务。请核对编号。"))
    return lock_visit(visit)


@together()
def begin_intake(visit: UUID, *, by: Actor, at: datetime) -> Draft:
    """Open the counter's page with everything known filled in: applicant, agent, mandate, matters,
    and the papers that were taken along. The one that is open already, when it is one's own."""
    row = _locked(visit, by)
    if not may_take(by, row.body_id):
        raise Forbidden("intake", _("您今天不在这个中心的受理岗位上，不能在这里收件。"))
    mandate = row.mandate
    assert mandate is not None
    if mandate.revoked_at is not None:
        raise Refused("revoked", _("委托已经撤回，不能代为交件。请把材料退还本人。"))
    open_now = Draft.objects.filter(pk=row.draft, sent_at=None).first() if row.draft else None
    if open_now is not None and open_now.account_id != by.account:
        raise Refused("colleague", _("同事正在录入这次上门收的材料，请问一下同事。"))
    if open_now is not None:
        return open_now
    answers = {
        "channel": "home", "matters": row.matters, "applicant": str(row.person_id),
        "present": str(mandate.agent_id), "capacity": "agent", "mandate": str(mandate.pk),
        "papers": _in_hand(row),
    }  # fmt: skip
    draft = open_draft(
        door=Draft.Door.COUNTER, street=row.street, centre=row.centre, answers=answers, by=by, at=at
    )
    put_visit(row, "hand_in", by=by, at=at, draft=draft.pk)
    return draft


def _in_hand(visit: Visit) -> dict[str, dict[str, Any]]:
    """The lines of the papers that are here; they have their codes already."""
    here = {paper.name: "k" if paper.must_return else "c" for paper in queries.taken(visit)}
    return {
        code: {"key": here[name], "coded": True}
        for code, name in materials(visit.matters).items()
        if name in here
    }


def draft_sent(draft: UUID, numbers: Sequence[str], *, by: Actor, at: datetime) -> None:
    """Called by intake in the act that hands the draft in: the visit is over, its papers belong to
    its cases from here on. A draft that came from no visit is none of ours."""
    found = Visit.objects.filter(draft=draft).values_list("pk", flat=True).first()
    if found is None:
        return
    row = lock_visit(found)
    if not row.to_hand_in:
        raise Refused("handed_in", _("这次上门的材料已经交过了。"))
    file_under(queries.taken(row), numbers[0], by=by, at=at)
    end_visit(row, Visit.State.DONE, "done", by=by, at=at, cases=list(numbers))


@together()
def nothing_to_hand_in(visit: UUID, *, by: Actor, at: datetime) -> Visit:
    """Nothing comes of it after all; whatever was taken along must be back first."""
    row = _locked(visit, by)
    if queries.taken(row):
        raise Refused("papers_here", _("收来的材料还在中心。请先逐件退还本人，再结束。"))
    end_visit(row, Visit.State.DONE, "done", by=by, at=at)
    return row


@together()
def keep_scan(visit: UUID, paper: Any, *, by: Actor, at: datetime) -> Visit:
    """The signed mandate, scanned, lies with the mandate."""
    row = lock_visit(visit)
    there = queries.to_hand_in(by).filter(pk=visit).exists()
    if not (there or perms.keeps(by, row.body_id)):
        raise Unseen("visit", _("没有这次上门服务。请核对编号。"))
    if row.mandate is None:
        raise Refused("no_mandate", _("还没有签委托书。"))
    keep_paper(row.mandate, paper, by=by, at=at)
    return row
