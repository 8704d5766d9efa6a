"""What a closed case says in words goes; its number, course and record stay (PIPL art. 19, 47)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yimen.cases.actions.verb import perform, verb
from yimen.cases.changes import Changes
from yimen.cases.dossier import Dossier
from yimen.cases.models import Case, Material, Note, Objection, Posting, Result, Stage, Task
from yimen.cases.perms import NO
from yimen.custody.actions import forget_words
from yimen.files.actions import erase as erase_file
from yimen.files.models import File
from yimen.lib.actor import Actor, system
from yimen.lib.time import local
from yimen.look.dates import cn_date
from yimen.people.retention import Keep, terms


@verb("erase", stages=(Stage.CLOSED,), may=lambda *_a, **_k: NO, machine_only=True)
def _erase(
    d: Dossier, ch: Changes, *, by: Actor, at: datetime, because: str = "", **_args: Any
) -> None:
    """Answers, notes, findings, postings, objections and files. The entry says what the answers'
    digest is from now on, so that the record still proves the row."""
    case = d.case
    ch.case(facts={}, secrets=None, erased_at=at)
    ch.data["erased"] = because
    Note.objects.filter(case=case, erased_at=None).update(body="", salt="", erased_at=at)
    Objection.objects.filter(posting__case=case).update(text="", contact="", answer="")
    Posting.objects.filter(case=case).update(text="")
    Task.objects.filter(case=case).exclude(findings={}).update(findings={})
    forget_words(case.number)
    _files(case, at)


def _files(case: Case, at: datetime) -> None:
    """Scans of this case, unless another case that is whole still rests on the same file."""
    mine = Material.objects.filter(case=case, file__isnull=False).values_list("file", flat=True)
    others = Material.objects.filter(file__in=list(mine), case__erased_at=None).exclude(case=case)
    still = set(others.values_list("file", flat=True))
    for file in File.objects.filter(pk__in=[f for f in mine if f not in still], erased_at=None):
        erase_file(file, by=system(case.street), at=at)


def _of(parties: list[UUID]) -> QuerySet[Case]:
    return Case.objects.filter(Q(applicant__in=parties) | Q(presenter__in=parties))


class Holder:
    """Cases, for whoever erases persons and keeps terms (people.retention)."""

    @property
    def codes(self) -> tuple[str, ...]:
        """One for each kind of case that the settings name."""
        return tuple(f"case.{kind}" for kind in settings.YIMEN_KINDS)

    def keeps(self, parties: list[UUID], *, at: datetime) -> list[Keep]:
        found = []
        if open_ones := _of(parties).exclude(stage=Stage.CLOSED).count():
            sentence = _("有 %(n)d 件还没有办结，先办结或撤回") % {"n": open_ones}
            found.append(Keep("case.open", sentence))
        valid = Result.objects.filter(holder__in=parties, state=Result.State.VALID).filter(
            Q(valid_until=None) | Q(valid_until__gte=local(at).date())
        )
        if count := valid.count():
            sentence = _("有 %(n)d 份证明或结果还有效，删除后无法再核验持有人") % {"n": count}
            found.append(Keep("case.result", sentence))
        return found + self._by_term(parties, at)

    def _by_term(self, parties: list[UUID], at: datetime) -> list[Keep]:
        closed = _of(parties).filter(stage=Stage.CLOSED, erased_at=None)
        known = terms()
        ends = [
            known[f"case.{kind}"].until(ended)
            for kind, ended in closed.values_list("kind", "closed_at")
            if ended is not None
        ]
        ends = [end for end in ends if end > at]
        if not ends:
            return []
        sentence = _("有 %(n)d 件办结材料要依法保存到 %(day)s，届时自动删除") % {
            "n": len(ends), "day": cn_date(max(ends)),
        }  # fmt: skip
        return [Keep("case.term", sentence, max(ends))]

    def erase(self, parties: list[UUID], *, by: Actor, at: datetime) -> int:
        """Only what no term keeps is left by now."""
        numbers = _of(parties).filter(stage=Stage.CLOSED, erased_at=None)
        return self._perform(numbers.values_list("number", flat=True), "person", at)

    def _perform(self, numbers: Any, because: str, at: datetime) -> int:
        found = list(numbers)
        for number in found:
            perform(number, "erase", by=system(), at=at, because=because)
        return len(found)

    def tell(self, parties: list[UUID]) -> dict[str, Any]:
        """Own cases with the answers given, the words one may read, and the papers."""
        cases = Case.objects.filter(applicant__in=parties).select_related("matter")
        cases = cases.defer("matter__content").prefetch_related("materials", "notes")
        return {
            "cases": [
                {
                    "number": c.number, "matter": c.matter.name, "stage": c.stage,
                    "ending": c.ending, "outcome": c.outcome, "received_at": c.received_at,
                    "closed_at": c.closed_at, "answers": c.facts,
                    "materials": [[m.code, m.status] for m in c.materials.all()],
                    "words": [n.body for n in c.notes.all() if n.public and n.body],
                }
                for c in cases.order_by("-received_at")
            ]
        }  # fmt: skip

    def _due(self, code: str, before: datetime) -> QuerySet[Case]:
        """A result that is still valid keeps its case whole."""
        kind = code.removeprefix("case.")
        ended = Case.objects.filter(stage=Stage.CLOSED, erased_at=None, closed_at__lt=before)
        return ended.filter(kind=kind).exclude(results__state=Result.State.VALID)

    def due(self, code: str, *, before: datetime) -> int:
        return self._due(code, before).count()

    def let_go(self, code: str, *, before: datetime, at: datetime, limit: int) -> int:
        oldest = self._due(code, before).order_by("closed_at").values_list("number", flat=True)
        return self._perform(oldest[:limit], "term", at)


HOLDER = Holder()
