"""Calls of somebody who is erased belong to nobody any more; what was said of the outcome, what
was added later, the text messages and the photographs (theirs and the partner units') go too, the latter also by their own terms.
That there was a call, and how it ended, stays as a number."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yimen.cases.models import Stage
from yimen.files.actions import erase as erase_file
from yimen.hotline.models import (
    AddedWords,
    Dispatch,
    HelpRequest,
    Inbound,
    JobNote,
    LineCall,
    Photo,
    Recording,
    Ringing,
    Transfer,
)
from yimen.lib.actor import Actor, system
from yimen.people.retention import Keep

GONE = "—"


PHOTO, TEXT, JOB = "help.photo", "help.message", "job.photo"


class Holder:
    """Calls, transfers, photographs and text messages, for whoever erases persons and keeps terms
    (people.retention)."""

    codes: tuple[str, ...] = (PHOTO, TEXT, JOB)

    def keeps(self, parties: list[UUID], *, at: datetime) -> list[Keep]:
        count = Inbound.objects.filter(sender__in=parties, state=Inbound.State.WAITING).count()
        return [Keep("help.message", _("有一条求助短信还没有处理"))] if count else []

    def erase(self, parties: list[UUID], *, by: Actor, at: datetime) -> int:
        theirs = Transfer.objects.filter(request__case__applicant__in=parties)
        count = theirs.exclude(learned_at=None).update(outcome=GONE)
        calls = LineCall.objects.filter(number_of__in=parties)
        calls.filter(ended_at=None).update(draft={})
        voices = Recording.objects.filter(call__number_of__in=parties, delete_at__gt=at)
        voices.update(delete_at=at)  # link and file go with the next round
        count += Ringing.objects.filter(number_of__in=parties).update(number_of=None)
        added = AddedWords.objects.filter(request__case__applicant__in=parties)
        count += added.update(text=GONE, where="")
        theirs_too = HelpRequest.objects.filter(case__applicant__in=parties)
        count += theirs_too.exclude(hurry="").update(hurry=GONE)
        sent = Dispatch.objects.filter(request__case__applicant__in=parties)
        for column in ("reason", "report"):
            count += sent.exclude(**{column: ""}).update(**{column: GONE})
        count += _forget(_photos().filter(case__applicant__in=parties), at)
        texts = Inbound.objects.filter(sender__in=parties)
        count += texts.update(text=GONE, sender=None)
        HelpRequest.objects.filter(reporter__in=parties).update(reporter=None)
        photos = Photo.objects.filter(request__case__applicant__in=parties)
        return count + _forget(photos, at) + calls.update(number_of=None)

    def tell(self, parties: list[UUID]) -> dict[str, Any]:
        mine = LineCall.objects.filter(number_of__in=parties).order_by("-rang_at")
        texts = Inbound.objects.filter(sender__in=parties).order_by("-received_at")
        photos = Photo.objects.filter(request__case__applicant__in=parties)
        return {
            "calls": [{"at": c.rang_at, "outcome": c.outcome} for c in mine],
            "texts": [{"at": m.received_at, "text": m.text} for m in texts],
            "photos": photos.filter(file__erased_at=None).count(),
        }

    def due(self, code: str, *, before: datetime) -> int:
        return _due(code, before).count()

    def let_go(self, code: str, *, before: datetime, at: datetime, limit: int) -> int:
        oldest = _due(code, before)[:limit]
        if code != TEXT:
            return _forget(oldest, at)
        found = oldest.values_list("pk", flat=True)
        return Inbound.objects.filter(pk__in=list(found)).update(text=GONE, sender=None)


def _photos() -> QuerySet[JobNote]:
    """Photographs of jobs that are still kept, the oldest first."""
    kept = JobNote.objects.filter(sort=JobNote.Sort.PHOTO, file__erased_at=None)
    return kept.select_related("file").order_by("case__closed_at", "at", "id")


def _due(code: str, before: datetime) -> QuerySet[Any]:
    """Photographs from the day that their case was closed, messages from when they were sorted."""
    if code == JOB:
        return _photos().filter(case__closed_at__lt=before)
    if code == PHOTO:
        rows = Photo.objects.filter(file__erased_at=None, request__case__closed_at__lt=before)
        return rows.filter(request__case__stage=Stage.CLOSED).order_by("request__case__closed_at")
    return Inbound.objects.filter(sorted_at__lt=before).exclude(text=GONE).order_by("sorted_at")


def _forget(photos: QuerySet[Any], at: datetime) -> int:
    found = [p.file for p in photos.select_related("file") if p.file and not p.file.erased_at]
    for file in found:
        erase_file(file, by=system(file.street), at=at)
    return len(found)


HOLDER = Holder()
