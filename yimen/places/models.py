"""Nouns of places: divisions, service points, addresses, buildings."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yimen.ledger import editions
from yimen.lib.ids import new_id
from yimen.look.language import pick


class Division(models.Model):
    """One unit of the administrative tree. A child's code begins with its parent's."""

    class Level(models.TextChoices):
        CITY = "city", _("市")
        DISTRICT = "district", _("区")
        STREET = "street", _("街道")
        COMMITTEE = "committee", _("居村委")

    code = models.CharField(max_length=12, primary_key=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    level = models.CharField(max_length=9, choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    # street, town, township, zone; residents, villagers, similar: what the code's digits say
    kind = models.CharField(max_length=12, blank=True)
    # False for invented codes of a demonstration, which no real register knows
    assigned = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="division_code_fits_level",
                condition=Q(level="city", code__regex=r"^\d{2}$")
                | Q(level="district", code__regex=r"^\d{6}$")
                | Q(level="street", code__regex=r"^\d{9}$")
                | Q(level="committee", code__regex=r"^\d{12}$"),
            ),
            models.CheckConstraint(
                name="division_only_city_has_no_parent",
                condition=Q(level="city", parent=None) | (~Q(level="city") & ~Q(parent=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ServicePoint(models.Model):
    """A place with a counter: a centre or its branch. `hours` has a list of [from, to] for
    `weekday` and for `weekend` (which stands for statutory holidays too)."""

    code = models.CharField(max_length=11, primary_key=True)
    street = models.CharField(max_length=9)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    address = models.CharField(max_length=200)
    address_en = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    hours = models.JSONField(default=dict)
    serves = ArrayField(models.CharField(max_length=12), default=list)
    is_open = models.BooleanField(default=True)

    class Meta:
        triggers = [editions.marked("places")]
        indexes = [
            models.Index(fields=["street", "code"], name="service_point_street"),
            GinIndex(fields=["serves"], name="service_point_serves"),
        ]
        constraints = [
            models.CheckConstraint(
                name="service_point_code_in_street",
                condition=Q(code__regex=r"^\d{11}$") & Q(code__startswith=models.F("street")),
            )
        ]

    @property
    def label(self) -> str:
        """Its name in the reader's language."""
        return pick({"zh": self.name, "en": self.name_en})

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Address(models.Model):
    """An address by its parts; `text` is what is printed on an envelope. Coordinates are kept in
    WGS-84; `datum` says in which they came, for Chinese map providers give GCJ-02."""

    class Datum(models.TextChoices):
        WGS84 = "WGS-84", "WGS-84"
        GCJ02 = "GCJ-02", "GCJ-02"
        NONE = "", "—"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, related_name="+")
    road = models.CharField(max_length=60, blank=True)  # 路
    lane = models.CharField(max_length=20, blank=True)  # 弄
    number = models.CharField(max_length=20, blank=True)  # 号
    room = models.CharField(max_length=20, blank=True)  # 室
    text = models.CharField(max_length=200)
    lon = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    lat = models.DecimalField(max_digits=8, decimal_places=6, null=True, blank=True)
    datum = models.CharField(max_length=6, choices=Datum, blank=True)

    class Meta:
        indexes = [models.Index(fields=["street", "road", "lane"], name="address_parts")]
        constraints = [
            models.CheckConstraint(
                name="address_point_is_whole",
                condition=Q(lon=None, lat=None, datum="")
                | Q(lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90) & ~Q(datum=""),
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)  # an address is personal: never in a log line


class Building(models.Model):
    """An address of the community by which a place is found: a road, a lane, a house number, and the
    committee that it belongs to. Nobody lives here: rooms stand with the persons (`Address`)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    road = models.CharField(max_length=60)  # 路
    lane = models.CharField(max_length=20, blank=True)  # 弄
    number = models.CharField(max_length=20)  # 号
    key = models.CharField(max_length=300)  # the road as people type it: signs, pinyin, initials

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["street", "road", "lane", "number"], name="building_once"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        lane = f"{self.lane}弄" if self.lane else ""
        return f"{self.road}{lane}{self.number}号"
