"""What stands in the navigation of the desk and on its landing page.

Each house offers a list of `Entry` (by habit `yimen/<house>/navigation.py`, name `DESK`) and is
named in settings.YIMEN_NAVIGATION. An entry shows when the actor holds one of the powers in
`can` and `when` agrees; hiding is a courtesy, the view itself asks `perms`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

from yimen.lib.actor import Actor, Can


@dataclass(frozen=True)
class Entry:
    """One place to go. `url` is a URL name; `key` the letter of its Alt shortcut; `figure` a
    function (actor) -> number for the landing tile (one cheap query, or None to show none)."""

    label: Any
    url: str
    key: str = ""
    can: tuple[Can, ...] = ()
    when: Callable[[Actor], bool] | None = None
    order: int = 50
    hint: Any = ""
    figure: Callable[[Actor], Any] | None = None
    tone: str = ""
    menu: bool = True  # False: only a tile on the landing page

    def shown_to(self, actor: Actor) -> bool:
        if self.can and not actor.can(*self.can):
            return False
        return self.when is None or self.when(actor)

    @property
    def href(self) -> str:
        try:
            return reverse(self.url)
        except NoReverseMatch:
            return ""


@dataclass(frozen=True)
class Link:
    """An entry as a page draws it."""

    label: Any
    href: str
    key: str = ""
    current: bool = False


@cache
def _registered(paths: tuple[str, ...]) -> tuple[Entry, ...]:
    found: list[Entry] = []
    for path in paths:
        found.extend(import_string(path))
    return tuple(sorted(found, key=lambda entry: entry.order))


def entries(actor: Actor) -> list[Entry]:
    """The entries that this actor may use, in order. A page not mounted here is left out."""
    registered = _registered(tuple(getattr(settings, "YIMEN_NAVIGATION", ())))
    return [entry for entry in registered if entry.shown_to(actor) and entry.href]


def desk_links(actor: Actor, path: str) -> list[Link]:
    """The desk's menu; the entry with the longest matching path is the current one."""
    menu = [entry for entry in entries(actor) if entry.menu]
    here = longest_prefix(path, (entry.href for entry in menu))
    return [Link(e.label, e.href, e.key, e.href == here) for e in menu]


def longest_prefix(path: str, hrefs: Iterable[str]) -> str:
    return max((href for href in hrefs if path.startswith(href)), key=len, default="")
