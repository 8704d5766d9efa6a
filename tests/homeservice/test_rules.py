"""Rules of home service as properties."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from yimen.homeservice import rules
from yimen.homeservice.rules import Act, Span
from yimen.lib.time import ZONE

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(
    lambda m: m.replace(tzinfo=ZONE)
)


@given(birth=DAYS, day=DAYS)
def test_age_changes_on_the_birthday_and_only_there(birth, day) -> None:
    tomorrow = day + timedelta(days=1)
    grows = rules.age_on(birth, tomorrow) - rules.age_on(birth, day)
    birthday = (tomorrow.month, tomorrow.day) == (birth.month, birth.day)
    no_29th = (birth.month, birth.day) == (2, 29) and (day.month, day.day) == (2, 28)
    leap = no_29th and (tomorrow.month, tomorrow.day) == (3, 1)
    assert grows == int(birthday or leap)


def test_seventy_is_reached_on_the_day_itself() -> None:
    birth = date(1956, 11, 28)
    assert rules.ground(birth, False, date(2026, 11, 27), age=70) == ""
    assert rules.ground(birth, False, date(2026, 11, 28), age=70) == "age"
    assert rules.ground(date(1956, 2, 29), False, date(2026, 2, 28), age=70) == ""
    assert rules.ground(date(1956, 2, 29), False, date(2026, 3, 1), age=70) == "age"


@given(birth=st.none() | DAYS, hard=st.booleans(), day=DAYS, age=st.integers(60, 90))
def test_the_own_word_is_enough_and_age_needs_no_word(birth, hard, day, age) -> None:
    found = rules.ground(birth, hard, day, age=age)
    assert found or not hard
    if found == "age":
        assert birth is not None and rules.age_on(birth, day) >= age


@given(acts=st.lists(st.sampled_from(list(Act)), max_size=12))
def test_a_stop_ends_once_and_nobody_is_served_unmet(acts) -> None:
    state, met = "planned", False
    for act in acts:
        after = rules.step(state, act)
        if after is None:
            continue
        assert state in rules.OPEN_STOP
        met = met or act is Act.MEET
        if act in (Act.SIGN, Act.TAKE, Act.GIVE, Act.FINISH):
            assert met
        state = after
    assert state in ("planned", "arrived", "met", "done", "missed")


@given(state=st.sampled_from(rules.OPEN_STOP), signed=st.booleans(), results=st.booleans())
def test_what_is_offered_fits_and_papers_need_a_mandate(state, signed, results) -> None:
    shown = rules.offered(state, signed=signed, results=results)
    assert shown and all(rules.step(state, act) for act in shown)
    assert signed or Act.TAKE not in shown
    assert results or Act.GIVE not in shown


@given(tries=st.integers(1, 10), most=st.integers(1, 5))
def test_nobody_is_looked_for_in_vain_for_ever(tries, most) -> None:
    assert (rules.after_miss(tries, most) == "not_met") == (tries >= most)


@given(happened=MOMENTS, received=MOMENTS, last=st.none() | MOMENTS, hours=st.integers(1, 24))
def test_a_moment_that_is_taken_lies_on_the_day_and_not_ahead(
    happened, received, last, hours
) -> None:
    day = happened.date()
    fault = rules.moment_fault(happened, received=received, day=day, last=last, hours=hours)
    if not fault:
        assert happened <= received + rules.SKEW
        assert received - happened <= timedelta(hours=hours)
        assert last is None or happened >= last
    other = rules.moment_fault(
        happened, received=received, day=day + timedelta(days=1), last=last, hours=hours
    )
    assert other in (rules.AHEAD, rules.EARLY)


@given(st.lists(st.tuples(MOMENTS, st.integers(1, 600)), min_size=2, max_size=2))
def test_spans_meet_both_ways(two) -> None:
    a, b = (Span(m, m + timedelta(minutes=n)) for m, n in two)
    assert a.meets(b) == b.meets(a)
    assert a.meets(a)
    assert not a.meets(Span(a.ends, a.ends + timedelta(minutes=1)))


def test_number_nine_comes_before_number_twelve() -> None:
    places = [
        ("b", ["001", "梧桐路", "12", "3"]),
        ("a", ["001", "梧桐路", "9", "30"]),
        ("c", ["001", "梧桐路", "12", "20"]),
    ]
    assert rules.route_order(places) == ["a", "b", "c"]


@given(order=st.lists(st.integers(), unique=True, min_size=1, max_size=8), data=st.data())
def test_moving_keeps_every_stop(order, data) -> None:
    key = data.draw(st.sampled_from(order))
    by = data.draw(st.integers(-9, 9))
    found = rules.moved(order, key, by)
    assert sorted(found) == sorted(order)
    assert [x for x in found if x != key] == [x for x in order if x != key]
