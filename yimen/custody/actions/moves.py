"""A paper moves: sent by one body, scanned by the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yimen.bodies.models import Body
from yimen.clock.queries import calendar_for
from yimen.custody import perms, rules
from yimen.custody.actions.steps import BodyRef, body_of, kept_text, locked, must_hold, record
from yimen.custody.models import Hop, Paper, Transfer
from yimen.custody.rules import Found
from yimen.ledger import rows
from yimen.lib.actor import Actor, Can
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused, Unseen
from yimen.lib.text import code as plain
from yimen.notices.actions import tell

ENDED = {Paper.State.RETURNED, Paper.State.DELIVERED, Paper.State.ARCHIVED}


@transaction.atomic
def send(
    papers: Paper | Iterable[Paper], to_body: BodyRef, *, by: Actor, at: datetime, note: str = ""
) -> Transfer:
    """Send papers that lie together to another body, on one slip. The sender answers for them until
    the other side has scanned each."""
    those = locked(papers)
    if not those:
        raise Invalid(
            "papers",
            _("请至少选择一份材料。"),
            (FieldError("codes", _("请至少选择一份材料。"), _("勾选材料或扫入条码。")),),
        )
    for paper in those:
        must_hold(paper, by)
    first = those[0]
    if any(paper.holder_id != first.holder_id for paper in those):
        raise Refused("papers_apart", _("这些材料不在同一个单位，请分开移交。"))
    to = body_of(to_body, first.street)
    if to.pk == first.holder_id:
        raise Refused("same_body", _("材料已经在“%(body)s”，不用移交。") % {"body": to.name})
    expected = rules.scan_due(at, settings.YIMEN_CUSTODY_HOURS, calendar_for(first.street))
    transfer = Transfer.objects.create(
        street=first.street,
        code=rules.new_code(rules.TRANSFER, first.street),
        from_id=first.holder_id,
        from_body=first.holder_body,
        to_id=to.pk,
        to_body=to.code,
        sent_at=at,
        expected_by=expected,
        by=by.account,
    )
    text = kept_text(note=note[:300])
    rows.insert(Hop, [_hop(paper, to, transfer, by, at) | text for paper in those])
    Paper.objects.filter(pk__in=[paper.pk for paper in those]).update(
        state=Paper.State.IN_TRANSIT,
        to_id=to.pk,
        to_body=to.code,
        expected_by=expected,
        missing_since=None,
        holder_account=by.account,
        changed_at=at,
    )
    for paper in those:
        record(
            paper,
            "sent",
            by=by,
            at=at,
            transfer=transfer.code,
            to=to.code,
            expected_by=expected,
            note=text["note_digest"],
            **{"from": first.holder_body},
        )
    return transfer


def _hop(paper: Paper, to: Body, transfer: Transfer, by: Actor, at: datetime) -> dict[str, object]:
    return {
        "street": paper.street,
        "paper_id": paper.pk,
        "transfer_id": transfer.pk,
        "from_id": paper.holder_id,
        "from_body": paper.holder_body,
        "from_account": by.account,
        "to_id": to.pk,
        "to_body": to.code,
        "sent_at": at,
        "by": by.account,
    }


@dataclass(frozen=True)
class Scan:
    """What a scan brought: the paper as it is now, and what the scan meant."""

    paper: Paper
    found: Found

    @property
    def flagged(self) -> bool:
        return self.found in rules.FLAGGED


@transaction.atomic
def scan(code: str, *, by: Actor, at: datetime, body: UUID | None = None) -> Scan:
    """Say that a paper is here. Whoever has it in hand may scan it, wherever it was meant to be: what
    is where it should not be is recorded as found here, and flagged. Twice is once."""
    paper = Paper.objects.select_for_update().filter(code=plain(code)).first()
    if not perms.may_move(by):
        raise Forbidden("scan", _("您目前的任职不能接收材料。"))
    if paper is None:
        raise Unseen(
            "paper", _("没有这个条码的材料。请重新扫描；如仍不行，请在办件里登记这份材料。")
        )
    here = _where(paper, by, body)
    if paper.state in ENDED:
        raise Refused(
            "paper_ended",
            _("“%(name)s”已登记为“%(state)s”。如果它又回到这里，请作为新材料登记。")
            % {"name": paper.name, "state": paper.get_state_display()},
        )
    found = rules.meaning(
        state=paper.state,
        holder=paper.holder_id,
        heading=paper.to_id,
        parcel=paper.parcel_id is not None,
        here=here.pk,
    )
    if found is not Found.ALREADY:
        _arrive(paper, here, found, by, at)
    return Scan(paper, found)


def _where(paper: Paper, by: Actor, body: UUID | None) -> Body:
    """The body in whose name the actor scans: the one chosen, else the one the paper is meant for,
    else the only one there is."""
    own = perms.own_bodies(by)
    if body is not None:
        if body not in own and by.kind != "system":
            raise Forbidden("scan_body", _("您不能替这个单位接收材料。"))
        return body_of(body, paper.street)
    likely = next((one for one in (paper.to_id, paper.holder_id) if one in own), None)
    if likely is None:
        seats = by.bodies(Can.INTAKE, Can.HANDLE) or own
        if len(seats) != 1:
            sentence = _("您在几个单位任职。")
            raise Invalid(
                "body", sentence, (FieldError("body", sentence, _("请先选择在哪里接收。")),)
            )
        likely = next(iter(seats))
    return body_of(likely, paper.street)


def _arrive(paper: Paper, here: Body, found: Found, by: Actor, at: datetime) -> None:
    """The paper lies here from now on; its open hop is closed, or a hop is made for it."""
    flag = "" if found is Found.RECEIVED else found.value
    arrived = {
        "found_id": here.pk,
        "found_body": here.code,
        "to_account": by.account,
        "scanned_at": at,
        "flag": flag,
    }
    open_hop = Hop.objects.filter(paper=paper, scanned_at=None).values_list("pk", flat=True).first()
    if open_hop:
        rows.update(Hop, {"id": open_hop}, **arrived)
    else:
        made = {
            "street": paper.street,
            "paper_id": paper.pk,
            "from_id": paper.holder_id,
            "from_body": paper.holder_body,
            "from_account": paper.holder_account,
            "to_id": here.pk,
            "to_body": here.code,
            "sent_at": at,
            "by": by.account,
        }
        rows.insert(Hop, [made | arrived])
    before = paper.holder_body
    changed = {
        "state": Paper.State.HELD,
        "holder_id": here.pk,
        "holder_body": here.code,
        "holder_account": by.account,
        "to_id": None,
        "to_body": "",
        "expected_by": None,
        "missing_since": None,
        "parcel_id": None,
        "changed_at": at,
    }
    rows.update(Paper, {"id": paper.pk}, **changed)
    for name, value in changed.items():
        setattr(paper, name, value)
    record(paper, "scanned", by=by, at=at, at_body=here.code, found=found.value, **{"from": before})


@transaction.atomic
def carry(papers: Iterable[Paper], *, account: UUID, by: Actor, at: datetime) -> list[Paper]:
    """Put papers into the hands of a colleague of the body that holds them: they go along on a
    visit, or come back from one. They stay with the body; who has them in hand is on record."""
    those = locked(papers)
    for paper in those:
        must_hold(paper, by)
        hop = {
            "street": paper.street, "paper_id": paper.pk, "from_id": paper.holder_id,
            "from_body": paper.holder_body, "from_account": paper.holder_account,
            "to_id": paper.holder_id, "to_body": paper.holder_body, "to_account": account,
            "found_id": paper.holder_id, "found_body": paper.holder_body,
            "sent_at": at, "scanned_at": at, "by": by.account,
        }  # fmt: skip
        rows.insert(Hop, [hop])
        rows.update(Paper, {"id": paper.pk}, holder_account=account, changed_at=at)
        paper.holder_account, paper.changed_at = account, at
        record(paper, "carried", by=by, at=at, body=paper.holder_body, to_account=str(account))
    return those


@transaction.atomic
def mark_missing(paper: Paper, *, by: Actor, at: datetime) -> bool:
    """Put on record, once, that a scan is missing and who answers for it."""
    (row,) = locked(paper)
    gone = row.state != Paper.State.IN_TRANSIT or row.expected_by is None or row.expected_by >= at
    if gone or row.missing_since is not None:
        return False
    rows.update(Paper, {"id": row.pk}, missing_since=at)
    record(
        row,
        "scan_missing",
        by=by,
        at=at,
        to=row.to_body,
        expected_by=row.expected_by,
        account=row.holder_account,
        **{"from": row.holder_body},
    )
    tell(
        street=row.street,
        template="custody.missing_scan",
        facts={"number": row.code, "since": row.expected_by},
        about=row.case_number,
        key=f"missing:{row.pk}:{row.expected_by:%Y%m%d%H%M}",
        by=by,
        at=at,
        to_account=row.holder_account,
        to_body=None if row.holder_account else row.holder_id,
    )
    return True
