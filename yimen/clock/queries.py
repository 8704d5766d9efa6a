"""Questions about calendars: which are in force now, which there have been."""

from __future__ import annotations

from dataclasses import dataclass, field

from yimen.clock.models import CalendarDay, CalendarVersion
from yimen.clock.shipped import shipped_editions
from yimen.ledger.editions import Kept
from yimen.lib.workdays import Calendar, DayRule, Edition, merge


@dataclass(frozen=True)
class Shelf:
    """Every calendar in force at one moment. Ask once, then serve any number of places."""

    serial: int
    editions: tuple[Edition, ...]
    _made: dict[str, Calendar] = field(default_factory=dict, repr=False, compare=False)

    def calendar(self, place: str = "") -> Calendar:
        """The calendar of a place; places with the same local changes share one."""
        narrowest = max(
            (e.place for e in self.editions if place.startswith(e.place)), key=len, default=""
        )
        if narrowest not in self._made:
            self._made[narrowest] = merge(self.editions, narrowest, self.serial)
        return self._made[narrowest]

    def edition(self, year: int, place: str = "") -> Edition | None:
        """What is in force for one year of exactly this place."""
        return next((e for e in self.editions if (e.year, e.place) == (year, place)), None)

    def with_edition(self, edition: Edition) -> Shelf:
        """The shelf as it would be after publishing `edition`."""
        others = [e for e in self.editions if (e.year, e.place) != (edition.year, edition.place)]
        return Shelf(self.serial, (*others, edition))


_shelf: Kept[str, Shelf] = Kept("clock", lambda _all: Shelf(latest_version(), _in_force()))


def shelf() -> Shelf:
    """The calendars in force, kept in memory until something is published."""
    return _shelf("")


def _in_force() -> tuple[Edition, ...]:
    """Shipped editions, and over them the newest published version of each year and place."""
    editions = {(e.place, e.year): e for e in shipped_editions()}
    newest = CalendarVersion.objects.order_by("place", "year", "-version").distinct("place", "year")
    editions.update({(e.place, e.year): e for e in with_days(list(newest))})
    return tuple(editions.values())


def with_days(versions: list[CalendarVersion]) -> list[Edition]:
    """Versions as values, their days read with one query."""
    days: dict[object, list[DayRule]] = {}
    rows = CalendarDay.objects.filter(version__in=versions).order_by("day")
    for version, day, is_off, name in rows.values_list("version", "day", "is_off", "name"):
        days.setdefault(version, []).append(DayRule(day, is_off, name))
    return [
        Edition(v.place, v.year, v.confirmed, tuple(days.get(v.id, ())), tuple(v.source), v.version)
        for v in versions
    ]


def calendar_for(place: str = "") -> Calendar:
    """The calendar of a place by its division code. For many places ask `shelf()` once."""
    return shelf().calendar(place)


def latest_version() -> int:
    """A number that grows with every publication: when it has grown, open terms are reckoned
    anew."""
    newest = CalendarVersion.objects.order_by("-serial").values_list("serial", flat=True).first()
    return newest or 0


def history(year: int, place: str = "") -> list[CalendarVersion]:
    """The versions published of one year and place, newest first."""
    return list(CalendarVersion.objects.filter(year=year, place=place).order_by("-version"))
