"""A courier that is invented, and a working day to send things on."""

import pytest

from yimen.lib import time


@pytest.fixture(autouse=True)
def settled(settings):
    settings.YIMEN_COURIER = "yimen.custody.couriers.Demonstration"
    settings.YIMEN_CUSTODY_HOURS = 4
    settings.YIMEN_PARCEL_DELIVERED = []


@pytest.fixture
def monday():
    """Monday morning, 23 November 2026."""
    with time.at("2026-11-23 10:00") as moment:
        yield moment
