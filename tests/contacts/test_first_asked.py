"""First-asked responsibility (AFF-3): kill any hand-over half way, there is exactly one owner."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.notices.world import STREET, World
from yimen.contacts import actions, queries, ticks
from yimen.contacts.actions import handing
from yimen.contacts.models import Enquiry, Handover, Words
from yimen.ledger.models import Entry
from yimen.lib.actor import ANONYMOUS, Actor
from yimen.lib.errors import Forbidden, Invalid, Refused, Unseen
from yimen.lib.time import ZONE
from yimen.notices.models import Message

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)
TUESDAY = MONDAY + timedelta(days=1)
CLOSING = datetime(2026, 11, 24, 16, 30, tzinfo=ZONE)


def ask(world: World, by: str = "clerk", at: datetime = MONDAY) -> Enquiry:
    return actions.ask("养老金什么时候发？", by=world[by], at=at).enquiry


def offer(
    world: World, enquiry: Enquiry, to: str = "office", at: datetime = MONDAY, by: str = "clerk"
) -> Handover:
    return actions.offer(enquiry, to_body=world.bodies[to], by=world[by], at=at)


def owner(enquiry: Enquiry) -> tuple[Any, Any]:
    enquiry.refresh_from_db()
    return enquiry.owner_body_id, enquiry.owner_account_id


def acts(enquiry: Enquiry) -> list[str]:
    entries = Entry.objects.filter(street=STREET, stream=f"enquiry:{enquiry.number}")
    return list(entries.order_by("seq").values_list("act", flat=True))


def test_whoever_is_asked_first_owns_the_question(world: World) -> None:
    enquiry = ask(world)
    assert owner(enquiry) == (world.bodies["centre"].pk, world.id_of("clerk"))
    assert enquiry.due_at == CLOSING
    assert acts(enquiry) == ["asked"]


def test_the_question_itself_is_not_in_the_ledger(world: World) -> None:
    enquiry = ask(world)
    entry = Entry.objects.get(stream=f"enquiry:{enquiry.number}")
    words = Words.objects.get(enquiry=enquiry)
    assert "养老金" not in entry.data and words.body == "养老金什么时候发？"


def test_an_offer_changes_no_owner_a_signature_does(world: World) -> None:
    enquiry = ask(world)
    before = owner(enquiry)
    handover = offer(world, enquiry)
    assert owner(enquiry) == before
    actions.sign(handover, by=world["officer"], at=MONDAY)
    assert owner(enquiry) == (world.bodies["office"].pk, world.id_of("officer"))
    assert enquiry.rung == "officer"
    assert acts(enquiry) == ["asked", "offered", "signed"]


def test_declined_and_withdrawn_offers_leave_it_where_it_is(world: World) -> None:
    enquiry = ask(world)
    before = owner(enquiry)
    first = offer(world, enquiry)
    with pytest.raises(Invalid):
        actions.decline(first, by=world["officer"], at=MONDAY)
    actions.decline(first, by=world["officer"], at=MONDAY, note="不属于民政")
    second = offer(world, enquiry, "other")
    actions.withdraw_offer(second, by=world["clerk"], at=MONDAY)
    assert owner(enquiry) == before
    with pytest.raises(Refused):
        actions.sign(second, by=world["other"], at=MONDAY)


def test_only_one_offer_at_a_time(world: World) -> None:
    enquiry = ask(world)
    handover = offer(world, enquiry)
    with pytest.raises(Refused):
        offer(world, enquiry, "other")
    with pytest.raises(IntegrityError), transaction.atomic():
        handover.pk = None
        handover.id = Handover._meta.pk.get_default()
        handover.save(force_insert=True)


def test_the_database_refuses_an_open_question_without_an_owner(world: World) -> None:
    enquiry = ask(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Enquiry.objects.filter(pk=enquiry.pk).update(owner_body=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Enquiry.objects.filter(pk=enquiry.pk).update(next_action_at=None)


def test_who_may_sign(world: World) -> None:
    enquiry = ask(world)
    handover = offer(world, enquiry)
    with pytest.raises(Unseen):
        actions.sign(handover, by=world["other"], at=MONDAY)
    with pytest.raises(Forbidden):
        actions.sign(handover, by=world["colleague"], at=MONDAY)
    with pytest.raises(Forbidden):
        actions.sign(handover, by=world["coordinator"], at=MONDAY)
    actions.sign(handover, by=world["head"], at=MONDAY)


def test_an_unsigned_offer_comes_back_after_a_working_day(world: World) -> None:
    enquiry = ask(world, at=MONDAY)
    offer(world, enquiry)
    assert ticks.bounce(CLOSING - timedelta(seconds=1)) == 0
    before = owner(enquiry)
    assert ticks.bounce(CLOSING) > 0
    assert owner(enquiry) == before
    assert Handover.objects.get().state in ("bounced", "offered")
    assert "bounced" in acts(enquiry) or "urged" in acts(enquiry)


def test_an_offer_made_late_comes_back_on_its_own_day(world: World) -> None:
    enquiry = ask(world, at=MONDAY)
    handover = offer(world, enquiry)
    actions.sign(handover, by=world["officer"], at=TUESDAY)
    again = offer(world, enquiry, "other", at=TUESDAY, by="officer")
    wednesday = CLOSING + timedelta(days=1)
    assert ticks.bounce(wednesday) > 0
    again.refresh_from_db()
    handover.refresh_from_db()
    assert again.state == handover.state == "bounced"
    assert owner(enquiry) == (world.bodies["centre"].pk, world.id_of("clerk"))


def test_signed_and_silent_comes_back_to_the_first_asked(world: World) -> None:
    enquiry = ask(world)
    handover = offer(world, enquiry)
    actions.sign(handover, by=world["officer"], at=TUESDAY)
    wednesday = CLOSING + timedelta(days=1)
    assert ticks.bounce(wednesday - timedelta(seconds=1)) == 0
    assert ticks.bounce(wednesday) == 1
    assert owner(enquiry) == (world.bodies["centre"].pk, world.id_of("clerk"))
    told = Message.objects.filter(template="enquiry.bounced", to_account=world.id_of("clerk"))
    assert told.count() == 1
    assert ticks.bounce(wednesday) == 0, "once is enough"


def test_a_week_end_is_not_a_working_day(world: World) -> None:
    friday = datetime(2026, 11, 27, 15, 0, tzinfo=ZONE)
    enquiry = ask(world, at=friday)
    assert enquiry.due_at == datetime(2026, 11, 30, 16, 30, tzinfo=ZONE)


def test_the_first_asked_is_urged_every_working_day_until_there_is_an_answer(world: World) -> None:
    enquiry = ask(world)
    for day in range(3):
        assert ticks.bounce(CLOSING + timedelta(days=day)) == 1
    enquiry.refresh_from_db()
    assert enquiry.urged == 3
    assert Message.objects.filter(template="enquiry.overdue").count() >= 6
    actions.answer(enquiry, "每月十五日。", by=world["clerk"], at=CLOSING + timedelta(days=3))
    assert ticks.bounce(CLOSING + timedelta(days=9)) == 0


def test_one_bad_row_does_not_stop_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = ask(world), ask(world)
    real = actions.bounce

    def sometimes(pk: Any, **rest: Any) -> int:
        if pk == bad.pk:
            raise RuntimeError("broken row")
        return real(pk, **rest)

    monkeypatch.setattr(ticks.actions, "bounce", sometimes)
    assert ticks.bounce(CLOSING) == 1
    good.refresh_from_db()
    assert good.urged == 1


@pytest.mark.parametrize("step", ["reckoning.after", "_end", "save", "entry", "tell_owner"])
def test_killed_between_two_steps_nothing_has_changed(
    world: World, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    enquiry = ask(world)
    handover = offer(world, enquiry)
    before, told = owner(enquiry), Message.objects.count()

    def killed(*args: Any, **rest: Any) -> None:
        raise KeyboardInterrupt

    target, _, name = step.rpartition(".")
    monkeypatch.setattr(getattr(handing, target) if target else handing, name, killed)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        actions.sign(handover, by=world["officer"], at=MONDAY)
    monkeypatch.undo()
    assert owner(enquiry) == before
    handover.refresh_from_db()
    assert handover.state == "offered" and Message.objects.count() == told
    assert acts(enquiry) == ["asked", "offered"]
    actions.sign(handover, by=world["officer"], at=MONDAY)
    assert owner(enquiry)[1] == world.id_of("officer")


def test_answered_by_a_colleague_the_duty_is_done(world: World) -> None:
    enquiry = ask(world)
    offer(world, enquiry)
    with pytest.raises(Forbidden):
        actions.answer(enquiry, "不知道", by=world["officer"], at=MONDAY)
    actions.answer(enquiry, "每月十五日。", by=world["colleague"], at=MONDAY)
    enquiry.refresh_from_db()
    assert enquiry.state == "answered" and enquiry.next_action_at is None
    assert Handover.objects.get().state == "withdrawn"
    with pytest.raises(Refused):
        actions.answer(enquiry, "再答一次", by=world["clerk"], at=MONDAY)


def test_a_question_becomes_a_case(world: World) -> None:
    enquiry = ask(world)
    actions.became_case(
        enquiry, case_number="31019900101202611230000137", by=world["clerk"], at=MONDAY
    )
    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.case_number[:5]) == ("became_case", "31019")


def test_online_the_centres_desk_is_asked_first(world: World) -> None:
    asked = actions.ask(
        "社保卡丢了怎么办？", by=ANONYMOUS, at=MONDAY, centre=world.point, channel="online"
    )
    assert owner(asked.enquiry) == (world.bodies["centre"].pk, None)
    told = Message.objects.get(template="enquiry.new")
    assert told.to_body_id == world.bodies["centre"].pk
    assert queries.by_code(asked.enquiry.number, asked.code) == asked.enquiry
    assert queries.by_code(asked.enquiry.number[1:], f" {asked.code} ") == asked.enquiry
    wrong = f"{(int(asked.code) + 1) % 1_000_000:06d}"
    assert queries.by_code(asked.enquiry.number, wrong) is None
    assert queries.by_code("W00000000", asked.code) is None


def test_the_asker_withdraws_with_number_and_code(world: World) -> None:
    asked = actions.ask("请问几点开门？", by=ANONYMOUS, at=MONDAY, centre=world.point)
    with pytest.raises(Unseen):
        actions.withdraw(asked.enquiry.number, "x", by=ANONYMOUS, at=MONDAY)
    actions.withdraw(asked.enquiry.number, asked.code, by=ANONYMOUS, at=MONDAY)
    asked.enquiry.refresh_from_db()
    assert asked.enquiry.state == "withdrawn"


def test_the_asker_is_told_where_we_know_how(world: World) -> None:
    world.resident("wang", account=True)
    asked = actions.ask("请问几点开门？", by=world["wang"], at=MONDAY, centre=world.point)
    actions.answer(asked.enquiry, "八点半。", by=world["clerk"], at=MONDAY)
    told = Message.objects.filter(to_party=world["wang"].party).values_list("template", flat=True)
    assert set(told) == {"enquiry.asked", "enquiry.answered"}


def test_nobody_without_a_seat_and_no_empty_question(world: World) -> None:
    seatless = Actor(kind="staff", account=world.id_of("clerk"), street=STREET)
    with pytest.raises(Forbidden):
        actions.ask("?", by=seatless, at=MONDAY)
    with pytest.raises(Invalid):
        actions.ask("  ", by=world["clerk"], at=MONDAY)


def test_who_sees_a_question(world: World) -> None:
    world.resident("wang", account=True)
    world.resident("li", account=True)
    asked = actions.ask("请问几点开门？", by=world["wang"], at=MONDAY, centre=world.point)
    sees = {n for n, a in world.actors.items() if queries.visible_to(a).filter(pk=asked.enquiry.pk)}
    assert sees == {"clerk", "colleague", "director", "coordinator", "auditor", "wang"}
    offer(world, asked.enquiry)
    assert queries.visible_to(world["officer"]).filter(pk=asked.enquiry.pk)
    assert not queries.visible_to(world["other"]).filter(pk=asked.enquiry.pk)
    assert queries.to_sign(world["officer"]).count() == queries.open_count(world["officer"]) == 1
