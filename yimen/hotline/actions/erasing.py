"""Calls of somebody who is erased belong to nobody any more; what was said of the outcome goes too.
That there was a call, and how it ended, stays as a number. What partner units photographed goes with
the person, and by its own term."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from yimen.files.actions import erase as erase_file
from yimen.hotline.models import JobNote, LineCall, Recording, Ringing, Transfer
from yimen.lib.actor import Actor, system
from yimen.people.retention import Keep

GONE = "—"


class Holder:
    """Calls, transfers, photographs, for whoever erases persons (people.retention)."""

    codes: tuple[str, ...] = ("job.photo",)

    def keeps(self, parties: list[UUID], *, at: datetime) -> list[Keep]:
        return []

    def erase(self, parties: list[UUID], *, by: Actor, at: datetime) -> int:
        theirs = Transfer.objects.filter(request__case__applicant__in=parties)
        count = theirs.exclude(learned_at=None).update(outcome=GONE)
        calls = LineCall.objects.filter(number_of__in=parties)
        calls.filter(ended_at=None).update(draft={})
        count += _let_go(_photos().filter(case__applicant__in=parties), at)
        voices = Recording.objects.filter(call__number_of__in=parties, delete_at__gt=at)
        voices.update(delete_at=at)  # link and file go with the next round
        count += Ringing.objects.filter(number_of__in=parties).update(number_of=None)
        return count + calls.update(number_of=None)

    def tell(self, parties: list[UUID]) -> dict[str, Any]:
        mine = LineCall.objects.filter(number_of__in=parties).order_by("-rang_at")
        return {"calls": [{"at": c.rang_at, "outcome": c.outcome} for c in mine]}

    def due(self, code: str, *, before: datetime) -> int:
        return _photos().filter(case__closed_at__lt=before).count()

    def let_go(self, code: str, *, before: datetime, at: datetime, limit: int) -> int:
        return _let_go(_photos().filter(case__closed_at__lt=before)[:limit], at)


def _photos() -> QuerySet[JobNote]:
    """Photographs of jobs that are still kept, the oldest first."""
    kept = JobNote.objects.filter(sort=JobNote.Sort.PHOTO, file__erased_at=None)
    return kept.select_related("file").order_by("case__closed_at", "at", "id")


def _let_go(notes: QuerySet[JobNote], at: datetime) -> int:
    found = list(notes)
    for note in found:
        assert note.file is not None  # the database sees to it
        erase_file(note.file, by=system(note.street), at=at)
    return len(found)


HOLDER = Holder()
