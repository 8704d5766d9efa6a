"""Published calendars: versions, places, what the database refuses, what the page does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction

from yimen.clock import actions, editions, loaders, queries
from yimen.clock.models import CalendarDay, CalendarVersion
from yimen.clock.shipped import shipped_calendar, shipped_editions
from yimen.lib.actor import Actor, Can, Power, system
from yimen.lib.errors import Forbidden, Invalid, Refused
from yimen.lib.time import ZONE
from yimen.lib.workdays import DayRule, Edition

AT = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)
OFF_2027 = ((1, 1), (1, 2), (1, 3), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
DAYS_2027 = tuple(DayRule(date(2027, m, d), True, "节") for m, d in OFF_2027) + (
    DayRule(date(2027, 1, 9), False, "元旦"),
)
Y2027 = Edition("", 2027, True, DAYS_2027, ("通知",))


def actor(place: str = "", *cans: Can) -> Actor:
    powers = frozenset(Power(can, uuid4(), place, uuid4()) for can in cans or (Can.CALENDAR,))
    return Actor(kind="staff", account=uuid4(), name="editor", powers=powers)


def local(place: str, day: date, is_off: bool = True) -> Edition:
    return Edition(place, day.year, False, (DayRule(day, is_off, "停电"),))


# -- reading and checking, without a database --------------------------------------------


def test_lines_are_read_in_the_forms_people_use() -> None:
    read = editions.from_rows(
        "2027-01-01，元旦，休\n\n２０２７-01-09, 元旦 ,班\n2027-01-02\t元旦\toff"
    )
    assert read == (
        DayRule(date(2027, 1, 1), True, "元旦"),
        DayRule(date(2027, 1, 9), False, "元旦"),
        DayRule(date(2027, 1, 2), True, "元旦"),
    )


def test_every_wrong_line_is_named() -> None:
    with pytest.raises(Invalid) as refused:
        editions.from_rows(
            "2027-02-30,元旦,休\n2027-01-01,元旦,休\n2027-01-02,元旦\n2027-01-03,x,?"
        )
    said = [str(error.message) for error in refused.value.errors]
    assert len(said) == 3
    assert all(str(line) in words for line, words in zip((1, 3, 4), said, strict=True))


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"year": 2027}', "null",
    '{"year": 2027, "days": [{"date": "x", "isOffDay": true}]}',
    '{"year": 2027, "days": [{"date": "2027-01-01", "isOffDay": "no"}]}'])  # fmt: skip
def test_a_file_of_another_form_is_refused(content: str) -> None:
    with pytest.raises(Invalid):
        editions.from_json(content)


def test_shipped_years_pass_their_own_check() -> None:
    for edition in shipped_editions():
        if edition.days:
            editions.check(edition)
            assert editions.from_rows(editions.to_rows(edition)) == edition.days


@pytest.mark.parametrize(
    "wrong",
    [
        replace(Y2027, days=DAYS_2027[1:]),
        replace(Y2027, days=(*DAYS_2027, DAYS_2027[0])),
        replace(Y2027, days=(*DAYS_2027, DayRule(date(2026, 11, 30), True))),
        replace(Y2027, days=(*DAYS_2027, DayRule(date(2027, 3, 1), True, "长" * 41))),
        replace(Y2027, days=()),
        replace(Y2027, year=1950),
        replace(Y2027, place="沪"),
    ],
)
def test_announcements_that_cannot_be(wrong: Edition) -> None:
    with pytest.raises(Invalid):
        editions.check(wrong)


def test_months_show_every_day_once() -> None:
    months = editions.months(shipped_calendar(), 2026, {})
    cells = [cell for month in months for week in month.weeks for cell in week if cell]
    assert len(cells) == 365 and sum(month.working for month in months) == 248
    sorts = {cell.day: cell.sort for cell in cells}
    assert sorts[date(2026, 2, 14)] == "makeup" and sorts[date(2026, 2, 15)] == "off"
    assert sorts[date(2026, 3, 7)] == "weekend" and sorts[date(2026, 3, 9)] == "work"
    assert all(len(week) == 7 for month in months for week in month.weeks)


# -- publishing --------------------------------------------------------------------------


@pytest.mark.django_db
def test_without_publications_the_shipped_calendar_serves() -> None:
    assert queries.latest_version() == 0
    calendar = queries.calendar_for("310199001001")
    assert calendar.add_working_days(date(2026, 9, 30), 20) == date(2026, 11, 3)
    assert 2027 not in calendar.confirmed


@pytest.mark.django_db
def test_publishing_a_year_makes_it_known_and_moves_the_version() -> None:
    before = queries.calendar_for()
    version = actions.publish(Y2027, by=actor(), at=AT)
    after = queries.calendar_for()
    assert (version.version, version.published_at) == (1, AT)
    assert queries.latest_version() == version.serial == after.version > before.version
    assert after.add_working_days(date(2026, 12, 31), 1) == date(2027, 1, 4)
    assert after.is_working(date(2027, 1, 9)) and 2027 not in before.confirmed


@pytest.mark.django_db
def test_a_newer_version_replaces_and_the_old_one_stays() -> None:
    actions.publish(Y2027, by=actor(), at=AT)
    longer = replace(Y2027, days=(*DAYS_2027, DayRule(date(2027, 2, 8), True, "春节")))
    assert actions.publish(longer, by=actor(), at=AT).version == 2
    assert not queries.calendar_for().is_working(date(2027, 2, 8))
    assert [v.version for v in queries.history(2027)] == [2, 1]
    assert CalendarDay.objects.filter(version__version=1).count() == len(DAYS_2027)


@pytest.mark.django_db
def test_the_same_again_is_refused() -> None:
    actions.publish(Y2027, by=actor(), at=AT)
    with pytest.raises(Refused):
        actions.publish(replace(Y2027, days=DAYS_2027[::-1]), by=actor(), at=AT)
    assert CalendarVersion.objects.count() == 1


@pytest.mark.django_db
def test_a_place_changes_its_own_days_only() -> None:
    actions.publish(local("310199001", date(2026, 12, 1)), by=actor("310199"), at=AT)
    shelf = queries.shelf()
    assert not shelf.calendar("310199001002").is_working(date(2026, 12, 1))
    assert shelf.calendar("310199002001").is_working(date(2026, 12, 1))
    assert shelf.calendar("310199001001") is shelf.calendar("310199001002")


@pytest.mark.django_db
def test_an_expected_year_stays_unannounced() -> None:
    actions.publish(replace(Y2027, confirmed=False), by=actor(), at=AT)
    calendar = queries.calendar_for()
    assert 2027 not in calendar.confirmed
    assert calendar.provisional.is_working(date(2027, 1, 9))  # the guess knows what is expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "place"),
    [
        (actor("310199001"), ""),
        (actor("310199001"), "310199002"),
        (actor("310199001"), "31"),
        (actor("", Can.INTAKE), "310199001"),
        (Actor(kind="anonymous"), ""),
    ],
)
def test_who_may_not_publish(who: Actor, place: str) -> None:
    edition = local(place, date(2026, 12, 1)) if place else Y2027
    with pytest.raises(Forbidden):
        actions.publish(edition, by=who, at=AT)
    assert not CalendarVersion.objects.exists()


@pytest.mark.django_db
def test_a_publication_is_on_record() -> None:
    from yimen.ledger.models import Entry

    by = actor()
    actions.publish(Y2027, by=by, at=AT)
    entry = Entry.objects.get(stream="calendar:CN:2027")
    assert (entry.street, entry.act, entry.account) == ("0", "published", by.account)
    assert editions.edition_digest(Y2027) in str(entry.data)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE clock_calendarversion SET confirmed = false",
        "DELETE FROM clock_calendarday",
        "UPDATE clock_calendarday SET is_off = NOT is_off",
    ],
)
def test_the_database_refuses_to_change_what_was_published(sql: str) -> None:
    actions.publish(Y2027, by=actor(), at=AT)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.django_db
def test_one_small_query_while_nothing_is_published(django_assert_num_queries: object) -> None:
    actions.publish(Y2027, by=actor(), at=AT)
    queries.shelf()
    with django_assert_num_queries(1):  # type: ignore[operator]
        shelf = queries.shelf()
        for place in ("310199001001", "310199002", "31", ""):
            shelf.calendar(place).add_working_days(date(2026, 3, 2), 5)


@pytest.mark.django_db
def test_loading_twice_does_nothing_more_and_spares_what_people_published() -> None:
    assert loaders.load() == sum(bool(e.days) for e in shipped_editions())
    assert loaders.load() == 0
    shipped = next(e for e in shipped_editions() if e.year == 2026)
    changed = replace(shipped, days=(*shipped.days, DayRule(date(2026, 12, 30), True, "临时")))
    actions.publish(changed, by=actor(), at=AT)
    assert loaders.load() == 0
    assert not queries.calendar_for().is_working(date(2026, 12, 30))


@pytest.mark.django_db
def test_an_upgrade_brings_a_corrected_year() -> None:
    loaders.load()
    before = queries.latest_version()
    old = next(e for e in shipped_editions() if e.year == 2025)
    actions.publish(replace(old, days=old.days[:-1]), by=system(), at=AT)
    assert loaders.load() == 1 and queries.latest_version() == before + 2


# -- the page ----------------------------------------------------------------------------


@pytest.fixture
def page(rf: object, monkeypatch: pytest.MonkeyPatch) -> object:
    """Call the views as a given actor; the whole path with sign-in is tested with the cast."""
    from django.contrib.messages.storage.cookie import CookieStorage

    from yimen.clock import views

    def call(name: str, who: Actor, data: dict[str, object] | None = None, **query: str) -> object:
        request = rf.post("/", data) if data else rf.get("/", query)  # type: ignore[attr-defined]
        request.actor = who
        request._messages = CookieStorage(request)
        return getattr(views, name)(request)

    return call


ROWS = "\n".join(f"{x.day},{x.name},{'休' if x.is_off else '班'}" for x in DAYS_2027)


@pytest.mark.django_db
def test_an_unannounced_year_is_shown_plainly(page: object) -> None:
    shown = page("year", actor(), year="2027").content.decode()  # type: ignore[operator]
    assert "尚未公布" in shown and shown.count('class="clock-month"') == 12
    known = page("year", actor(), year="2026").content.decode()  # type: ignore[operator]
    assert "尚未公布" not in known and "248" in known
    for odd in ("abc", "1", "9999", "-5"):
        assert page("year", actor(), year=odd).status_code == 200  # type: ignore[operator]


@pytest.mark.django_db
def test_preview_writes_nothing_and_confirm_does(page: object) -> None:
    sent = {"year": "2027", "rows": ROWS, "confirmed": "on", "step": "preview"}
    shown = page("publish", actor(), sent).content.decode()  # type: ignore[operator]
    assert "1月9日" in shown and "确认发布" in shown and not CalendarVersion.objects.exists()
    again = {"year": "2027", "rows": ROWS, "confirmed": "True", "place": "", "step": "confirm"}
    done = page("publish", actor(), again)  # type: ignore[operator]
    assert done.status_code == 302 and queries.latest_version() == 1
    assert 2027 in queries.calendar_for().confirmed


@pytest.mark.django_db
def test_a_file_of_the_year(page: object) -> None:
    from yimen.clock.shipped import content_folder

    content = (content_folder() / "calendars" / "2025.json").read_bytes()
    file = SimpleUploadedFile("2025.json", content)
    shown = page("publish", actor(), {"file": file, "confirmed": "on"})  # type: ignore[operator]
    assert shown.status_code == 200 and "确认发布" in shown.content.decode()


@pytest.mark.django_db
def test_what_was_typed_survives_an_error(page: object) -> None:
    wrong = {"year": "2027", "rows": "2027-13-01,元旦,休", "step": "preview"}
    answer = page("publish", actor(), wrong)  # type: ignore[operator]
    assert answer.status_code == 422 and "2027-13-01,元旦,休" in answer.content.decode()


@pytest.mark.django_db
def test_pages_ask_who_is_there(page: object) -> None:
    from yimen.lib.errors import Unseen

    with pytest.raises(Unseen):
        page("year", Actor(kind="resident"))  # type: ignore[operator]
    with pytest.raises(Forbidden):
        page("publish", actor("", Can.INTAKE))  # type: ignore[operator]


@pytest.mark.django_db
def test_going_back_keeps_what_was_typed(page: object) -> None:
    sent = {"year": "2027", "rows": ROWS, "confirmed": "True", "step": "edit"}
    answer = page("publish", actor(), sent)  # type: ignore[operator]
    assert answer.status_code == 200 and "2027-01-09,元旦,班" in answer.content.decode()
    assert not CalendarVersion.objects.exists()
