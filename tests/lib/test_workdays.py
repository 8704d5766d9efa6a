"""Working days against the vectors of the law and against counting on the fingers."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.clock.shipped import shipped_calendar, shipped_editions
from yimen.lib.workdays import Calendar, DayRule, Edition, UnannouncedYear, merge

CN = shipped_calendar()
D = date.fromisoformat

VECTORS = [
    ("2025-12-31", 1, "2026-01-04"),
    ("2026-02-12", 5, "2026-02-26"),
    ("2026-02-13", 1, "2026-02-14"),
    ("2026-02-13", 20, "2026-03-19"),
    ("2026-02-10", 20, "2026-03-16"),
    ("2026-02-10", 30, "2026-03-30"),
    ("2026-04-30", 5, "2026-05-11"),
    ("2026-06-18", 10, "2026-07-03"),
    ("2026-09-18", 5, "2026-09-24"),
    ("2026-09-24", 10, "2026-10-15"),
    ("2026-09-30", 20, "2026-11-03"),
    ("2026-01-04", 45, "2026-03-12"),
    ("2026-01-04", 60, "2026-04-02"),
    ("2020-01-23", 5, "2020-02-07"),
]

inside = st.dates(date(2018, 1, 1), date(2025, 6, 30))


@pytest.mark.parametrize(("start", "n", "due"), VECTORS)
def test_vectors(start: str, n: int, due: str) -> None:
    assert CN.add_working_days(D(start), n) == D(due)


def test_working_days_per_year() -> None:
    counts = [
        CN.working_days_between(date(y, 1, 1), date(y, 12, 31)) + CN.is_working(date(y, 1, 1))
        for y in range(2018, 2027)
    ]
    assert counts == [250, 250, 249, 250, 249, 249, 251, 248, 248]


def test_a_place_may_add_days_off() -> None:
    shanghai = shipped_calendar("310199001")
    assert not shanghai.is_working(date(2020, 2, 3))
    assert CN.is_working(date(2020, 2, 3))
    assert shanghai.add_working_days(date(2020, 1, 23), 5) == date(2020, 2, 14)
    assert shipped_calendar("32").add_working_days(date(2020, 1, 23), 5) == date(2020, 2, 7)


def test_an_announcement_reaches_back_into_december() -> None:
    assert CN.is_working(date(2018, 12, 29))  # a Saturday, named in the file of 2019
    assert not CN.is_working(date(2018, 12, 31))


def test_the_narrower_place_speaks_last_whatever_the_order() -> None:
    day = date(2026, 3, 2)
    country = Edition("", 2026, True, (DayRule(day, True),))
    city = Edition("31", 2026, False, (DayRule(day, False),))
    street = Edition("310199001", 2026, False, (DayRule(day, True),))
    editions = [street, country, city]
    assert not merge(editions, "310199001001").is_working(day)
    assert merge(editions, "310199002").is_working(day)
    assert not merge(editions, "32").is_working(day)


def test_a_place_cannot_announce_a_year() -> None:
    local = Edition("31", 2030, True, (DayRule(date(2030, 1, 1), True),))
    with pytest.raises(UnannouncedYear):
        merge([local], "31").is_working(date(2030, 3, 1))


@pytest.mark.parametrize(
    ("start", "n", "year"),
    [
        ("2026-12-31", 1, 2027),
        ("2026-11-23", 30, 2027),
        ("2017-12-31", 1, 2017),
        ("2027-06-01", 1, 2027),
        ("2026-01-01", 10**12, 2027),
    ],
)
def test_refuses_an_unannounced_year(start: str, n: int, year: int) -> None:
    with pytest.raises(UnannouncedYear) as refused:
        CN.add_working_days(D(start), n)
    assert refused.value.year == year
    with pytest.raises(UnannouncedYear) as refused:
        CN.add_calendar_days(D(start), max(n, 40))
    assert refused.value.year == year


def test_refuses_across_a_gap() -> None:
    gap = Calendar(confirmed=frozenset({2020, 2022}))
    with pytest.raises(UnannouncedYear) as refused:
        gap.add_working_days(date(2020, 12, 31), 1)
    assert refused.value.year == 2021
    with pytest.raises(UnannouncedYear):
        gap.nth_before(date(2022, 1, 3), 1)
    with pytest.raises(UnannouncedYear):
        gap.working_days_between(date(2020, 1, 1), date(2022, 1, 1))


def test_the_last_day_of_what_is_known() -> None:
    assert CN.add_working_days(date(2026, 12, 30), 1) == date(2026, 12, 31)
    assert CN.add_calendar_days(date(2026, 12, 30), 1) == date(2026, 12, 31)
    assert CN.on_or_after(date(2018, 1, 1)) == date(2018, 1, 2)


def test_the_guess_knows_weekends_and_fixed_holidays() -> None:
    guess = CN.provisional
    assert guess.add_working_days(date(2026, 12, 31), 1) == date(2027, 1, 4)
    assert not guess.is_working(date(2027, 5, 1)) and not guess.is_working(date(2027, 10, 1))
    assert guess.is_working(date(2027, 2, 8))  # Spring Festival is known when it is announced
    assert guess.is_working(date(2026, 2, 14))  # a make-up day of an announced year stays one
    assert not CN.announced(date(2026, 12, 31), date(2027, 1, 4))


@pytest.mark.parametrize("n", [0, -1])
def test_a_term_has_at_least_one_day(n: int) -> None:
    with pytest.raises(ValueError):
        CN.add_working_days(date(2026, 3, 2), n)
    with pytest.raises(ValueError):
        CN.add_calendar_days(date(2026, 3, 2), n)


def _on_the_fingers(start: date, n: int) -> date:
    exceptions = {x.day: x.is_off for e in shipped_editions() if not e.place for x in e.days}
    day = start
    while n:
        day += timedelta(days=1)
        n -= not exceptions.get(day, day.weekday() >= 5)
    return day


@given(inside, st.integers(1, 300))
def test_agrees_with_counting_day_by_day(start: date, n: int) -> None:
    assert CN.add_working_days(start, n) == _on_the_fingers(start, n)


@given(inside, st.integers(1, 300))
def test_back_and_forth(start: date, n: int) -> None:
    last = CN.add_working_days(start, n)
    assert CN.is_working(last)
    assert CN.working_days_between(start, last) == n
    assert CN.nth_before(CN.next_working_day(last), 1) == last


@given(inside, st.integers(1, 400))
def test_calendar_days_end_on_a_working_day_and_only_move_over_days_off(
    start: date, n: int
) -> None:
    last, plain = CN.add_calendar_days(start, n), start + timedelta(days=n)
    assert CN.is_working(last) and last >= plain
    assert CN.working_days_between(plain - timedelta(days=1), last) == 1


@given(inside, st.integers(1, 400), st.integers(1, 50))
def test_longer_is_never_sooner(start: date, n: int, more: int) -> None:
    assert CN.add_working_days(start, n) < CN.add_working_days(start, n + more)
    assert CN.add_calendar_days(start, n) <= CN.add_calendar_days(start, n + more)
