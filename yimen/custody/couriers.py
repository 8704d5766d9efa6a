"""Couriers: the socket for a carrier's system, a demonstration, and none at all.

A courier of one's own is a class with these two methods, named in YIMEN_COURIER. It is called by an
errand and by a tick, never inside an act, so it may be slow and may fail.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from yimen.custody import rules
from yimen.custody.models import Parcel
from yimen.custody.rules import Event


class Courier(Protocol):
    """A carrier's system."""

    carrier: str

    def order(self, parcel: Parcel) -> str:
        """Announce a parcel; the tracking number, or "" when people will type it in. Asked again for
        the same parcel, it must give the same number."""

    def track(self, parcel: Parcel, now: datetime) -> Iterable[Event]:
        """Everything reported about a parcel so far."""


class Demonstration:
    """An invented carrier: nothing leaves the program, time alone moves the parcel."""

    carrier = "demo"

    def order(self, parcel: Parcel) -> str:
        return f"DEMO{parcel.pk.int % 10**10:010d}"

    def track(self, parcel: Parcel, now: datetime) -> Iterable[Event]:
        return rules.demonstration_events(parcel.created_at, now)


class ByHand:
    """No carrier's system: numbers and states are typed in at the desk."""

    carrier = "ems"

    def order(self, parcel: Parcel) -> str:
        return ""

    def track(self, parcel: Parcel, now: datetime) -> Iterable[Event]:
        return ()


def courier() -> Courier:
    """The carrier of this installation."""
    made: Courier = import_string(settings.YIMEN_COURIER)()
    return made
