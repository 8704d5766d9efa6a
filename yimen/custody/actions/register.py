"""A paper begins: it gets its barcode when it is taken in or made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yimen.custody import perms, rules
from yimen.custody.actions.steps import BodyRef, body_of, locked, must_hold, record
from yimen.custody.models import Paper
from yimen.ledger import rows
from yimen.lib.actor import Actor
from yimen.lib.errors import Forbidden
from yimen.lib.ids import new_id


@dataclass(frozen=True)
class NewPaper:
    """What is taken in: a name, how many, whether it must go back."""

    name: str
    sort: str = Paper.Sort.MATERIAL
    copies: int = 1
    must_return: bool = False


@transaction.atomic
def register_papers(
    case_number: str,
    papers: Iterable[NewPaper],
    *,
    street: str,
    body: BodyRef,
    by: Actor,
    at: datetime,
) -> list[Paper]:
    """Give each paper of a case its code; they lie with `body`, where the actor works."""
    holder = body_of(body, street)
    if not perms.may_move(by, holder.pk):
        raise Forbidden("paper_register", _("您不能替这个单位登记材料。"))
    wanted = list(papers)
    ids = sorted(new_id() for _one in wanted)  # the order of the list is the order of the papers
    made = [
        Paper(
            id=pk,
            street=street,
            code=code,
            case_number=case_number,
            sort=one.sort,
            name=one.name[:120],
            copies=max(1, one.copies),
            must_return=one.must_return,
            holder_id=holder.pk,
            holder_body=holder.code,
            holder_account=by.account,
            created_at=at,
            changed_at=at,
        )
        for one, code, pk in zip(wanted, _free_codes(street, len(wanted)), ids, strict=True)
    ]
    fields = [f.attname for f in Paper._meta.concrete_fields]
    rows.insert(Paper, [{name: getattr(paper, name) for name in fields} for paper in made])
    for paper in made:
        record(
            paper,
            "registered",
            by=by,
            at=at,
            sort=str(paper.sort),
            copies=paper.copies,
            must_return=paper.must_return,
            body=holder.code,
        )
    return made


def _free_codes(street: str, count: int) -> Sequence[str]:
    """Codes that no paper of the street has. The unique constraint has the last word."""
    free: set[str] = set()
    while len(free) < count:
        drawn = {rules.new_code(rules.PAPER, street) for _n in range(count - len(free))}
        taken = Paper.objects.filter(street=street, code__in=drawn).values_list("code", flat=True)
        free |= drawn - set(taken)
    return sorted(free)


@transaction.atomic
def file_under(papers: Iterable[Paper], case_number: str, *, by: Actor, at: datetime) -> int:
    """Papers that were taken in under the number of a visit belong to this case from now on; their
    codes and their chain stay. How many."""
    those = locked(papers)
    for paper in those:
        must_hold(paper, by)
        before = paper.case_number
        rows.update(Paper, {"id": paper.pk}, case_number=case_number, changed_at=at)
        paper.case_number, paper.changed_at = case_number, at
        record(paper, "filed_under", by=by, at=at, before=before)
    return len(those)
