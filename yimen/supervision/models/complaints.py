"""The noun of complaints against staff (GB/T 36113)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Left
from django.db.models.lookups import Exact, IsNull
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yimen.lib.ids import new_id


def _position(array: str, one: str) -> Func:
    """Where a value stands in an array; NULL when it is not in it."""
    return Func(F(array), F(one), function="array_position", output_field=models.IntegerField())


class Complaint(models.Model):
    """Somebody complains of somebody who works in a centre. `avoid` are the centre's body and its
    parts, which never learn of it; `accused` the accounts meant, as far as they are known. Whose
    complaint it is (`by_party`) is known where they signed in; `text`, `about` and `answer` go
    when the term of keeping is over."""

    class Channel(models.TextChoices):
        ONLINE = "online", pgettext_lazy("complaint", "网上")
        COUNTER = "counter", pgettext_lazy("complaint", "工作人员代记")

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("属实")
        PARTLY = "partly", _("部分属实")
        NOT = "not", _("不属实")
        UNKNOWN = "unknown", _("无法查清")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    number = models.CharField(max_length=9)
    code_index = models.CharField(max_length=64)  # keyed digest of the six digits
    centre = models.ForeignKey("places.ServicePoint", models.PROTECT, related_name="+")
    channel = models.CharField(max_length=7, choices=Channel)
    by_party = models.ForeignKey(
        "people.Party", models.PROTECT, null=True, blank=True, related_name="+"
    )
    happened_on = models.DateField(null=True, blank=True)
    about = models.CharField(max_length=80, blank=True)  # window, badge, what they look like
    text = models.TextField()
    salt = models.CharField(max_length=32)
    avoid = ArrayField(models.UUIDField(), default=list)
    accused = ArrayField(models.UUIDField(), default=list, blank=True)
    body = models.ForeignKey("bodies.Body", models.PROTECT, related_name="+")
    routing = models.JSONField(default=list)
    filed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    extended_at = models.DateTimeField(null=True, blank=True)
    extended_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(max_length=7, choices=Outcome, blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+"
    )
    warned_on = models.DateField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["street", "number"], name="complaint_number"),
            models.CheckConstraint(
                name="complaint_number_form", condition=Q(number__regex=r"^T\d{8}$")
            ),
            models.CheckConstraint(
                name="complaint_answered_whole",
                condition=Q(answered_at=None, answered_by=None, outcome="", answer="")
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(outcome=""),
            ),
            models.CheckConstraint(
                name="complaint_answer_has_words",
                condition=Q(answered_at=None) | ~Q(answer="") | Q(erased_at__isnull=False),
            ),
            # the office that handles it is none of those complained of, nor the person
            models.CheckConstraint(
                name="complaint_body_not_avoided",
                condition=Q(IsNull(_position("avoid", "body"), True)),
            ),
            models.CheckConstraint(
                name="complaint_not_answered_by_the_accused",
                condition=Q(answered_by=None)
                | Q(IsNull(_position("accused", "answered_by"), True)),
            ),
            models.CheckConstraint(
                name="complaint_not_extended_by_the_accused",
                condition=Q(extended_by=None)
                | Q(IsNull(_position("accused", "extended_by"), True)),
            ),
            models.CheckConstraint(
                name="complaint_erased_is_gone",
                condition=Q(erased_at=None) | Q(text="", about="", answer="", salt=""),
            ),
            models.CheckConstraint(
                name="complaint_in_street", condition=Q(Exact(Left("centre_id", 9), F("street")))
            ),
        ]
        indexes = [
            models.Index(fields=["body", "-filed_at", "-id"], name="complaint_body"),
            models.Index(fields=["street", "-filed_at", "-id"], name="complaint_street"),
            models.Index(fields=["due_at"], name="complaint_open", condition=Q(answered_at=None)),
            models.Index(fields=["number"], name="complaint_lookup"),
            GinIndex(fields=["avoid"], name="complaint_avoid"),
            GinIndex(fields=["accused"], name="complaint_accused"),
        ]

    @property
    def is_open(self) -> bool:
        return self.answered_at is None

    def __str__(self) -> str:
        return self.number
