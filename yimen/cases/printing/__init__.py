"""Facts of a case for its printed documents. Everything is read from the record: the dates on a
notice are those of the act that it tells of, whenever it is printed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from yimen.cases.dossier import Dossier
from yimen.cases.models import Ending, Stage
from yimen.cases.printing.facts import (
    Facts,
    authority_of,
    both,
    labels,
    office,
    person,
    spans,
    words,
)
from yimen.cases.printing.letters import (
    acceptance,
    extension,
    hold,
    late_promise,
    not_accepted,
    receipt,
    supplement,
)
from yimen.cases.printing.outcome import case_sheet, decision, delivery, label, originals, result
from yimen.custody import queries as custody
from yimen.lib.errors import Refused, Unseen
from yimen.printing.documents import Sheet

__all__ = [
    "PAPERS", "Facts", "Paper", "authority_of", "both", "labels", "office", "offered", "person",
    "receipt", "sheet", "spans", "words",
]  # fmt: skip


@dataclass(frozen=True)
class Paper:
    """One document: its name in addresses, its template, when it applies, who may have it."""

    template: str
    label: Any
    facts: Callable[[Facts], Sheet]
    applies: Callable[[Dossier], bool]
    staff_only: bool = False


def _originals_there(d: Dossier) -> bool:
    return custody.of_case(d.case.number, d.case.street).filter(must_return=True).exists()


PAPERS: dict[str, Paper] = {
    "receipt": Paper("receipt", _("收件凭证"), receipt, lambda d: True),
    "acceptance": Paper(
        "acceptance", _("受理通知书"), acceptance, lambda d: d.case.accepted_at is not None
    ),
    "not-accepted": Paper(
        "not_accepted", _("不予受理通知书"), not_accepted,
        lambda d: d.case.ending == Ending.NOT_ACCEPTED,
    ),
    "supplement": Paper(
        "supplement", _("补正告知书"), supplement,
        lambda d: any(t.name == "supplement" for t in d.terms),
    ),
    "late-promise": Paper(
        "late_promise", _("容缺承诺书"), late_promise,
        lambda d: any(o.sort == "late_material" for o in d.obligations),
    ),
    "hold": Paper("hold", _("特别程序告知书"), hold, lambda d: bool(d.holds)),
    "extension": Paper(
        "extension", _("延期告知书"), extension,
        lambda d: any(t.extra and t.name == "decide_promised" for t in d.terms),
    ),
    "decision": Paper(
        "decision", _("决定书"), decision, lambda d: d.case.decided_at is not None
    ),
    "result": Paper(
        "result", _("结果文书"), result, lambda d: d.valid_result is not None
    ),
    "delivery": Paper(
        "delivery", _("送达回证"), delivery,
        lambda d: d.case.stage == Stage.DELIVERING or d.case.delivered_at is not None,
    ),
    "originals": Paper(
        "originals_return", _("原件退还单"), originals, _originals_there
    ),
    "label": Paper("label", _("条码标签"), label, lambda d: True, staff_only=True),
    "case-sheet": Paper(
        "case_sheet", _("转录单"), case_sheet,
        lambda d: d.case.accepted_at is not None and d.open, staff_only=True,
    ),
}  # fmt: skip


def offered(d: Dossier, *, staff: bool) -> list[dict[str, Any]]:
    """The documents that apply now."""
    return [
        {"name": name, "label": paper.label}
        for name, paper in PAPERS.items()
        if (staff or not paper.staff_only) and paper.applies(d)
    ]


def sheet(d: Dossier, name: str, *, staff: bool, code: bool) -> tuple[str, Sheet]:
    """Template and facts of a document; Unseen when there is no such one, Refused when it does
    not apply to this case now."""
    paper = PAPERS.get(name)
    if paper is None or (paper.staff_only and not staff):
        raise Unseen("print")
    if not paper.applies(d):
        text = _("这个办件现在没有“%(name)s”。") % {"name": paper.label}
        raise Refused("print", text)
    return paper.template, paper.facts(Facts(d, code=code))
