"""Questions about places. Places are public: nobody is refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Q, QuerySet, When
from django.db.models.functions import Length

from yimen.clock.queries import calendar_for
from yimen.ledger.editions import Kept
from yimen.lib.time import local
from yimen.lib.workdays import UnannouncedYear
from yimen.places import rules
from yimen.places.models import Building, Division, ServicePoint
from yimen.places.rules import parent_of

_points: Kept[str, dict[str, ServicePoint]] = Kept(
    "places", lambda _all: {p.code: p for p in ServicePoint.objects.order_by("code")}
)


def points() -> dict[str, ServicePoint]:
    """Every service point by code, kept in memory; only to be read."""
    return _points("")


def centres(street: str = "") -> QuerySet[ServicePoint]:
    """The service points that are open to the public, of one street or of all."""
    found = ServicePoint.objects.filter(is_open=True).order_by("street", "code")
    return found.filter(street=street) if street else found


def centre_for(division: str) -> ServicePoint | None:
    """The service point that serves a committee; else the first of its street."""
    serving = ServicePoint.objects.filter(serves__contains=[division], is_open=True)
    return serving.order_by("code").first() or centres(division[:9]).first()


def parts_of(code: str) -> QuerySet[Division]:
    """The divisions directly below."""
    return Division.objects.filter(parent_id=code).order_by("code")


def committees(street: str) -> QuerySet[Division]:
    """The residents' and villagers' committees of a street."""
    return Division.objects.filter(parent_id=street, level="committee").order_by("code")


def streets(district: str = "") -> QuerySet[Division]:
    found = Division.objects.filter(level="street").order_by("code")
    return found.filter(parent_id=district) if district else found


def path_to(code: str) -> list[Division]:
    """The divisions from the city down to `code`, in one query."""
    codes: list[str] = []
    above: str | None = code
    while above:
        codes.append(above)
        above = parent_of(above)
    return list(Division.objects.filter(code__in=codes).order_by("code"))


def names(codes: Iterable[str]) -> dict[str, dict[str, str]]:
    """Names in both languages by code, in one query."""
    rows = Division.objects.filter(code__in=set(codes)).values_list("code", "name", "name_en")
    return {code: {"zh": zh, "en": en or zh} for code, zh, en in rows}


def centre_cards() -> list[dict[str, Any]]:
    """Every open centre with its street and the neighbourhoods that it serves: two queries."""
    points = list(centres())
    known = names(code for point in points for code in (point.street, *point.serves))
    return [
        {
            "point": point,
            "street": known.get(point.street, {}),
            "serves": [known[code] for code in point.serves if code in known],
        }
        for point in points
    ]


def works_on(centre: ServicePoint, day: date) -> bool:
    """Is it a working day there? A year not announced goes by the weekday, for the door's hours."""
    try:
        return calendar_for(centre.street).is_working(day)
    except UnannouncedYear:
        return day.weekday() < 5


def is_open_at(centre: ServicePoint, at: datetime) -> bool:
    """Are the doors open: the centre's own hours, weekends and holidays included."""
    here = local(at)
    works = works_on(centre, here.date())
    return centre.is_open and rules.is_open(centre.hours, f"{here:%H:%M}", works)


def find_buildings(typed: str, street: str = "", limit: int = 8) -> list[Building]:
    """Buildings for what somebody types, the closest first: words of the road (signs, pinyin or its
    initials), then lane and number or the number alone. Of one street, or of all."""
    asked = rules.typed_address(typed)
    if not asked.words and not asked.numbers:
        return []
    rows = Building.objects.filter(street=street) if street else Building.objects.all()
    for word in asked.words:
        rows = rows.filter(key__contains=word)
    order = ("road", Length("lane"), "lane", Length("number"), "number")
    if asked.numbers:
        first = asked.numbers[0]
        whole = When(lane=first, then=0), When(lane="", number=first, then=0)
        rows = rows.filter(_numbered(asked)).annotate(near=Case(*whole, default=1))
        rows = rows.order_by("near", *order)
    else:
        rows = rows.order_by(*order)
    return list(rows.select_related("division")[:limit])


def _numbered(asked: rules.Typed) -> Q:
    """One number may be a lane or a house still being typed; of two the first is whole."""
    first, *more = asked.numbers
    if not more:
        lane = Q(lane=first) if asked.lane else Q(lane__startswith=first)
        return lane if asked.lane else lane | Q(lane="", number__startswith=first)
    second = Q(number=more[0]) if more[1:] else Q(number__startswith=more[0])
    lane = Q(lane=first) & second
    return lane if asked.lane else lane | Q(lane="", number=first)
