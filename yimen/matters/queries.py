"""Questions to the catalogue: what is in force, and search over it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string

from yimen.ledger.editions import Kept
from yimen.lib.actor import Actor
from yimen.lib.errors import Unseen
from yimen.lib.time import today
from yimen.look.hits import Hit as Beside
from yimen.matters.content import Content, from_trusted
from yimen.matters.models import BlankForm, LifeEvent, Matter, MatterVersion, Unanswered
from yimen.matters.perms import may_edit
from yimen.matters.search import Hit, search

__all__ = ["Hit", "content_of", "current", "in_force", "life_event", "search", "visible_to"]

LIGHT = ("content", "words", "meaning")


def in_force(day: date | None = None, street: str = "") -> QuerySet[MatterVersion]:
    """The one version of each matter that holds on `day`: the city's matters, and those that the
    district and the street added."""
    day = day or today()
    over = Q(valid_to=None) | Q(valid_to__gt=day)
    places = ["", street[:6], street] if street else [""]
    return MatterVersion.objects.filter(
        over, status="published", valid_from__lte=day, matter__street__in=places
    )


def everywhere(day: date | None = None) -> QuerySet[MatterVersion]:
    """What is in force in any street: a public page by code shows it wherever it belongs."""
    day = day or today()
    over = Q(valid_to=None) | Q(valid_to__gt=day)
    return MatterVersion.objects.filter(over, status="published", valid_from__lte=day)


def _read(code: str) -> list[MatterVersion] | None:
    found = MatterVersion.objects.filter(matter_id=code, status="published")
    return list(found.defer("words", "meaning")) or None


# the published versions of a code, kept in memory; only to be read
_published: Kept[str, list[MatterVersion] | None] = Kept("matters", _read)


def current(code: str, day: date | None = None) -> MatterVersion:
    """The version of `code` in force on `day`; Unseen when there is none."""
    day = day or today()
    for version in _published(code) or ():
        if version.valid_from <= day and (version.valid_to is None or day < version.valid_to):
            return version
    raise Unseen("matter", code)


def content_of(version: MatterVersion) -> Content:
    """The content of a version as values."""
    return from_trusted(version.content)


def some(codes: Iterable[str], day: date | None = None) -> dict[str, MatterVersion]:
    """The versions in force of several codes, by code, in one query."""
    return {v.matter_id: v for v in everywhere(day).filter(matter_id__in=list(codes))}


def browse(chosen: Mapping[str, str]) -> list[MatterVersion]:
    """What is in force, narrowed by the filters, without the heavy columns."""
    found = in_force().defer(*LIGHT)
    if chosen.get("field"):
        found = found.filter(field=chosen["field"])
    if chosen.get("party"):
        found = found.filter(party__in=[chosen["party"], "any"])
    if chosen.get("event"):
        found = found.filter(life_events__contains=[chosen["event"]])
    return list(found.order_by("initials", "matter_id"))


def fits(row: MatterVersion, chosen: Mapping[str, str]) -> bool:
    """The same filters over one row that is already there."""
    return (
        chosen.get("field") in (None, "", row.field)
        and (not chosen.get("party") or row.party in (chosen["party"], "any"))
        and (not chosen.get("event") or chosen["event"] in row.life_events)
    )


def listed(*, after: str, limit: int) -> QuerySet[MatterVersion]:
    """What is in force by code, a page at a time."""
    return in_force().filter(matter_id__gt=after).defer(*LIGHT).order_by("matter_id")[:limit]


def life_events() -> list[LifeEvent]:
    """All life events in their order."""
    return list(LifeEvent.objects.all())


def life_event(key: str) -> LifeEvent:
    found = LifeEvent.objects.filter(key=key).first()
    if found is None:
        raise Unseen("life_event", key)
    return found


def blank_form(key: str) -> BlankForm:
    found = BlankForm.objects.filter(key=key).first()
    if found is None:
        raise Unseen("blank_form", key)
    return found


def departments(street: str = "") -> list[Any]:
    """The fields of affairs that have matters, with the names of their departments."""
    rows = in_force(street=street).values("field", "department", "department_en")
    return list(rows.distinct().order_by("field"))


def visible_to(actor: Actor) -> QuerySet[MatterVersion]:
    """What an editor sees: every version of the matters that are his to edit."""
    if actor.kind == "system":
        return MatterVersion.objects.all()
    if not may_edit(actor):
        return MatterVersion.objects.none()
    places = ["", actor.street[:6], actor.street]
    return MatterVersion.objects.filter(matter__street__in=places)


def versions(actor: Actor, code: str) -> list[MatterVersion]:
    """All versions of a matter, newest first; Unseen when there are none to see."""
    found = list(visible_to(actor).filter(matter_id=code).defer("words", "meaning"))
    if not found:
        raise Unseen("matter", code)
    return sorted(found, key=lambda v: -v.version)


def drafts(actor: Actor) -> list[MatterVersion]:
    """What waits to be published."""
    return list(visible_to(actor).filter(status="draft").defer(*LIGHT).order_by("matter_id"))


def answers(question: str) -> list[Beside]:
    """Articles that answer a question, from the house that keeps them."""
    found: list[Beside] = import_string(settings.YIMEN_ANSWERS)(question)
    return found


def matter(code: str) -> Matter | None:
    return Matter.objects.filter(code=code).first()


FEWEST = 3  # what fewer asked in a week could point to one of them
MOST_UNANSWERED = 100


def last_week(day: date) -> date:
    """The Monday of the week that has ended before `day`."""
    return day - timedelta(days=day.weekday() + 7)


def unanswered(week: date) -> tuple[list[Unanswered], int]:
    """What was asked and not found in a week and is not settled, the most asked first; and how
    many were asked too seldom to be shown."""
    rows = Unanswered.objects.filter(week=week, done_at=None)
    shown = rows.filter(count__gte=FEWEST).order_by("-count", "text")
    return list(shown[:MOST_UNANSWERED]), rows.filter(count__lt=FEWEST).count()


def asked_in_weeks(texts: Iterable[str], week: date) -> dict[str, int]:
    """In how many earlier weeks each text was asked as often: what comes back is worth more."""
    rows = Unanswered.objects.filter(text__in=list(texts), week__lt=week, count__gte=FEWEST)
    found: dict[str, int] = {}
    for text in rows.values_list("text", flat=True):
        found[text] = found.get(text, 0) + 1
    return found
