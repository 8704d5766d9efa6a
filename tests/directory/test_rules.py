"""Who is proposed first, and who is never proposed."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.directory.rules import (
    FEES,
    Candidate,
    Wanted,
    always,
    check_hours,
    covers,
    is_open,
    metres,
    propose,
    serves,
    stands,
)

STREET = "310199001"
HERE = (121.478, 31.232)
points = st.none() | st.tuples(st.floats(121.4, 121.6), st.floats(31.1, 31.3))
candidates = st.builds(
    Candidate,
    key=st.text("abcdef", min_size=1, max_size=6),
    needs=st.sampled_from([("repair",), ("repair.water",), ("care",)]),
    areas=st.sampled_from([(), (f"{STREET}001",), (f"{STREET}002",)]),
    is_open=st.booleans(),
    capacity=st.none() | st.integers(1, 5),
    jobs=st.integers(0, 6),
    fee=st.sampled_from(FEES),
    point=points,
    done=st.integers(0, 50),
    good=st.integers(0, 20),
)
lists = st.lists(candidates, max_size=8, unique_by=lambda c: c.key)
wanted = st.builds(
    Wanted,
    need=st.just("repair.water"),
    place=st.sampled_from([f"{STREET}001", f"{STREET}002", STREET]),
    point=points,
    fees=st.sets(st.sampled_from(FEES), min_size=1).map(frozenset),
)


@given(wanted, lists)
def test_whoever_fits_stands_before_whoever_does_not(want: Wanted, many: list[Candidate]) -> None:
    found = propose(want, many)
    fits = [p.fits for p in found]
    assert fits == sorted(fits, reverse=True)
    for one in found:
        assert covers(one.candidate.needs, want.need) and serves(one.candidate.areas, want.place)
        assert one.fits == (
            one.candidate.is_open
            and (one.candidate.capacity is None or one.candidate.jobs < one.candidate.capacity)
            and one.candidate.fee in want.fees
        )


@given(wanted, lists, st.randoms())
def test_the_order_does_not_depend_on_the_order_of_asking(want, many, dice) -> None:
    mixed = list(many)
    dice.shuffle(mixed)
    assert propose(want, many) == propose(want, mixed)


@given(wanted, lists)
def test_who_is_complained_of_is_not_in_the_list(want: Wanted, many: list[Candidate]) -> None:
    for one in many:
        kept = propose(replace(want, excluded=frozenset({one.key})), many)
        assert one.key not in {p.candidate.key for p in kept}
        assert len(kept) >= len(propose(want, many)) - 1


@given(lists)
def test_the_nearer_of_two_equals_comes_first(many: list[Candidate]) -> None:
    want = Wanted("repair.water", f"{STREET}001", HERE)
    able = [replace(c, point=HERE if n == 0 else (121.6, 31.3), is_open=True, capacity=None,
                    fee="free", needs=("repair",), areas=())
            for n, c in enumerate(many)]  # fmt: skip
    found = propose(want, able)
    if able:
        assert found[0].candidate.key == able[0].key and found[0].metres == 0


def test_a_known_distance_comes_before_an_unknown_one() -> None:
    far, unknown = Candidate("b", ("repair",), point=(121.5, 31.2)), Candidate("a", ("repair",))
    assert [p.candidate.key for p in propose(Wanted("repair", STREET, HERE), [unknown, far])] == [
        "b",
        "a",
    ]


def test_a_need_answers_what_is_below_it_only() -> None:
    assert covers(["repair"], "repair.water") and covers(["repair"], "repair")
    assert not covers(["repair"], "repairs") and not covers(["repair.water"], "repair")


@given(points, points)
def test_distance_is_symmetric_and_known_when_both_are(one, other) -> None:
    assert metres(one, other) == metres(other, one)
    assert (metres(one, other) is None) == (one is None or other is None)


def test_a_known_distance() -> None:
    # one minute of latitude is a nautical mile of 1,852 m, within the roundness of the earth
    assert metres((121.0, 31.0), (121.0, 31.0 + 1 / 60)) == pytest.approx(1852, rel=0.005)


def test_hours_to_midnight_and_closed_days() -> None:
    day_and_night = {"weekday": [["00:00", "24:00"]], "weekend": [["00:00", "24:00"]]}
    check_hours(day_and_night)
    assert always(day_and_night) and is_open(day_and_night, "23:59", False)
    day = {"weekday": [["08:30", "11:30"], ["13:00", "17:00"]]}
    check_hours(day)
    assert [is_open(day, at, True) for at in ("08:29", "08:30", "11:30", "13:00", "17:00")] == [
        False, True, False, True, False,
    ]  # fmt: skip
    assert not is_open(day, "09:00", False) and not always(day)


@pytest.mark.parametrize(
    "spans", [[["17:00", "08:00"]], [["8:00", "09:00"]], [["08:00", "12:00"], ["11:00", "13:00"]],
              [["08:00", "25:00"]], [["ab:cd", "12:00"]]],
)  # fmt: skip
def test_hours_that_are_none(spans: list[list[str]]) -> None:
    with pytest.raises(ValueError):
        check_hours({"weekday": spans})


@given(lists)
def test_no_two_have_the_same_place(many: list[Candidate]) -> None:
    found = propose(Wanted("repair.water", STREET), many)
    assert all(a != b for a, b in combinations([p.candidate.key for p in found], 2))


@given(st.lists(st.sampled_from(["", "yes", "no"]), min_size=1, max_size=2))
def test_it_stands_when_all_said_yes_and_one_no_ends_it(answers: list[str]) -> None:
    said = stands(answers)
    assert (said == "accepted") == (set(answers) == {"yes"})
    assert (said == "declined") == ("no" in answers)
    assert stands(answers[::-1]) == said, "whoever answers first"
