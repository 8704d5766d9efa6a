"""What the doors show: centres, life events and everyday matters, hits of every house."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from yimen.lib.actor import Actor
from yimen.look.hits import Hit

PER_HOUSE = 20
LONGEST = 100


def search(actor: Actor, text: str) -> list[Hit]:
    """What every house finds, each under its own `visible_to`; exact numbers first."""
    text = " ".join(text.split())[:LONGEST]
    if not text:
        return []
    found = [hit for ask in providers() for hit in islice(ask(actor, text), PER_HOUSE)]
    return sorted(found, key=lambda hit: not hit.exact)


def providers() -> list[Callable[[Actor, str], Iterable[Hit]]]:
    return [import_string(path) for path in settings.YIMEN_SEARCH]


def straight_to(hits: list[Hit]) -> str:
    """Where a scanned number leads, when exactly one thing bears it."""
    exact = [hit for hit in hits if hit.exact]
    return exact[0].href if len(exact) == 1 else ""


def grouped(hits: Iterable[Hit]) -> list[tuple[str, list[Hit]]]:
    """Hits by their sort, in the order in which the sorts came."""
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(str(hit.sort), []).append(hit)
    return list(groups.items())


def popular() -> list[dict[str, Any]]:
    """The everyday matters that the centre put on its front page (settings.YIMEN_POPULAR)."""
    return []


def life_events() -> list[dict[str, Any]]:
    """The life events that are handled as one."""
    return []
