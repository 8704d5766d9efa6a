"""Whose turn it was: what came of a visit is told to the house that keeps the tickets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from yimen.lib.actor import Actor


def tell_turn(
    turn: UUID, numbers: Sequence[str], matters: Sequence[str], *, by: Actor, at: datetime
) -> None:
    """In the transaction of the visit: the numbers of its cases, and their matters in that order.
    Raises what the house above raises (Invalid for a turn that is not the actor's to serve)."""
    for dotted in settings.YIMEN_VISIT_SENT:
        import_string(dotted)(turn, numbers, matters, by=by, at=at)


def tell_draft(draft: UUID, numbers: Sequence[str], *, by: Actor, at: datetime) -> None:
    """In the transaction of the visit: a draft that a house above had opened was handed in."""
    for dotted in settings.YIMEN_DRAFT_SENT:
        import_string(dotted)(draft, numbers, by=by, at=at)
