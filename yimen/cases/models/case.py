"""The case itself, what was handed in with it, what it points to, and the counter of numbers."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from yimen.cases import secrets
from yimen.cases.models.words import Capacity, Channel, Ending, Mode, Outcome, Stage
from yimen.lib.crypto import blind
from yimen.lib.hashing import canonical
from yimen.lib.ids import new_id


def key() -> models.UUIDField:
    """The primary key of every row: made in Python, unique over every street."""
    return models.UUIDField(primary_key=True, default=new_id, editable=False)


def facts_digest(pk: str, facts: Any, box: bytes | memoryview | None) -> str:
    """The keyed digest of the answers of the case `pk`, the sealed ones (`secrets`) with them."""
    said = f"{pk}\x1f{canonical(facts).decode()}"
    values = secrets.opened(pk, box)
    return blind("case.facts", f"{said}\x1f{canonical(values).decode()}" if values else said)


class Bundle(models.Model):
    """What was handed in together: one visit or one life event. It has no state of its own."""

    id = key()
    street = models.CharField(max_length=9)
    sort = models.CharField(max_length=12, default="visit")  # visit | life_event
    event = models.CharField(max_length=30, blank=True)
    centre = models.ForeignKey("places.ServicePoint", on_delete=models.PROTECT)
    opened_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.sort} {self.id}"


class Case(models.Model):
    """One thing that somebody asks the community to settle.

    `centre` is where it was handed in, `accepting` the centre legally responsible for accepting
    it, `street` the responsible street, `place` the division code that routing goes by.
    """

    RECORDED: ClassVar[tuple[str, ...]] = (
        "kind", "matter_id", "centre_id", "accepting_id", "place", "mode", "channel",
        "applicant_id", "presenter_id", "capacity", "mandate_id", "bundle_id", "lead_id",
        "stage", "ending", "outcome", "accept_mode", "round", "received_at", "accepted_at",
        "decided_at", "delivered_at", "closed_at", "solved", "accept_by", "statutory_due_on",
        "promised_due_on", "due_provisional", "facts_digest", "external_number",
    )  # fmt: skip

    id = key()
    street = models.CharField(max_length=9)
    number = models.CharField(max_length=26, unique=True)
    kind = models.CharField(max_length=30)
    matter = models.ForeignKey("matters.MatterVersion", on_delete=models.PROTECT)
    matter_code = models.CharField(max_length=64)
    centre = models.ForeignKey("places.ServicePoint", on_delete=models.PROTECT, related_name="+")
    accepting = models.ForeignKey("places.ServicePoint", on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=12)
    mode = models.CharField(max_length=8, choices=Mode.choices)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    applicant = models.ForeignKey("people.Party", on_delete=models.PROTECT, related_name="+")
    presenter = models.ForeignKey(
        "people.Party", on_delete=models.PROTECT, related_name="+", null=True
    )
    capacity = models.CharField(max_length=8, choices=Capacity.choices, default=Capacity.SELF)
    mandate = models.ForeignKey(
        "people.Mandate", on_delete=models.PROTECT, related_name="+", null=True
    )
    bundle = models.ForeignKey(Bundle, on_delete=models.PROTECT, null=True, related_name="cases")
    lead = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    excluded_bodies = ArrayField(models.UUIDField(), default=list, blank=True)
    routing = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    secrets = models.BinaryField(null=True)  # see cases/secrets.py

    stage = models.CharField(max_length=13, choices=Stage.choices)
    ending = models.CharField(max_length=12, choices=Ending.choices, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    accept_mode = models.CharField(max_length=9, blank=True)  # expressed | deemed
    round = models.PositiveSmallIntegerField(default=1)
    solved = models.CharField(max_length=8, blank=True)  # yes | no | partly, by the applicant only
    received_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    accept_by = models.DateField(null=True)
    statutory_due_on = models.DateField(null=True)
    promised_due_on = models.DateField(null=True)
    due_provisional = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True)  # the earliest running term of the case
    yellow_at = models.DateTimeField(null=True)
    held = models.BooleanField(default=False)
    next_action_at = models.DateTimeField(null=True)
    calendar_version = models.BigIntegerField(default=0)

    enquiry_no = models.CharField(max_length=8, unique=True)
    enquiry_code = models.CharField(max_length=200)  # sealed
    external_number = models.CharField(max_length=60, blank=True)
    erased_at = models.DateTimeField(null=True)  # its words went; number and course stay

    version = models.PositiveIntegerField(default=1)
    seq = models.PositiveIntegerField(default=0)
    hash = models.BinaryField(max_length=32, default=bytes(32))

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="case_ending_when_closed",
                condition=Q(stage="closed", closed_at__isnull=False) & ~Q(ending="")
                | ~Q(stage="closed") & Q(ending="", closed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="case_accepted_has_mode",
                condition=Q(accepted_at__isnull=True, accept_mode="")
                | Q(accepted_at__isnull=False, accept_mode__in=["expressed", "deemed"]),
            ),
            models.CheckConstraint(
                name="case_handling_is_accepted",
                condition=~Q(stage__in=["handling", "decided", "delivering"])
                | Q(accepted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="case_outcome_when_decided",
                condition=Q(outcome="", decided_at__isnull=True)
                | ~Q(outcome="") & Q(decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="case_delivered_after_decided",
                condition=Q(delivered_at__isnull=True) | Q(decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="case_open_has_next_action",
                condition=Q(stage="closed") | Q(next_action_at__isnull=False) | Q(held=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_action_at", "id"],
                name="case_sweep",
                condition=Q(next_action_at__isnull=False),
            ),
            models.Index(
                fields=["calendar_version"], name="case_calendar", condition=~Q(stage="closed")
            ),
            models.Index(
                fields=["lead", "due_at", "id"], name="case_lead_open", condition=~Q(stage="closed")
            ),
            models.Index(
                fields=["centre", "due_at", "id"],
                name="case_centre_open",
                condition=~Q(stage="closed"),
            ),
            models.Index(
                fields=["accepting", "due_at", "id"],
                name="case_accepting_open",
                condition=~Q(stage="closed"),
            ),
            models.Index(fields=["street", "-received_at", "-id"], name="case_street_received"),
            models.Index(fields=["-received_at", "-id"], name="case_received"),
            models.Index(
                fields=["due_at", "id"], name="case_open_due", condition=~Q(stage="closed")
            ),
            # what an actor sees, one ordered range for each scope (sight.py)
            models.Index(fields=["lead", "-received_at", "-id"], name="case_lead_seen"),
            models.Index(fields=["centre", "-received_at", "-id"], name="case_centre_seen"),
            models.Index(fields=["accepting", "-received_at", "-id"], name="case_accepting_seen"),
            models.Index(fields=["applicant", "-received_at", "-id"], name="case_applicant_seen"),
            models.Index(fields=["presenter", "-received_at", "-id"], name="case_presenter_seen"),
            models.Index(
                fields=["street", "-received_at", "-id"],
                name="case_line_seen",
                condition=Q(kind__in=["request", "urgent_request"]),  # Kind.every_counter
            ),
            # the few cases that complain of a body
            GinIndex(
                fields=["excluded_bodies"], name="case_hidden", condition=~Q(excluded_bodies=[])
            ),
            models.Index(fields=["bundle"], name="case_bundle"),
            models.Index(
                fields=["kind", "closed_at"],
                name="case_to_erase",
                condition=Q(stage="closed", erased_at=None),
            ),
            models.Index(
                fields=["external_number"],
                name="case_external",
                condition=~Q(external_number=""),
            ),
        ]

    @property
    def facts_digest(self) -> str:
        """Proves the answers while they are kept; keyed, so that it tells nothing once they are
        erased."""
        return facts_digest(str(self.pk), self.facts, self.secrets)

    def __str__(self) -> str:
        return self.number


class Link(models.Model):
    """One case points to another."""

    id = key()
    street = models.CharField(max_length=9)
    from_case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links")
    to_case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="linked")
    sort = models.CharField(max_length=12)  # renews | continues | merged_into | about

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["from_case", "to_case", "sort"], name="link_once"),
            models.CheckConstraint(name="link_not_to_itself", condition=~Q(from_case=F("to_case"))),
        ]

    def __str__(self) -> str:
        return f"{self.from_case_id} {self.sort} {self.to_case_id}"


class Counter(models.Model):
    """The last serial given at a centre on a day. One row, one lock, no gaps inside a commit."""

    pk = models.CompositePrimaryKey("centre", "day")
    centre = models.CharField(max_length=11)
    day = models.DateField()
    last = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.centre} {self.day} {self.last}"
