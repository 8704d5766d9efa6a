"""Nouns of training: courses, who must have them, sessions, certificates."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q, Value

from yimen.lib.ids import new_id
from yimen.look.language import pick
from yimen.workforce.models.posts import LONGEST, Post, in_street


class Course(models.Model):
    """What somebody learns before a post or while in it. A certificate of it is valid for so many
    months; None: for good. `pass_mark` of 100; 0 where there is no test."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=100, blank=True)
    before_post = models.BooleanField(default=False)
    valid_months = models.PositiveSmallIntegerField(null=True, blank=True)
    pass_mark = models.PositiveSmallIntegerField(default=60)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["street", "code"], name="course_code"),
            models.CheckConstraint(name="course_pass_mark", condition=Q(pass_mark__range=(0, 100))),
        ]

    @property
    def label(self) -> str:
        """Its name in the reader's language."""
        return pick({"zh": self.name, "en": self.name_en})

    def __str__(self) -> str:
        return f"{self.street} {self.code}"


class Requirement(models.Model):
    """A post asks for a certificate of a course, from a day on."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    post = models.ForeignKey(Post, models.PROTECT, related_name="requirements")
    course = models.ForeignKey(Course, models.PROTECT, related_name="requirements")
    valid_from = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["street", "post", "course"], name="requirement_once")
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Session(models.Model):
    """A course is held, at a place, from a moment to a moment; its hours count."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    course = models.ForeignKey(Course, models.PROTECT, related_name="sessions")
    place = models.ForeignKey("places.ServicePoint", models.PROTECT, related_name="+")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    room = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="session_ends_after_start",
                condition=Q(ends_at__gt=F("begins_at"))
                & Q(ends_at__lte=F("begins_at") + Value(LONGEST)),
            ),
            in_street("session_in_street"),
        ]
        indexes = [models.Index(fields=["street", "begins_at"], name="session_street")]

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.begins_at).total_seconds() // 60)

    def __str__(self) -> str:
        return str(self.pk)


class Certificate(models.Model):
    """Somebody has passed a course, or brought a paper that says so, until a day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    account = models.ForeignKey("people.Account", models.PROTECT, related_name="certificates")
    course = models.ForeignKey(Course, models.PROTECT, related_name="certificates")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    basis = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="certificate_ends_after_start",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
            )
        ]
        indexes = [
            models.Index(fields=["account", "course", "valid_from"], name="certificate_account"),
            models.Index(fields=["street", "valid_until"], name="certificate_ends"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
