from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.places import rules


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("310101002", "street"),
        ("310115101", "town"),
        ("310151200", "township"),
        ("310115501", "zone"),
        ("310101002001", "residents"),
        ("310115101201", "villagers"),
        ("310115501498", "similar"),
        ("31", "city"),
    ],
)
def test_the_digits_say_the_kind(code: str, kind: str) -> None:
    assert rules.kind_of(code) == kind


@given(st.text("0123456789", min_size=12, max_size=12))
def test_every_code_lies_in_all_that_stand_above_it(code: str) -> None:
    above = rules.parent_of(code)
    seen = []
    while above:
        assert rules.within(code, above)
        seen.append(len(above))
        above = rules.parent_of(above)
    assert seen == [9, 6, 2]


@pytest.mark.parametrize("code", ["", "3", "31010", "31010100x", "3101010020011"])
def test_what_is_no_code_has_no_level(code: str) -> None:
    with pytest.raises(ValueError, match="not a division code"):
        rules.level_of(code)


def test_a_holiday_has_the_hours_of_a_weekend() -> None:
    hours = {"weekday": [["08:30", "16:30"]], "weekend": [["08:30", "11:30"]]}
    assert rules.hours_of(hours, working_day=True) == [(time(8, 30), time(16, 30))]
    assert rules.hours_of(hours, working_day=False) == [(time(8, 30), time(11, 30))]


@pytest.mark.parametrize(
    "intervals", [[["11:30", "08:30"]], [["08:30", "12:00"], ["11:00", "16:00"]], [["8", "x"]]]
)
def test_hours_that_run_backwards_or_overlap_are_refused(intervals: list[list[str]]) -> None:
    with pytest.raises(ValueError):
        rules.check_hours({"weekday": intervals})


@pytest.mark.parametrize(
    ("clock", "works", "open_"),
    [("08:29", True, False), ("08:30", True, True), ("12:00", True, True), ("16:30", True, False),
     ("11:29", False, True), ("11:30", False, False)],
)  # fmt: skip
def test_hours(clock: str, works: bool, open_: bool) -> None:
    hours = {"weekday": [["08:30", "16:30"]], "weekend": [["08:30", "11:30"]]}
    assert rules.is_open(hours, clock, works) is open_
