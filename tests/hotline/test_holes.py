"""The roster's holes and the call-out list as pure rules."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from yimen.hotline.holes import Hole, Reachable, Why, Wish, call_out, holes
from yimen.lib.time import ZONE

START = datetime(2026, 3, 2, 0, 0, tzinfo=ZONE)
HOUR = timedelta(hours=1)
REST = 11 * HOUR


def hour(n: float) -> datetime:
    return START + n * HOUR


def day_of(*duties: tuple[int, int], days: int = 1) -> list[Hole]:
    """Three shifts a day of one person."""
    wishes = [
        Wish(hour(24 * d + b), hour(24 * d + b + 8), 1)
        for d in range(-1, days)
        for b in (7, 15, 23)
    ]
    there = [(hour(b), hour(e)) for b, e in duties]
    return holes(wishes, there, START, hour(24 * days))


def test_a_day_that_is_filled_has_no_hole_and_an_empty_shift_is_one() -> None:
    assert day_of((-1, 7), (7, 15), (15, 23), (23, 31)) == []
    assert day_of((-1, 7), (7, 15), (23, 31)) == [Hole(hour(15), hour(23), 1, 0)]


def test_two_empty_shifts_are_two_holes_and_a_night_is_one() -> None:
    found = day_of((-1, 7), (7, 15), (31, 39), (39, 47), (47, 55), days=2)
    assert found == [Hole(hour(15), hour(23), 1, 0), Hole(hour(23), hour(31), 1, 0)]


def test_who_goes_early_leaves_a_hole_for_the_rest_of_the_shift() -> None:
    assert day_of((-1, 7), (7, 12), (15, 23), (23, 31)) == [Hole(hour(12), hour(15), 1, 0)]


def test_an_hour_nobody_thought_of_needs_somebody_too() -> None:
    found = holes([Wish(hour(8), hour(20), 1)], [(hour(8), hour(20))], START, hour(48))
    assert [(h.begins, h.ends) for h in found] == [
        (START, hour(8)), (hour(20), hour(24)), (hour(24), hour(48)),
    ]  # fmt: skip


spans = st.lists(
    st.tuples(st.integers(-12, 60), st.integers(1, 16)).map(lambda p: (hour(p[0]), hour(sum(p)))),
    max_size=8,
)
wished = st.lists(
    st.tuples(st.integers(-12, 60), st.integers(1, 12), st.integers(1, 3)).map(
        lambda p: Wish(hour(p[0]), hour(p[0] + p[1]), p[2])
    ),
    max_size=6,
)


@given(wished, spans)
def test_every_moment_is_in_a_hole_or_has_enough_people(wishes, duties) -> None:
    found = holes(wishes, duties, START, hour(48))
    assert all(h.begins < h.ends and h.missing > 0 for h in found)
    assert all(a.ends <= b.begins for a, b in zip(found, found[1:], strict=False))
    for n in range(96):
        moment = hour(n / 2)
        needed = max(1, sum(w.people for w in wishes if w.begins <= moment < w.ends))
        there = sum(b <= moment < e for b, e in duties)
        inside = [h for h in found if h.begins <= moment < h.ends]
        assert [h.missing for h in inside] == ([needed - there] if there < needed else [])


@given(wished, spans, st.integers(0, 23))
def test_a_hole_keeps_its_bounds_whenever_one_looks(wishes, duties, later) -> None:
    """What is wholly inside both windows is the same in both: it is told once."""
    early = holes(wishes, duties, START - 24 * HOUR, hour(72))
    late = holes(wishes, duties, hour(later), hour(72))
    inside = {h for h in early if h.begins > hour(later)}
    assert inside <= set(late)


someone = st.builds(
    Reachable, who=st.integers(0, 99), on_seat=st.booleans(), on_standby=st.booleans(),
    next_begins=st.none() | st.integers(1, 40).map(hour),
    last_ended=st.none() | st.integers(-40, 0).map(hour), away=st.booleans(), head=st.booleans(),
)  # fmt: skip


@given(st.lists(someone, max_size=12))
def test_everybody_who_is_not_away_is_listed_once_standby_before_sleepers(people) -> None:
    listed = call_out(people, START, REST)
    assert len(listed) == sum(not p.away for p in people)
    assert not any(p.away for p, _why in listed)
    order = [why for _p, why in listed]
    assert order == sorted(order, key=list(Why).index)
    for one, why in listed:
        if why in (Why.NEXT, Why.RESTED):
            assert one.last_ended is None or START - one.last_ended >= REST


def test_whose_duty_comes_sooner_is_rung_sooner_and_who_just_left_last() -> None:
    people = [
        Reachable("head", head=True), Reachable("tired", last_ended=hour(-2)),
        Reachable("later", next_begins=hour(9)), Reachable("soon", next_begins=hour(3)),
        Reachable("rested", last_ended=hour(-30)), Reachable("standby", on_standby=True),
        Reachable("seat", on_seat=True), Reachable("away", away=True, on_standby=True),
    ]  # fmt: skip
    names = [one.who for one, _why in call_out(people, START, REST)]
    assert names == ["seat", "standby", "soon", "later", "rested", "tired", "head"]
