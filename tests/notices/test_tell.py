"""Telling: once, to one recipient, in the transaction of the act that gives the reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.notices.world import STREET, World
from yimen.ledger.models import Errand
from yimen.lib import time
from yimen.lib.actor import system
from yimen.lib.errors import Forbidden, Refused, Unseen
from yimen.lib.time import now
from yimen.notices import actions, queries
from yimen.notices.models import Message
from yimen.notices.wording import WordingError

pytestmark = pytest.mark.django_db
SYSTEM = system(STREET)


def tell(key: str = "k1", template: str = "case.urged", **to: Any) -> Message:
    made = actions.tell(
        street=STREET, template=template, facts={"number": "31019900101"}, about="case:1",
        key=key, by=SYSTEM, at=now(), **to,
    )  # fmt: skip
    return Message.objects.get(pk=made)


def test_the_same_key_tells_once(world: World) -> None:
    party = world.resident("wang", phone="138****5678")
    first = tell(template="case.accepted", to_party=party)
    second = tell(template="case.accepted", to_party=party)
    assert first.pk == second.pk
    assert Errand.objects.filter(name="notices.send").count() == 1


def test_staff_are_told_in_the_inbox_at_once(world: World) -> None:
    message = tell(to_body="bo-civil-affairs")
    assert (message.channel, message.state) == ("inbox", "delivered")
    assert message.to_body_id == world.bodies["office"].pk
    assert queries.unread_count(world["officer"]) == 1
    assert queries.unread_count(world["clerk"]) == 0
    assert not Errand.objects.exists()


def test_a_resident_without_phone_and_account_gets_a_letter(world: World) -> None:
    message = tell(template="case.accepted", to_party=world.resident("wang"))
    assert (message.channel, message.state) == ("paper", "queued")


def test_a_text_message_of_the_night_waits_for_the_morning(world: World) -> None:
    party = world.resident("wang", phone="138****5678")
    with time.at("2026-11-23T22:30"):
        message = tell(template="case.accepted", to_party=party)
    assert message.due_at == datetime(2026, 11, 24, 8, 0, tzinfo=time.ZONE)
    assert Errand.objects.get().due_at == message.due_at


def test_telling_belongs_to_the_act(world: World) -> None:
    party = world.resident("wang", phone="138****5678")
    with pytest.raises(RuntimeError), transaction.atomic():
        tell(template="case.accepted", to_party=party)
        raise RuntimeError("the act failed")
    assert not Message.objects.exists() and not Errand.objects.exists()


def test_exactly_one_recipient(world: World) -> None:
    with pytest.raises(WordingError):
        tell()
    with pytest.raises(WordingError):
        tell(to_body="bo-health", to_account=world.id_of("clerk"))
    message = tell(to_body="bo-health")
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(to_account=world.id_of("clerk"))


def test_a_failure_always_has_its_reason(world: World) -> None:
    message = tell(to_body="bo-health")
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(state="failed")


def test_reading_is_for_those_who_were_told(world: World) -> None:
    message = tell(to_body="bo-civil-affairs")
    with pytest.raises(Unseen):
        actions.read([message.pk], by=world["clerk"], at=now())
    assert actions.read([message.pk], by=world["officer"], at=now()) == 1
    assert actions.read([message.pk], by=world["head"], at=now()) == 0
    message.refresh_from_db()
    assert message.read_by_id == world.id_of("officer")


def test_resending_is_for_those_who_run_the_house(world: World) -> None:
    party = world.resident("wang", phone="138****5678")
    message = tell(template="case.accepted", to_party=party)
    with pytest.raises(Refused):
        actions.resend(message.pk, by=world["director"], at=now())
    actions.fail(message.pk, reason="no_answer", by=SYSTEM, at=now())
    with pytest.raises(Unseen):
        actions.resend(message.pk, by=world["clerk"], at=now())
    with pytest.raises(Forbidden):
        actions.resend(message.pk, by=world["auditor"], at=now())
    actions.resend(message.pk, by=world["director"], at=now())
    message.refresh_from_db()
    assert (message.state, message.rounds, message.last_error) == ("queued", 1, "")
    assert Errand.objects.filter(name="notices.send").count() == 2


def test_a_letter_is_noted_as_posted(world: World) -> None:
    message = tell(template="case.accepted", to_party=world.resident("wang"))
    actions.post(message.pk, by=world["coordinator"], at=now())
    message.refresh_from_db()
    assert message.state == "sent" and message.sent_at
    with pytest.raises(Refused):
        actions.cancel(message.pk, by=world["coordinator"], at=now())


def test_a_resident_reads_everything_that_was_sent_to_them(world: World) -> None:
    party = world.resident("wang", phone="138****5678", account=True)
    mine = tell(template="case.accepted", to_party=party)
    tell("k2", template="case.accepted", to_party=world.resident("li"))
    assert list(queries.of_resident(world["wang"])) == [mine]
    assert list(queries.visible_to(world["wang"])) == [mine]
