"""Nouns of house order: what a hall keeps ready, and what a day's look at it found."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from yimen.lib.ids import new_id
from yimen.look.language import pick
from yimen.workforce.models.posts import in_street


class Facility(models.Model):
    """What a hall keeps ready for whoever needs it: glasses, a wheelchair, water."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    place = models.ForeignKey("places.ServicePoint", models.PROTECT, related_name="facilities")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "facilities"
        constraints = [
            models.UniqueConstraint(fields=["street", "place", "code"], name="facility_code"),
            in_street("facility_in_street"),
        ]

    @property
    def label(self) -> str:
        """Its name in the reader's language."""
        return pick({"zh": self.name, "en": self.name_en})

    def __str__(self) -> str:
        return f"{self.place_id} {self.code}"


class Check(models.Model):
    """What was found of a facility on a day; looked at again, the later finding stands."""

    class State(models.TextChoices):
        OK = "ok", pgettext_lazy("facility", "齐全可用")
        MISSING = "missing", pgettext_lazy("facility", "缺少")
        BROKEN = "broken", pgettext_lazy("facility", "损坏")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="checks")
    day = models.DateField()
    state = models.CharField(max_length=7, choices=State)
    by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["street", "facility", "day"], name="check_once_a_day"),
            models.CheckConstraint(
                name="check_state_known", condition=Q(state__in=["ok", "missing", "broken"])
            ),
        ]
        indexes = [models.Index(fields=["street", "day"], name="check_day")]

    def __str__(self) -> str:
        return str(self.pk)
