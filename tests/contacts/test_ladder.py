"""The ladder of consultation: service desk, window, officer in charge (AFF-11)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.cast import account, actor, body
from yimen.contacts import actions, forms, queries, ticks
from yimen.contacts.models import Enquiry, Handover
from yimen.lib import time as clock
from yimen.lib.errors import Forbidden
from yimen.lib.time import now
from yimen.notices.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


def asked(by: str = "clerk", **more: Any) -> Enquiry:
    return actions.ask("老人的补贴能补领吗？", by=actor(by), at=now(), **more).enquiry


def up(client: Client, enquiry: Enquiry, step: Any, why: str = "查过指南，没有写补领") -> Any:
    sent = {"step": str(step.pk), "why": why}
    return client.post(f"/desk/enquiries/{enquiry.number}/escalate/", sent)


def test_the_office_of_its_field_is_the_first_choice() -> None:
    office = body("bo-medical-insurance")
    steps = queries.next_steps(asked(topic_field=office.field))
    assert steps[0] == own_body() and steps[1] == office


def own_body() -> Any:
    return queries.home_body(actor("clerk"))


def test_up_the_ladder_to_the_officer_and_back_to_who_asked(client: Client) -> None:
    enquiry = asked(phone="13800138000")
    client.force_login(account("clerk"))
    office = body("bo-civil-affairs")
    assert up(client, enquiry, office, why="").status_code == 422
    assert up(client, enquiry, office).status_code == 302
    enquiry.refresh_from_db()
    assert enquiry.owner_account == account("clerk"), "until somebody signs it is the first's"
    client.force_login(account("officer"))
    page = client.post(f"/desk/enquiries/{enquiry.number}/sign/", follow=True).content.decode()
    enquiry.refresh_from_db()
    assert (enquiry.owner_account, enquiry.rung) == (account("officer"), "officer")
    assert "/escalate/" not in page, "above the officer in charge is nobody"
    client.post(f"/desk/enquiries/{enquiry.number}/answer/", {"text": "可以补领三个月。"})
    told = Message.objects.get(template="enquiry.answered")
    assert told.to_party_id == enquiry.asker_id and enquiry.asker_id


def test_from_the_desk_to_a_window_another_has_to_sign() -> None:
    enquiry, centre = asked(), own_body()
    offer = actions.offer(
        enquiry, to_body=centre, by=actor("clerk"), at=now(), reason="expertise", note="为什么"
    )
    assert offer.rung == "window"
    with pytest.raises(Forbidden):
        actions.sign(offer, by=actor("clerk"), at=now())


def test_each_step_has_its_own_term(settings: Any) -> None:
    settings.YIMEN_ANSWER_DAYS = {"desk": 1, "window": 1, "officer": 5}
    enquiry = asked()
    offer = actions.offer(enquiry, to_body=body("bo-civil-affairs"), by=actor("clerk"), at=now())
    signed = actions.sign(offer, by=actor("officer"), at=now())
    assert signed.due_at - enquiry.due_at >= timedelta(days=4)


def test_overdue_is_seen_by_owner_and_director_and_stays_seen(client: Client) -> None:
    enquiry = asked()
    later = enquiry.due_at + timedelta(minutes=1)
    with clock.at(later):
        ticks.bounce(later)  # urged, and a new term runs
        enquiry.refresh_from_db()
        assert enquiry.due_at > later
        for who, seen in {"clerk": True, "director": True, "officer2": False}.items():
            client.force_login(account(who))
            page = client.get("/desk/enquiries/?list=late").content.decode()
            assert (enquiry.number in page) is seen, who
    actions.answer(enquiry, "可以。", by=actor("clerk"), at=later)
    assert not queries.overdue(actor("director"), later).exists()


def test_at_the_top_there_is_no_step() -> None:
    enquiry = asked()
    offer = actions.offer(enquiry, to_body=body("bo-civil-affairs"), by=actor("clerk"), at=now())
    signed = actions.sign(offer, by=actor("officer"), at=now())
    assert forms.EscalateForm(signed).bodies == {}
    assert Handover.objects.get().state == "signed"
