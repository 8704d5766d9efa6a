"""A ticket's life: called once, held, transferred with its place, missed and back; and its record."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import CENTRE, account, actor, party
from yimen.counters import actions, queries, ticks
from yimen.counters.models import Spell, Ticket, Window
from yimen.ledger.models import Entry
from yimen.ledger.verify import verify
from yimen.lib.actor import ANONYMOUS
from yimen.lib.errors import Forbidden, Invalid, Refused, Stale, Unseen
from yimen.lib.time import at, now
from yimen.places.models import ServicePoint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hall")]
ONE, TWO = f"{CENTRE}01", f"{CENTRE}02"


def centre() -> ServicePoint:
    return ServicePoint.objects.get(pk=CENTRE)


def take(minutes: int = 0, **what):
    moment = now() + timedelta(minutes=minutes)
    with at(moment):
        return actions.take(centre(), by=ANONYMOUS, at=moment, **what).ticket


def call(window: str = TWO, by: str = "clerk"):
    return actions.call_next(window, by=actor(by), at=now())


@pytest.fixture
def window():
    return actions.open_window(TWO, by=actor("clerk"), at=now())


def test_who_does_not_know_waits_at_the_service_desk() -> None:
    assert take().desk_code == "general"


def test_the_oldest_first_unless_a_reason_moves_forward(window) -> None:
    plain, early, late = take(0), take(10, priority="elderly"), take(31, priority="elderly")
    assert [plain.number, early.number, late.number] == ["G001", "G002", "G003"]
    assert [call().number for _ in range(3)] == ["G002", "G001", "G003"]
    assert call() is None


def test_age_gives_priority_without_asking() -> None:
    old = party("mother")
    assert (
        actions.take(centre(), by=actor("clerk"), at=now(), person=old).ticket.priority == "elderly"
    )


def test_calling_the_next_finishes_the_one_before(window) -> None:
    take(), take(1)
    first = call()
    second = call()
    first.refresh_from_db()
    assert first.state == "served" and second.state == "called"


def test_a_key_pressed_twice_skips_nobody(window) -> None:
    take(), take(1)
    first = actions.call_next(TWO, by=actor("clerk"), at=now(), current=None, guard=True)
    with pytest.raises(Stale):
        actions.call_next(TWO, by=actor("clerk"), at=now(), current=None, guard=True)
    assert queries.at_window(Window.objects.get(pk=TWO)) == first


def test_three_calls_then_a_no_show_and_a_way_back(window) -> None:
    ticket = take()
    call()
    with pytest.raises(Refused):
        actions.no_show(TWO, by=actor("clerk"), at=now())
    for _ in range(2):
        actions.recall(TWO, by=actor("clerk"), at=now())
    assert actions.no_show(TWO, by=actor("clerk"), at=now()).state == "no_show"
    back = actions.come_back(ticket, by=actor("clerk"), at=now() + timedelta(minutes=40))
    assert back.state == "waiting" and back.rank_at > ticket.rank_at
    assert call().pk == ticket.pk
    for _ in range(2):
        actions.recall(TWO, by=actor("clerk"), at=now())
    actions.no_show(TWO, by=actor("clerk"), at=now())
    with pytest.raises(Refused):
        actions.come_back(ticket, by=actor("clerk"), at=now() + timedelta(minutes=50))


def test_a_transfer_keeps_the_place(window) -> None:
    first, second = take(), take(1, desk="insurance")
    call()
    moved = actions.transfer(TWO, by=actor("clerk"), at=now(), desk="insurance")
    assert (moved.pk, moved.rank_at) == (first.pk, first.rank_at)
    assert queries.position(moved) == 1 and queries.position(second) == 2
    with pytest.raises(Refused):
        actions.transfer(TWO, by=actor("clerk"), at=now(), desk="insurance")


def test_a_hold_returns_to_a_free_window_at_once(window) -> None:
    ticket, _other = take(), take(1)
    call()
    actions.hold(TWO, by=actor("clerk"), at=now())
    call()
    with pytest.raises(Refused):
        actions.resume(TWO, ticket.pk, by=actor("clerk"), at=now())
    actions.finish(TWO, by=actor("clerk"), at=now())
    assert actions.resume(TWO, ticket.pk, by=actor("clerk"), at=now()).state == "called"


def test_a_window_with_somebody_at_it_does_not_close(window) -> None:
    take()
    call()
    with pytest.raises(Refused):
        actions.close(TWO, by=actor("clerk"), at=now())
    assert actions.pause(TWO, by=actor("clerk"), at=now()).state == "paused"
    with pytest.raises(Refused):
        call()


def test_nobody_sits_at_two_windows_but_the_director_opens_any(window) -> None:
    with pytest.raises(Refused):
        actions.open_window(ONE, by=actor("clerk"), at=now())
    for code in (ONE, f"{CENTRE}03"):
        assert actions.open_window(code, by=actor("director"), at=now()).acting


def test_outsiders(window) -> None:
    take()
    with pytest.raises(Unseen):
        actions.open_window(ONE, by=actor("resident"), at=now())
    with pytest.raises(Unseen):
        call(by="officer")
    with pytest.raises(Forbidden):
        call(by="auditor")


def test_doors_are_shut_but_the_counter_may_work_on() -> None:
    evening = now().replace(hour=17)
    with at(evening):
        with pytest.raises(Refused):
            actions.take(centre(), by=ANONYMOUS, at=evening)
        assert actions.take(centre(), by=actor("clerk"), at=evening).ticket.number == "G001"


def test_unknown_words_are_refused() -> None:
    for wrong in ({"desk": "moon"}, {"priority": "important"}, {"priority": "appointment"}):
        with pytest.raises(Invalid):
            take(**wrong)


def test_midnight_leaves_nobody_waiting_and_numbers_begin_anew(window) -> None:
    waiting, _here, missed = take(), take(1), take(2)
    call()
    actions.serve(TWO, by=actor("clerk"), at=now())
    served = queries.at_window(Window.objects.get(pk=TWO))
    tomorrow = now() + timedelta(days=1)
    assert ticks.midnight(tomorrow) == 4  # three tickets and the window
    assert ticks.midnight(tomorrow) == 0
    states = {t.number: t.state for t in Ticket.objects.all()}
    assert states[served.number] == "served" and missed.number in states
    assert set(states.values()) == {"served", "left"} and waiting.number == "G001"
    assert Window.objects.get(pk=TWO).state == "closed"
    with at(tomorrow):
        assert actions.take(centre(), by=ANONYMOUS, at=tomorrow).ticket.number == "G001"


def test_times_add_up_and_the_record_folds_to_the_columns(window) -> None:
    with at(now()):
        begun = now()
    ticket = take()
    steps = [("call", 10), ("serve", 12), ("finish", 20)]
    for name, minute in steps:
        moment = begun + timedelta(minutes=minute)
        if name == "call":
            actions.call_next(TWO, by=actor("clerk"), at=moment)
        else:
            getattr(actions, name)(TWO, by=actor("clerk"), at=moment)
    spells = Spell.objects.filter(ticket=ticket).order_by("since")
    took = {s.state: (s.until - s.since).total_seconds() / 60 for s in spells}
    assert took == {"waiting": 10, "called": 2, "serving": 8}
    acts = Entry.objects.filter(stream=ticket.stream).order_by("seq").values_list("act", flat=True)
    assert list(acts) == ["take", "call", "serve", "finish"]
    assert verify().fault is None
    Ticket.objects.filter(pk=ticket.pk).update(rank_at=begun - timedelta(minutes=5))
    assert verify().fault.reason == "state"


def test_nothing_personal_is_on_the_record() -> None:
    old = party("mother")
    ticket = actions.take(centre(), by=actor("clerk"), at=now(), person=old).ticket
    said = Entry.objects.get(stream=ticket.stream).data
    assert old.name not in said and str(old.pk) not in said
    assert account("clerk").username not in said
