"""Work after the act."""

from __future__ import annotations

from typing import Any

from yimen.custody import actions
from yimen.custody.couriers import courier
from yimen.custody.models import Parcel
from yimen.lib.actor import system
from yimen.lib.time import now


def order(payload: dict[str, Any], *, key: str) -> None:
    """Ask the carrier for a parcel's number. Done already: nothing."""
    parcel = Parcel.objects.get(pk=payload["parcel"])
    if parcel.tracking:
        return
    number = courier().order(parcel)
    if number:
        actions.set_tracking(parcel, number, by=system(parcel.street, "courier"), at=now())
