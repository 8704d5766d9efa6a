"""A question never comes back to somebody who is not there any more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.contacts.test_first_asked import CLOSING, MONDAY, TUESDAY, ask, offer, owner
from tests.notices.world import World
from yimen.bodies.models import Appointment
from yimen.contacts import actions, ticks
from yimen.notices.models import Message

pytestmark = pytest.mark.django_db


def test_it_comes_back_to_the_body_when_the_person_has_left(world: World) -> None:
    enquiry = ask(world)
    handover = offer(world, enquiry)
    actions.sign(handover, by=world["officer"], at=TUESDAY)
    Appointment.objects.filter(account=world.id_of("clerk")).update(
        valid_until=MONDAY.date().replace(year=2025)
    )
    assert ticks.bounce(CLOSING + timedelta(days=1)) == 1
    assert owner(enquiry) == (world.bodies["centre"].pk, None)
    told = Message.objects.get(template="enquiry.bounced")
    assert told.to_body_id == world.bodies["centre"].pk
    assert ticks.bounce(CLOSING + timedelta(days=2)) == 1
    enquiry.refresh_from_db()
    assert enquiry.urged == 1, "with the body alone it is with the first asked"
