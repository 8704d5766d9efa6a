"""Visits to a hall, known only to the house above: by settings.YIMEN_RATED_VISITS, a module with
`by_secret(secret) -> Rateable`, `of_ref(ref) -> Rateable`, `served(since) -> {centre: count}`,
`concerned(ref) -> ([person], stream)`; and for invitations `ended(since) -> QuerySet` of visits
whose `person` is known, `of_ticket(visit) -> Rateable`."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.conf import settings


def rated() -> Any:
    """The module that knows the visits."""
    return import_module(settings.YIMEN_RATED_VISITS)
