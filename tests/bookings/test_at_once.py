"""Many at once for the last places: never one too many, on the database."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from django.db import connection

from tests.bookings.conftest import MONDAY, desk
from tests.bookings.test_booking import TUESDAY_TEN
from tests.cast import STREET, actor, load_cast
from yimen.bookings import actions
from yimen.bookings.models import Booking
from yimen.ledger.verify import verify
from yimen.lib.actor import system
from yimen.lib.errors import Refused
from yimen.people.actions import find_or_register

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "journal"])


def test_twelve_people_and_two_places(transactional_db: None) -> None:
    load_cast()
    resource, clerk = desk(), actor("clerk")
    people = [
        find_or_register(
            STREET, name=f"甲{n}", id_type="other", id_number=f"T-{n}", by=system(STREET), at=MONDAY
        )  # fmt: skip
        for n in range(12)
    ]
    outcome: Counter[str] = Counter()
    ready = threading.Barrier(len(people))

    def one(person) -> None:
        try:
            ready.wait(20)
            actions.book(resource, person=person, starts=TUESDAY_TEN, channel="phone", by=clerk, at=MONDAY)  # fmt: skip
            outcome["booked"] += 1
        except Refused as refusal:
            outcome[refusal.code] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(p,)) for p in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcome == {"booked": 2, "full": 10}
    assert sorted(Booking.objects.values_list("seat", flat=True)) == [1, 2]
    assert verify().fault is None
