"""Nouns of the clock: what was announced about working days, version by version.

Rows are only ever added: migration 0002 makes the database refuse changes. The newest version of
a year and place is in force; `serial` orders all publications of all places.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from yimen.ledger import editions
from yimen.lib.ids import new_id


class CalendarVersion(models.Model):
    """One publication: a year of the whole country (place ""), or what one place changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    serial = models.PositiveIntegerField(unique=True)
    place = models.CharField(max_length=12, blank=True)  # "" or the first digits of codes
    year = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField()
    # a year of the country that was really announced; False: expected days, for guesses only
    confirmed = models.BooleanField()
    published_at = models.DateTimeField()
    published_by = models.UUIDField(null=True)  # the account; None is the product's own content
    source = ArrayField(models.TextField(), default=list, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        triggers = [editions.marked("clock")]
        constraints = [
            models.UniqueConstraint(
                name="calendar_version_once", fields=["place", "year", "version"]
            ),
            models.CheckConstraint(
                name="calendar_place_is_a_code", condition=Q(place__regex=r"^(\d{2,12})?$")
            ),
            models.CheckConstraint(
                name="calendar_only_the_country_announces",
                condition=Q(place="") | Q(confirmed=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place or 'CN'} {self.year} v{self.version}"


class CalendarDay(models.Model):
    """One day that is not what its weekday says."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(CalendarVersion, models.PROTECT, related_name="days")
    day = models.DateField()
    is_off = models.BooleanField()
    name = models.CharField(max_length=40, blank=True)

    class Meta:
        triggers = [editions.marked("clock")]
        constraints = [models.UniqueConstraint(name="calendar_day_once", fields=["version", "day"])]
