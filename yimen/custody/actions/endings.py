"""A paper leaves our hands: given back, handed over, filed away, or lost."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yimen.custody import perms
from yimen.custody.actions.steps import kept_text, locked, must_hold, record
from yimen.custody.models import Hop, Paper
from yimen.ledger import rows
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused


@transaction.atomic
def return_original(paper: Paper, *, to: str, by: Actor, at: datetime, note: str = "") -> Paper:
    """Give one original back. `to` is the receiver's name, confirmed at the counter against the
    receipt: originals do not go back in a heap."""
    (row,) = locked(paper)
    must_hold(row, by)
    if row.sort in (Paper.Sort.RESULT, Paper.Sort.ARCHIVE):
        raise Refused("not_an_original", _("“%(name)s”不是申请人的原件。") % {"name": row.name})
    return _to_person(row, Paper.State.RETURNED, "returned", to, by, at, note)


@transaction.atomic
def hand_over_result(paper: Paper, *, to: str, by: Actor, at: datetime, note: str = "") -> Paper:
    """Hand a result over to the person who signs for it."""
    (row,) = locked(paper)
    must_hold(row, by)
    if row.sort != Paper.Sort.RESULT:
        raise Refused(
            "not_a_result", _("“%(name)s”不是办理结果，请用“退还原件”。") % {"name": row.name}
        )
    return _to_person(row, Paper.State.DELIVERED, "delivered", to, by, at, note)


def _to_person(
    paper: Paper, state: str, act: str, to: str, by: Actor, at: datetime, note: str
) -> Paper:
    name = to.strip()
    if not name:
        sentence = _("请写明领取人姓名。")
        raise Invalid(
            "receiver", sentence, (FieldError("to", sentence, _("当面核对证件后填写。")),)
        )
    text = kept_text(name[:120], note[:300])
    rows.insert(
        Hop,
        [
            {
                "street": paper.street,
                "paper_id": paper.pk,
                "from_id": paper.holder_id,
                "from_body": paper.holder_body,
                "from_account": by.account,
                "sent_at": at,
                "scanned_at": at,
                "by": by.account,
                **text,
            }
        ],
    )
    return _ended(paper, state, act, by, at, receiver=text["note_digest"])


@transaction.atomic
def archive(paper: Paper, *, by: Actor, at: datetime) -> Paper:
    """File a paper away; it stays with the body that holds it."""
    (row,) = locked(paper)
    must_hold(row, by)
    if row.must_return:
        raise Refused("must_return", _("“%(name)s”是要退还的原件，不能归档。") % {"name": row.name})
    return _ended(row, Paper.State.ARCHIVED, "archived", by, at)


@transaction.atomic
def report_lost(paper: Paper, *, reason: str, by: Actor, at: datetime) -> Paper:
    """Say that a paper cannot be found. A scan finds it again."""
    (row,) = locked(paper)
    if row.state != Paper.State.IN_TRANSIT:
        must_hold(row, by)
    elif not (perms.may_move(by, row.holder_id) or perms.may_move(by, row.to_id)):
        raise Forbidden(
            "paper_elsewhere", _("这份材料在别的单位之间移交，由发出或接收的单位报告。")
        )
    if not reason.strip():
        sentence = _("请写明在哪里找过。")
        raise Invalid("reason", sentence, (FieldError("reason", sentence),))
    text = kept_text(note=reason.strip()[:300])
    closed = {"scanned_at": at, "to_account": by.account, **text}
    open_hop = Hop.objects.filter(paper=row, scanned_at=None).values_list("pk", flat=True).first()
    if open_hop:
        rows.update(Hop, {"id": open_hop}, **closed)
    else:
        made = {
            "street": row.street,
            "paper_id": row.pk,
            "from_id": row.holder_id,
            "from_body": row.holder_body,
            "from_account": row.holder_account,
            "sent_at": at,
            "by": by.account,
        }
        rows.insert(Hop, [made | closed])
    return _ended(row, Paper.State.LOST, "lost", by, at, reason=text["note_digest"])


def _ended(paper: Paper, state: str, act: str, by: Actor, at: datetime, **data: str) -> Paper:
    changed = {
        "state": state,
        "to_id": None,
        "to_body": "",
        "expected_by": None,
        "missing_since": None,
        "changed_at": at,
    }
    rows.update(Paper, {"id": paper.pk}, **changed)
    for name, value in changed.items():
        setattr(paper, name, value)
    record(paper, act, by=by, at=at, body=paper.holder_body, **data)
    return paper


def forget_words(case_number: str) -> int:
    """Who took a paper and what was remarked on the way: gone when the case's words go. The digest
    of the remark stays in the record of the hop."""
    hops = Hop.objects.filter(paper__case_number=case_number)
    return hops.exclude(receiver="", note="", salt="").update(receiver="", note="", salt="")
