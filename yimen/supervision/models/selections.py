"""Nouns of commending (评选): a quarter's selection, who is proposed, objections to the posting."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yimen.lib.ids import new_id


class Selection(models.Model):
    """Model windows, or commended staff, of a street in a quarter. Proposed, posted with figures
    and formula, objected to, decided by a named body. `weights` are those of the day it began."""

    class Sort(models.TextChoices):
        WINDOW = "window", _("示范窗口")
        STAFF = "staff", _("服务标兵")

    class State(models.TextChoices):
        PROPOSING = "proposing", pgettext_lazy("selection", "推荐中")
        POSTED = "posted", pgettext_lazy("selection", "公示中")
        DECIDED = "decided", pgettext_lazy("selection", "已评定")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    sort = models.CharField(max_length=6, choices=Sort)
    quarter = models.DateField()  # its first day
    body = models.ForeignKey("bodies.Body", models.PROTECT, related_name="+")  # that decides
    weights = models.JSONField()
    opened_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.PROPOSING)
    posted_at = models.DateTimeField(null=True, blank=True)
    object_until = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["street", "sort", "quarter"], name="selection_once"),
            models.CheckConstraint(
                name="selection_of_a_quarter",
                condition=Q(quarter__day=1, quarter__month__in=[1, 4, 7, 10]),
            ),
            models.CheckConstraint(
                name="selection_in_order",
                condition=Q(state="proposing", posted_at=None, decided_at=None)
                | Q(state="posted", object_until__gt=F("posted_at"), decided_at=None)
                | Q(
                    state="decided", decided_at__gt=F("object_until"), decided_by__isnull=False,
                    posted_at__isnull=False,
                ),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["street", "-quarter", "-id"], name="selection_street")]

    def __str__(self) -> str:
        return f"{self.street} {self.sort} {self.quarter}"


class Candidate(models.Model):
    """A window or a person proposed. `figures`, `place` and `score` are those of the posting."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    selection = models.ForeignKey(Selection, models.PROTECT, related_name="candidates")
    code = models.CharField(max_length=13)  # of the window, or a number in this selection
    name = models.CharField(max_length=120)  # as it is published
    window = models.ForeignKey(
        "counters.Window", models.PROTECT, null=True, blank=True, related_name="+"
    )
    account = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+"
    )
    centre = models.ForeignKey("places.ServicePoint", models.PROTECT, related_name="+")
    why = models.CharField(max_length=300)
    proposed_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    figures = models.JSONField(default=dict, blank=True)
    place = models.PositiveSmallIntegerField(null=True, blank=True)
    score = models.CharField(max_length=8, blank=True)
    chosen = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["selection", "code"], name="candidate_code"),
            models.UniqueConstraint(fields=["selection", "window"], name="candidate_window_once"),
            models.UniqueConstraint(fields=["selection", "account"], name="candidate_person_once"),
            models.CheckConstraint(
                name="candidate_is_one_thing",
                condition=Q(window__isnull=False, account=None)
                | Q(window=None, account__isnull=False),
            ),
            models.CheckConstraint(
                name="candidate_not_by_oneself",
                condition=Q(account=None) | ~Q(account=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="candidate_chosen_was_placed",
                condition=Q(chosen=False) | Q(place__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class PostingObjection(models.Model):
    """Somebody objects to a posting, without a name; the deciding body answers, publicly."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    selection = models.ForeignKey(Selection, models.PROTECT, related_name="objections")
    text = models.TextField()
    at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="posting_objection_answered_whole",
                condition=Q(answered_at=None, answered_by=None, answer="")
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer=""),
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
