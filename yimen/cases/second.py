"""Second numbers: other systems know some of our cases by numbers and clocks of their own. What they
are, a house above knows (settings.YIMEN_SECOND_NUMBERS)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from yimen.lib.actor import Actor


@dataclass(frozen=True)
class Second:
    """A number of another system for a case and its clock. `href` is where the actor finds more."""

    system: str
    number: str
    colour: str
    words: str
    due_at: datetime | None
    href: str = ""


def seconds(actor: Actor, cases: Iterable[UUID]) -> dict[UUID, list[Second]]:
    """The second numbers of these cases, which the actor may see: one query."""
    found: dict[UUID, list[Second]] = _asked().seconds(actor, list(cases))
    return found


def behind(number: str) -> QuerySet[Any]:
    """The ids of the cases that another system knows by this number, whoever may see them."""
    rows: QuerySet[Any] = _asked().behind(number)
    return rows


def _asked() -> Any:
    return import_string(settings.YIMEN_SECOND_NUMBERS)
