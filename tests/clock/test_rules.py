"""Due dates, pauses, lights: the law's examples, and what must hold for every term."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.clock import rules
from yimen.clock.rules import END_OF_DAY, OFFICE_HOURS, Due, Light, Pause
from yimen.clock.shipped import shipped_calendar
from yimen.lib.spans import AT_ONCE, Span, calendar_days, hours, minutes, working_days
from yimen.lib.time import ZONE

CN = shipped_calendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def pause(first: str, until: str | None = None, most: str | None = None) -> Pause:
    return Pause(at(first), at(until) if until else None, at(most) if most else None)


def due(start: str, span: Span, *pauses: Pause, extra: Iterable[Span] = ()) -> Due:
    return rules.due(at(start), span, CN, pauses=pauses, extra=extra)


# -- examples ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "span", "on"),
    [
        ("2026-02-10 10:00", working_days(20), date(2026, 3, 16)),
        ("2026-09-19 09:00", working_days(1), date(2026, 9, 20)),  # Saturday, then a make-up Sunday
        ("2026-11-21 09:00", working_days(5), date(2026, 11, 27)),  # taken in on a Saturday
        ("2026-11-23 00:00", working_days(1), date(2026, 11, 24)),
        ("2026-11-23 23:59:59", working_days(1), date(2026, 11, 24)),
        ("2026-09-20 10:00", calendar_days(15), date(2026, 10, 8)),  # 5 October is a holiday
        ("2026-11-20 10:00", calendar_days(1), date(2026, 11, 23)),
    ],
)
def test_last_days(start: str, span: Span, on: date) -> None:
    answer = due(start, span)
    assert answer.on == on and not answer.provisional and not answer.stopped
    assert answer.at == datetime.combine(on, END_OF_DAY, ZONE)


def test_a_moment_from_another_time_zone_counts_from_the_chinese_day() -> None:
    late = datetime.fromisoformat("2026-11-23T16:30:00+00:00")  # half past midnight on the 24th
    assert rules.due(late, working_days(1), CN).on == date(2026, 11, 25)


def test_the_closing_hour_ends_the_last_day() -> None:
    closed = rules.due(at("2026-11-23 10:00"), working_days(1), CN, closing=time(16, 30))
    assert closed.at == at("2026-11-24 16:30")


def test_an_extension_continues_the_term() -> None:
    assert due("2026-02-10 10:00", working_days(20), extra=[working_days(10)]).on == date(
        2026, 3, 30
    )
    assert due("2026-01-04 10:00", working_days(45), extra=[working_days(15)]).on == date(
        2026, 4, 2
    )


def test_an_extension_in_another_unit_of_days() -> None:
    mixed = due("2026-03-02 10:00", calendar_days(7), extra=[working_days(3)])
    assert mixed.on == date(2026, 3, 12)  # to Monday the 9th, and three working days
    with pytest.raises(ValueError):
        due("2026-03-02 10:00", calendar_days(7), extra=[hours(3)])


def test_a_pause_takes_its_working_days_out() -> None:
    plain = due("2026-03-02 10:00", working_days(5))
    held = due("2026-03-02 10:00", working_days(5), pause("2026-03-04 15:00", "2026-03-06 09:00"))
    assert plain.on == date(2026, 3, 9)
    assert held.on == date(2026, 3, 11)  # the 4th and the 5th do not count, the 6th does


@pytest.mark.parametrize(
    "nothing",
    [
        pause("2026-03-04 09:00", "2026-03-04 17:00"),  # within one day
        pause("2026-03-07 09:00", "2026-03-09 09:00"),  # a weekend
        pause("2026-03-10 09:00", "2026-03-20 09:00"),  # after the last day
        pause("2026-02-02 09:00", "2026-03-03 09:00"),  # before the first
        pause("2026-03-05 09:00", "2026-03-03 09:00"),  # ends before it begins
    ],
)
def test_pauses_that_stop_nothing(nothing: Pause) -> None:
    assert due("2026-03-02 10:00", working_days(5), nothing) == due(
        "2026-03-02 10:00", working_days(5)
    )


def test_overlapping_pauses_count_once() -> None:
    one = pause("2026-03-04 09:00", "2026-03-06 09:00")
    other = pause("2026-03-05 09:00", "2026-03-07 09:00")
    both = pause("2026-03-04 09:00", "2026-03-07 09:00")
    start, span = "2026-03-02 10:00", working_days(5)
    assert due(start, span, one, other) == due(start, span, both) == due(start, span, both, one)


def test_a_pause_counts_no_longer_than_its_maximum() -> None:
    start, span = "2026-03-02 10:00", working_days(5)
    capped = pause("2026-03-04 09:00", "2026-03-20 09:00", most="2026-03-06 09:00")
    assert due(start, span, capped) == due(
        start, span, pause("2026-03-04 09:00", "2026-03-06 09:00")
    )
    running = pause("2026-03-04 09:00", most="2026-03-06 09:00")
    assert due(start, span, running) == due(start, span, capped)


def test_an_open_pause_stops_the_term() -> None:
    start, span = "2026-03-02 10:00", working_days(5)
    held = due(start, span, pause("2026-03-04 09:00"))
    assert held.stopped and held.on == due(start, span).on
    assert not due(start, span, pause("2026-03-10 09:00")).stopped  # begun after the last day
    urgent = due(start, hours(2), pause("2026-03-02 11:00"))
    assert urgent.stopped
    assert not due(start, hours(2), pause("2026-03-02 12:00")).stopped


def test_a_calendar_term_that_ends_in_a_weekend_can_still_be_held_on_sunday() -> None:
    held = due("2026-03-02 10:00", calendar_days(5), pause("2026-03-08 09:00", "2026-03-11 09:00"))
    assert held.on == date(2026, 3, 11)


def test_into_an_unannounced_year() -> None:
    reached = due("2026-11-23 10:00", working_days(30))
    assert reached.provisional and reached.on == date(2027, 1, 5)
    assert not due("2026-11-23 10:00", working_days(28)).provisional
    assert not due("2026-12-31 20:00", hours(12)).provisional  # hours need no calendar
    office = rules.due(at("2026-12-31 16:00"), hours(2), CN, business_hours=OFFICE_HOURS)
    assert office.provisional and office.at == at("2027-01-04 10:00")


def test_hours_run_round_the_clock() -> None:
    assert due("2026-11-27 18:00", hours(24)).at == at("2026-11-28 18:00")
    held = pause("2026-11-27 19:00", "2026-11-27 19:30")
    assert due("2026-11-27 18:00", hours(24), held).at == at("2026-11-28 18:30")
    assert due("2026-11-27 18:00", minutes(90), extra=[hours(1)]).at == at("2026-11-27 20:30")


def test_hours_in_office_hours() -> None:
    def office(start: str, n: int, *pauses: Pause) -> datetime:
        return rules.due(at(start), hours(n), CN, pauses=pauses, business_hours=OFFICE_HOURS).at

    assert office("2026-11-27 15:30", 4) == at("2026-11-30 11:30")
    assert office("2026-11-28 12:00", 8) == at("2026-11-30 16:30")
    assert office("2026-11-27 15:30", 1) == at("2026-11-27 16:30")
    lunch = pause("2026-11-27 11:00", "2026-11-27 12:00")
    assert office("2026-11-27 10:00", 2, lunch) == at("2026-11-27 13:00")
    days = pause("2026-11-27 11:00", "2026-12-01 09:30")
    assert office("2026-11-27 10:00", 2, days) == at("2026-12-01 10:30")
    assert rules.working_hours_after(at("2026-11-27 15:30"), 4, CN) == at("2026-11-30 11:30")


def test_at_once_is_today() -> None:
    assert due("2026-11-28 10:00", AT_ONCE).at == at("2026-11-28 23:59:59")
    early = rules.due(at("2026-11-27 10:00"), AT_ONCE, CN, closing=time(16, 30))
    late = rules.due(at("2026-11-27 17:00"), AT_ONCE, CN, closing=time(16, 30))
    assert early.at == at("2026-11-27 16:30") and late.at == at("2026-11-27 23:59:59")


# -- what holds for every term -----------------------------------------------------------

moments = st.datetimes(datetime(2018, 3, 1), datetime(2024, 6, 30)).map(
    lambda naive: naive.replace(tzinfo=ZONE)
)
day_spans = st.builds(working_days, st.integers(1, 90)) | st.builds(
    calendar_days, st.integers(1, 120)
)
hour_spans = st.builds(hours, st.integers(1, 500)) | st.builds(minutes, st.integers(1, 5000))
pauses_near = st.lists(
    st.tuples(
        st.integers(-72, 2000), st.integers(0, 600) | st.none(), st.integers(0, 600) | st.none()
    ),
    max_size=4,
)


def lay(start: datetime, rows: list[tuple[int, int | None, int | None]]) -> list[Pause]:
    """Pauses some hours after the start, so many hours long."""

    def one(after: int, length: int | None, most: int | None) -> Pause:
        first = start + timedelta(hours=after)
        end = first + timedelta(hours=length) if length is not None else None
        return Pause(first, end, first + timedelta(hours=most) if most is not None else None)

    return [one(*row) for row in rows]


@given(moments, day_spans, pauses_near)
def test_a_term_in_days_is_never_due_on_a_day_off(
    start: datetime, span: Span, rows: list[tuple[int, int | None, int | None]]
) -> None:
    answer = rules.due(start, span, CN, pauses=lay(start, rows))
    assert CN.is_working(answer.on) and answer.on > start.date()
    for first, end in rules.paused_days(lay(start, rows)):
        assert not first <= answer.on < end


@given(moments, day_spans | hour_spans, pauses_near, pauses_near)
def test_a_pause_never_brings_a_due_date_nearer(
    start: datetime,
    span: Span,
    rows: list[tuple[int, int | None, int | None]],
    more: list[tuple[int, int | None, int | None]],
) -> None:
    few, many = lay(start, rows), lay(start, rows + more)
    before, after = (rules.due(start, span, CN, pauses=p) for p in (few, many))
    assert after.at >= before.at
    assert after.stopped or not before.stopped


@given(moments, day_spans | hour_spans, pauses_near)
def test_the_order_of_recording_is_irrelevant(
    start: datetime, span: Span, rows: list[tuple[int, int | None, int | None]]
) -> None:
    extra = [span, Span(2, span.unit)]
    answers = {
        rules.due(start, span, CN, pauses=order, extra=longer)
        for order in permutations(lay(start, rows))
        for longer in (extra, extra[::-1])
    }
    assert len(answers) == 1


@given(moments, day_spans | hour_spans, st.integers(1, 60), pauses_near)
def test_a_longer_term_is_never_due_sooner(
    start: datetime, span: Span, more: int, rows: list[tuple[int, int | None, int | None]]
) -> None:
    longer, laid = Span(span.n + more, span.unit), lay(start, rows)
    short = rules.due(start, span, CN, pauses=laid)
    long = rules.due(start, longer, CN, pauses=laid)
    assert long.at >= short.at
    assert long == rules.due(start, span, CN, pauses=laid, extra=[Span(more, span.unit)])


def _counted_on_the_fingers(start: date, span: Span, stops: list[tuple[date, date]]) -> date:
    def runs(day: date) -> bool:
        return not any(first <= day < end for first, end in stops)

    day, left = start, span.n
    while left:
        day += timedelta(days=1)
        left -= runs(day) and (span.unit == "calendar_days" or CN.is_working(day))
    while not (CN.is_working(day) and runs(day)):
        day += timedelta(days=1)
    return day


@given(moments, day_spans, pauses_near)
def test_agrees_with_counting_day_by_day(
    start: datetime, span: Span, rows: list[tuple[int, int | None, int | None]]
) -> None:
    laid = lay(start, rows)
    answer = rules.due(start, span, CN, pauses=laid)
    stops = [(p.start.date(), p.end.date()) for p in laid if p.end]
    assert answer.on == _counted_on_the_fingers(start.date(), span, stops)


@given(moments, st.integers(1, 300), pauses_near)
def test_a_term_in_hours_runs_exactly_so_long(
    start: datetime, n: int, rows: list[tuple[int, int | None, int | None]]
) -> None:
    laid = lay(start, rows)
    end = rules.due(start, hours(n), CN, pauses=laid).at
    stopped = timedelta()
    for first, until in rules.paused_instants(laid):
        stopped += max(timedelta(), min(until, end) - max(first, start))
    assert end - start - stopped == timedelta(hours=n)


@given(moments, st.integers(1, 100), pauses_near)
def test_office_hours_end_within_office_hours(
    start: datetime, n: int, rows: list[tuple[int, int | None, int | None]]
) -> None:
    end = rules.due(start, hours(n), CN, pauses=lay(start, rows), business_hours=OFFICE_HOURS).at
    assert CN.is_working(end.date())
    assert OFFICE_HOURS.opens < end.time() <= OFFICE_HOURS.closes
    assert end >= rules.due(start, hours(n), CN, pauses=lay(start, rows)).at


# -- lights ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("span", "yellow"),
    [
        (working_days(1), "2026-03-02 10:00"),  # one day is near from the start
        (working_days(5), "2026-03-06 00:00"),  # due Monday the 9th, one working day left
        (working_days(7), "2026-03-10 00:00"),
        (working_days(10), "2026-03-12 00:00"),
        (working_days(20), "2026-03-24 00:00"),
        (calendar_days(10), "2026-03-10 00:00"),
        (calendar_days(4), "2026-03-05 00:00"),
        (hours(10), "2026-03-02 18:00"),
        (AT_ONCE, "2026-03-02 10:00"),
    ],
)
def test_yellow(span: Span, yellow: str) -> None:
    start = at("2026-03-02 10:00")
    end = rules.due(start, span, CN).at
    assert rules.yellow_from(start, end, span, CN) == at(yellow)


@given(moments, st.integers(1, 90), st.integers(0, 100), st.integers(0, 5))
def test_yellow_means_what_the_setting_says(
    start: datetime, n: int, percent: int, at_least: int
) -> None:
    span = working_days(n)
    end = rules.due(start, span, CN).at
    yellow = rules.yellow_from(start, end, span, CN, percent=percent, at_least=at_least)
    most = max(at_least, n * percent // 100)
    assert rules.remaining_working_days(yellow, end, CN) <= most
    if yellow > start:
        before = yellow - timedelta(seconds=1)
        assert rules.remaining_working_days(before, end, CN) > most
        assert rules.light(before, yellow, end) is Light.GREEN
    assert start <= yellow <= end and rules.light(yellow, yellow, end) is Light.YELLOW


def test_red_is_past_the_last_moment() -> None:
    yellow, end = at("2026-03-06 00:00"), at("2026-03-09 23:59:59")
    assert rules.light(end, yellow, end) is Light.YELLOW
    assert rules.light(end + timedelta(seconds=1), yellow, end) is Light.RED


def test_remaining_and_overdue() -> None:
    end = at("2026-02-13 23:59:59")
    assert rules.remaining_working_days(at("2026-02-10 09:00"), end, CN) == 3
    assert rules.remaining_working_days(at("2026-02-13 09:00"), end, CN) == 0
    assert rules.overdue_working_days(end, at("2026-02-13 23:00"), CN) == 0
    assert rules.overdue_working_days(end, at("2026-02-24 09:00"), CN) == 2  # the 14th works
    assert rules.overdue_on(end, at("2026-02-24 09:00"), CN) == [
        date(2026, 2, 14),
        date(2026, 2, 24),
    ]


@pytest.mark.parametrize(
    ("at_", "urgent", "sent"),
    [
        ("2026-11-23 10:00", False, "2026-11-23 10:00"),
        ("2026-11-23 08:29:59", False, "2026-11-23 08:30"),
        ("2026-11-23 16:30", False, "2026-11-24 08:30"),
        ("2026-11-27 20:00", False, "2026-11-30 08:30"),
        ("2026-02-14 09:00", False, "2026-02-14 09:00"),  # a make-up Saturday
        ("2026-11-28 03:00", True, "2026-11-28 03:00"),
    ],
)
def test_warnings_go_out_in_office_hours(at_: str, urgent: bool, sent: str) -> None:
    assert rules.next_warning_moment(at(at_), CN, urgent=urgent) == at(sent)
