"""Nouns of custody: papers, their hops, transfers of several, parcels.

A body is kept by id (what powers refer to) and by code (what people read); neither is a foreign key,
because a paper may be with a body of another street.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yimen.custody.rules import Found
from yimen.lib.ids import new_id


class Parcel(models.Model):
    """One consignment of a case's results or originals by a courier."""

    class State(models.TextChoices):
        ORDERED = "ordered", _("已下单")
        PICKED_UP = "picked_up", _("已揽收")
        IN_TRANSIT = "in_transit", _("运输中")
        DELIVERED = "delivered", _("已签收")
        FAILED = "failed", _("投递未成功")
        RETURNED = "returned", _("已退回")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    case_number = models.CharField(max_length=44)
    carrier = models.CharField(max_length=40)
    tracking = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.ORDERED)
    sender_id = models.UUIDField()  # the body that sends
    created_at = models.DateTimeField()
    created_by = models.UUIDField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["street", "case_number"], name="parcel_case"),
            models.Index(
                fields=["changed_at", "id"],
                name="parcel_open",
                condition=~Q(state__in=("delivered", "returned")),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["street", "carrier", "tracking"],
                name="parcel_tracking",
                condition=~Q(tracking=""),
            ),
        ]

    def __str__(self) -> str:
        return self.tracking or str(self.pk)


class ParcelEvent(models.Model):
    """One report about a parcel; the same report twice is once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    parcel = models.ForeignKey(Parcel, models.PROTECT, related_name="events")
    state = models.CharField(max_length=12, choices=Parcel.State)
    at = models.DateTimeField()
    place = models.CharField(max_length=80, blank=True)
    by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["street", "parcel", "state", "at"], name="parcel_event"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.at:%Y-%m-%d %H:%M}"


class Paper(models.Model):
    """One paper (or bound set) of a case. `holder_*` has it or, in transit, answers for it;
    `to_*` is where it is going."""

    class Sort(models.TextChoices):
        MATERIAL = "material", pgettext_lazy("paper", "材料")
        ORIGINAL = "original", pgettext_lazy("paper", "原件")
        RESULT = "result", pgettext_lazy("paper", "结果")
        BUNDLE = "bundle", pgettext_lazy("paper", "卷宗")
        ARCHIVE = "archive", pgettext_lazy("paper", "档案")

    class State(models.TextChoices):
        HELD = "held", _("在手")
        IN_TRANSIT = "in_transit", _("在途")
        RETURNED = "returned", _("已退还")
        DELIVERED = "delivered", pgettext_lazy("paper", "已送达")
        ARCHIVED = "archived", pgettext_lazy("paper", "已归档")
        LOST = "lost", _("下落不明")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    code = models.CharField(max_length=16)
    case_number = models.CharField(max_length=44)
    sort = models.CharField(max_length=8, choices=Sort)
    name = models.CharField(max_length=120)
    copies = models.PositiveSmallIntegerField(default=1)
    must_return = models.BooleanField(default=False)
    holder_id = models.UUIDField()
    holder_body = models.CharField(max_length=64)
    holder_account = models.UUIDField(null=True, blank=True)
    to_id = models.UUIDField(null=True, blank=True)
    to_body = models.CharField(max_length=64, blank=True)
    parcel = models.ForeignKey(Parcel, models.PROTECT, null=True, blank=True, related_name="papers")
    state = models.CharField(max_length=10, choices=State, default=State.HELD)
    expected_by = models.DateTimeField(null=True, blank=True)
    missing_since = models.DateTimeField(null=True, blank=True)  # when the missing scan was told
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["street", "case_number"], name="paper_case"),
            models.Index(fields=["code"], name="paper_code"),
            models.Index(
                fields=["holder_id", "changed_at", "id"],
                name="paper_held",
                condition=Q(state="held"),
            ),
            models.Index(
                fields=["to_id", "expected_by"],
                name="paper_coming",
                condition=Q(state="in_transit"),
            ),
            models.Index(
                fields=["street", "expected_by", "id"],
                name="paper_expected",
                condition=Q(state="in_transit"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["street", "code"], name="paper_code_once"),
            models.CheckConstraint(
                name="paper_code_form", condition=Q(code__regex=r"^9[0-9]{15}$")
            ),
            models.CheckConstraint(name="paper_copies", condition=Q(copies__gte=1)),
            models.CheckConstraint(
                name="paper_going_somewhere",
                condition=(
                    Q(state="in_transit") & (Q(to_id__isnull=False) | Q(parcel__isnull=False))
                )
                | (~Q(state="in_transit") & Q(to_id=None, expected_by=None)),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Transfer(models.Model):
    """Several papers sent in one go, with one slip."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    code = models.CharField(max_length=16)
    from_id = models.UUIDField()
    from_body = models.CharField(max_length=64)
    to_id = models.UUIDField()
    to_body = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expected_by = models.DateTimeField(null=True)
    by = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["street", "sent_at", "id"], name="transfer_sent")]
        constraints = [
            models.UniqueConstraint(fields=["street", "code"], name="transfer_code_once"),
            models.CheckConstraint(
                name="transfer_code_form", condition=Q(code__regex=r"^8[0-9]{15}$")
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Hop(models.Model):
    """One movement of a paper: sent, and scanned on arrival. A hop to a person has no `to_*`
    but a `receiver`. Texts are erasable; the ledger keeps their digests, keyed by `salt`."""

    class Flag(models.TextChoices):
        NONE = "", ""
        BACK = Found.BACK.value, _("回到发出单位")
        ELSEWHERE = Found.ELSEWHERE.value, _("在别的单位扫到")
        UNANNOUNCED = Found.UNANNOUNCED.value, _("没有移交记录")
        FOUND = Found.LOST_FOUND.value, _("找回")
        BY_PARCEL = Found.BY_PARCEL.value, _("寄件退回")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    paper = models.ForeignKey(Paper, models.PROTECT, related_name="hops")
    transfer = models.ForeignKey(Transfer, models.PROTECT, null=True, related_name="hops")
    from_id = models.UUIDField()
    from_body = models.CharField(max_length=64)
    from_account = models.UUIDField(null=True)
    to_id = models.UUIDField(null=True)
    to_body = models.CharField(max_length=64, blank=True)
    to_account = models.UUIDField(null=True)
    found_id = models.UUIDField(null=True)  # where it was really scanned
    found_body = models.CharField(max_length=64, blank=True)
    flag = models.CharField(max_length=12, choices=Flag, blank=True)
    sent_at = models.DateTimeField()
    scanned_at = models.DateTimeField(null=True)
    by = models.UUIDField(null=True)
    receiver = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=300, blank=True)
    salt = models.CharField(max_length=32, blank=True)
    note_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["paper", "sent_at"], name="hop_chain"),
            models.Index(fields=["to_account", "-scanned_at"], name="hop_last_scans"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["street", "paper"], name="hop_one_open", condition=Q(scanned_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_body} - {self.to_body}"
