"""Content for the clock: the shipped calendars, put into force where nobody published others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.utils.translation import gettext as _

from yimen.clock import actions, editions
from yimen.clock.models import CalendarVersion
from yimen.clock.shipped import shipped_editions
from yimen.lib.actor import system
from yimen.lib.time import now
from yimen.lib.workdays import Edition


def _quiet(_line: str) -> None:
    """Tells nobody."""


def load(*paths: Path, say: Callable[[str], None] = _quiet) -> int:
    """Publish calendar files, by default the shipped ones. What a person published stays; a file
    that brings nothing new is left out, so that a second run does nothing."""
    given = [editions.from_json(Path(p).read_text(encoding="utf-8")) for p in paths]
    by, at, count = system(), now(), 0
    newest = _newest()
    for edition in given or shipped_editions():
        if edition.days and _brings_something(edition, newest, asked=bool(paths)):
            actions.publish(edition, by=by, at=at)
            count += 1
    say(_("工作日历：发布 %(count)d 个年度。") % {"count": count})
    return count


def _newest() -> dict[tuple[str, int], CalendarVersion]:
    rows = CalendarVersion.objects.order_by("place", "year", "-version").distinct("place", "year")
    return {(v.place, v.year): v for v in rows}


def _brings_something(
    edition: Edition, newest: dict[tuple[str, int], CalendarVersion], *, asked: bool
) -> bool:
    there = newest.get((edition.place, edition.year))
    if there is None:
        return True
    by_a_person = there.published_by is not None and not asked
    return not by_a_person and there.digest != editions.edition_digest(edition)


def demo(*_paths: Path, say: Callable[[str], None] = _quiet) -> int:
    """The demonstration uses the real calendars."""
    return load(say=say)
