"""Nouns of reports: what a day amounted to. Written by a tick, rebuilt at will; nothing else."""

from __future__ import annotations

from django.db import models

from yimen.lib.ids import new_id


def _id() -> models.UUIDField:
    return models.UUIDField(primary_key=True, default=new_id, editable=False)


def _count() -> models.PositiveIntegerField:
    return models.PositiveIntegerField(default=0)


class DailyFact(models.Model):
    """One day of one matter at one body. Cases count for the body that leads them, warnings and
    overdue days for the body that was late, questions for the body that answers for them."""

    id = _id()
    street = models.CharField(max_length=9)
    day = models.DateField()
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    matter_code = models.CharField(max_length=64, blank=True)  # "" for a question about no matter
    received = _count()
    accepted = _count()
    not_accepted = _count()
    decided = _count()
    on_time = _count()  # of those decided: by the promised day
    handling_days = _count()  # of those decided: working days from acceptance, summed
    delivered = _count()
    completed = _count()
    withdrawn = _count()
    overdue_days = _count()
    warned_yellow = _count()
    warned_red = _count()
    escalated = _count()
    unanswered_enquiries = _count()  # open at the end of the day, asked on an earlier working day

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["street", "day", "body", "matter_code"], name="fact_once"
            ),
            models.CheckConstraint(
                name="fact_on_time_of_decided", condition=models.Q(on_time__lte=models.F("decided"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.street} {self.day} {self.matter_code}"


class DailyWork(models.Model):
    """One day of one member of staff in one body: acts recorded by the power of a seat there
    (`working.WORK`), how many of them came after their term, how many out of hours."""

    id = _id()
    street = models.CharField(max_length=9)
    day = models.DateField()
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    served = _count()
    received = _count()
    accepted = _count()
    finished = _count()
    decided = _count()
    delivered = _count()
    answered = _count()
    scanned = _count()
    overdue = _count()
    overtime = _count()
    weighted = _count()  # in hundredths

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["street", "day", "account", "body"], name="work_once"),
        ]
        indexes = [models.Index(fields=["account", "day"], name="work_of_person")]

    def __str__(self) -> str:
        return f"{self.street} {self.day} {self.account_id}"


class OverdueDay(models.Model):
    """One working day that one case was late, charged to one body."""

    id = _id()
    street = models.CharField(max_length=9)
    day = models.DateField()
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["street", "day", "body", "case"], name="charge_once"),
        ]
        indexes = [models.Index(fields=["street", "body", "day"], name="charge_of_body")]

    def __str__(self) -> str:
        return f"{self.street} {self.day} {self.body_id}"


class CountedDay(models.Model):
    """A day that was counted, with facts or without any, and when."""

    day = models.DateField(primary_key=True)
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.day)
