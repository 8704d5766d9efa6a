"""The demonstration's questions show every state a desk has to deal with."""

from __future__ import annotations

import pytest

from tests.cast import account, body
from yimen.contacts import loaders
from yimen.contacts.models import Enquiry, Handover
from yimen.lib import time

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]


def test_answered_open_handed_over_and_come_back() -> None:
    with time.at("2026-11-28 10:00"):  # a Saturday: the days before it count
        assert loaders.demo() == 5
        assert loaders.demo() == 0
    assert Enquiry.objects.filter(state="answered").count() == 1
    assert Enquiry.objects.filter(state="open", owner_account=account("officer5")).count() == 1
    waiting = Handover.objects.get(state=Handover.State.OFFERED)
    assert waiting.to_body_id == body("bo-medical-insurance").pk
    back = Handover.objects.exclude(state__in=["offered", "signed"]).get()
    assert back.enquiry.owner_account_id == account("clerk2").pk
    assert (
        not Enquiry.objects.filter(due_at__lt="2026-11-27T01:00:00Z", state="open")
        .exclude(pk=back.enquiry_id)
        .exists()
    )
