"""What the doors show: centres, life events and everyday matters, hits of every house."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from yimen.lib.actor import Actor
from yimen.look.hits import Hit
from yimen.look.language import pick
from yimen.matters import queries as matters

PER_HOUSE = 20
LONGEST = 100
ICONS = {"birth": "birth", "death": "death", "retirement": "retirement"}


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
    codes = settings.YIMEN_POPULAR
    found = matters.some(codes)
    return [
        {
            "name": pick({"zh": row.name, "en": row.name_en}),
            "department": pick({"zh": row.department, "en": row.department_en}),
            "href": reverse("matters:guide", args=[code]),
        }
        for code in codes
        if (row := found.get(code))
    ]


def life_events() -> list[dict[str, Any]]:
    """The moments of life for which one form does for several matters."""
    return [
        {
            "name": pick(event.content.get("name")),
            "lead": pick(event.content.get("lead")),
            "icon": ICONS.get(event.key, "family"),
            "href": reverse("matters:life_event", args=[event.key]),
        }
        for event in matters.life_events()
    ]
