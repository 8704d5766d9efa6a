"""The noun of this house: a file, and what is known about it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yimen.lib.ids import new_id


class File(models.Model):
    """One uploaded or produced document. `sha256` names the content in the store; two files with
    the same content share it. An erased file keeps its row, without its name."""

    class Scan(models.TextChoices):
        NONE = "none", _("未扫描病毒")
        CLEAN = "clean", _("已扫描，未发现病毒")
        INFECTED = "infected", _("发现病毒")
        FAILED = "failed", _("扫描未成功，将重试")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=160, blank=True)
    mime = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    purpose = models.CharField(max_length=64)  # a key of the house that owns it
    scan_state = models.CharField(max_length=8, choices=Scan, default=Scan.NONE)
    has_location = models.BooleanField(default=False)  # a photograph that says where it was taken
    created_at = models.DateTimeField()
    created_by = models.UUIDField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["sha256"], name="file_content", condition=Q(erased_at=None)),
            models.Index(
                fields=["created_at"],
                name="file_to_scan",
                condition=Q(scan_state__in=("none", "failed"), erased_at=None),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="file_digest", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(name="file_not_empty", condition=Q(size__gt=0)),
            models.CheckConstraint(
                name="file_erased_has_no_name", condition=Q(erased_at=None) | Q(name="")
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)  # the name may be personal

    @property
    def is_picture(self) -> bool:
        return self.mime.startswith("image/")
