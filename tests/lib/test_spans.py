"""Lengths of time read from content."""

import pytest

from yimen.lib.spans import AT_ONCE, Span, Unit, calendar_days, hours, minutes, working_days


@pytest.mark.parametrize(
    "span", [working_days(5), calendar_days(30), hours(2), minutes(15), AT_ONCE]
)
def test_round_trip(span: Span) -> None:
    assert Span.parse(span.as_dict()) == span


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"n": 5},
        {"n": 5, "unit": "days"},
        {"n": 0, "unit": "working_days"},
        {"n": -1, "unit": "hours"},
        {"n": "5", "unit": "hours"},
        {"n": True, "unit": "hours"},
        {"n": 1.5, "unit": "hours"},
        {"n": 10**9, "unit": "minutes"},
    ],
)
def test_refuses(value: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Span.parse(value)


def test_at_once_needs_no_number() -> None:
    assert Span.parse({"unit": "at_once"}) == AT_ONCE
    assert Span.parse({"n": 3, "unit": "at_once"}) == AT_ONCE
    assert not Unit.AT_ONCE.in_days and Unit.CALENDAR_DAYS.in_days
