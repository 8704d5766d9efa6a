"""Papers about papers: the transfer slip and the labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import override

from yimen.bodies.queries import names as body_names
from yimen.custody.models import Paper, Transfer
from yimen.custody.queries import people_names
from yimen.lib.time import now
from yimen.printing import render
from yimen.printing.documents import Barcode, Label, Labels, TransferPaper
from yimen.printing.documents import Transfer as Slip

SORTS = dict(Paper.Sort.choices)


def transfer_slip(transfer: Transfer, *, lang: str) -> bytes:
    """What goes with the papers and is signed on both sides."""
    names = body_names([transfer.from_id, transfer.to_id])
    people = people_names([transfer.by])
    hops = transfer.hops.select_related("paper").order_by("paper__case_number", "paper__created_at")
    with override(lang):
        slip = Slip(
            number=transfer.code,
            issuer=names.get(transfer.from_id, {"zh": transfer.from_body}),
            issued_at=transfer.sent_at,
            demo=settings.YIMEN_DEMO,
            code=Barcode(transfer.code),
            from_body=names.get(transfer.from_id, {"zh": transfer.from_body}),
            to_body=names.get(transfer.to_id, {"zh": transfer.to_body}),
            sent_at=transfer.sent_at,
            scan_by=transfer.expected_by,
            sender=people.get(transfer.by, "") if transfer.by else "",
            papers=[
                TransferPaper(
                    code=h.paper.code,
                    name=h.paper.name,
                    sort=str(SORTS[h.paper.sort]),
                    case_number=h.paper.case_number,
                    copies=h.paper.copies,
                )
                for h in hops
            ],
        )
    return render("transfer", slip, lang)


def labels(papers: Sequence[Paper], *, lang: str) -> bytes:
    """One label a paper."""
    head: dict[str, Any] = {"issuer": "", "issued_at": now(), "demo": settings.YIMEN_DEMO}
    made = [
        Label(
            **head,
            number=p.code,
            code=Barcode(p.code),
            name=p.name,
            case_number=p.case_number,
            copies=p.copies,
            must_return=p.must_return,
        )
        for p in papers
    ]
    return render("labels", Labels(**head, number="", labels=made), lang)
