"""Sheets of work: what counts, overtime, weights, years; every figure is its acts; one's own only."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, time, timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from tests.cast import CENTRE, account, actor, body
from tests.reports.conftest import FRIDAY, on
from yimen.bodies.models import Appointment
from yimen.cases.actions import perform
from yimen.clock.queries import calendar_for
from yimen.contacts import actions as contacts
from yimen.counters import actions as counters
from yimen.counters.loaders import load
from yimen.custody.actions import scan
from yimen.ledger.models import Entry
from yimen.lib import time as clock
from yimen.lib.time import ZONE, local
from yimen.places.models import ServicePoint
from yimen.reports import ticks, working
from yimen.reports.actions import count
from yimen.reports.models import DailyWork
from yimen.workforce.models import Duty

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
WINDOW = f"{CENTRE}02"


@pytest.fixture
def busy(story: SimpleNamespace) -> SimpleNamespace:
    """Beside the cases: a ticket served in hours, one late in the evening, a question answered on a
    Saturday, papers scanned; then the days are counted."""
    load()
    serve(on(15, 10))
    serve(on(15, 19))
    with clock.at(on(12, 10)):  # Saturday, 14 March
        asked = contacts.ask("几点开门？", by=actor("clerk"), at=clock.now()).enquiry
        contacts.answer(asked, text="八点半", by=actor("clerk"), at=clock.now())
    task = next(t for t in story.open.open_tasks if t.body_id == body("bo-civil-affairs").pk)
    with clock.at(on(16, 10)):
        perform(
            story.open.case.number,
            "finish",
            by=actor("officer"),
            task=str(task.pk),
            consent=True,
            answer="match",
        )
        scan(story.paper.hops.get().paper.code, by=actor("officer"), at=clock.now())
    with clock.at(FRIDAY):
        ticks.daily(clock.now())
    return story


def serve(at: datetime) -> None:
    point, by = ServicePoint.objects.get(pk=CENTRE), actor("clerk")
    with clock.at(at):
        counters.open_window(WINDOW, by=by, at=at)
        counters.take(point, by=by, at=at)
        counters.call_next(WINDOW, by=by, at=at)
        counters.finish(WINDOW, by=by, at=at)
        counters.close(WINDOW, by=by, at=at)


def client(who: str) -> Client:
    made = Client()
    made.force_login(account(who))
    return made


def row(who: str, month: str = "2026-03") -> dict[str, int]:
    """The counts of one's own sheet for a month, by key."""
    with clock.at(FRIDAY):
        page = client(who).get(f"/desk/my-work/?year={month[:4]}")
    found = next(r for r in page.context["rows"] if f"{r['month']:%Y-%m}" == month)
    return {c["key"]: c["n"] for c in found["cells"]} | {"weighted": found["weighted"]}


def naive() -> Counter[tuple[Any, ...]]:
    """The record read entry by entry."""
    found: Counter[tuple[Any, ...]] = Counter()
    seats = dict(Appointment.objects.values_list("pk", "seat__body_id"))
    kinds = {how: what for what, how in working.WORK.items()}
    for entry in Entry.objects.exclude(power=None):
        what = kinds.get((f"{entry.stream.split(':')[0]}:", entry.act))
        at = local(entry.recorded_at)
        if what is None or at.date() >= FRIDAY.date():
            continue
        place = (at.date(), entry.account, seats[entry.power])
        found[(*place, what)] += 1
        on_duty = Duty.objects.filter(
            account=entry.account, cancelled_at=None, begins_at__lte=at, ends_at__gt=at
        ).exists()
        inside = time(8, 30) <= at.time() < time(16, 30)
        if not on_duty and not (inside and calendar_for(entry.street).is_working(at.date())):
            found[(*place, "overtime")] += 1
    return found


def stored() -> Counter[tuple[Any, ...]]:
    found: Counter[tuple[Any, ...]] = Counter()
    for work in DailyWork.objects.all():
        for what in (*working.WORK, "overtime"):
            if n := getattr(work, what):
                found[(work.day, work.account_id, work.body_id, what)] = n
    return found


def test_every_figure_is_what_the_record_says(busy: SimpleNamespace) -> None:
    assert stored() == naive()
    kinds = {what for *_place, what in stored()}
    assert kinds >= {"served", "accepted", "finished", "answered", "scanned", "overtime"}


def test_the_evening_and_the_saturday_are_overtime(busy: SimpleNamespace) -> None:
    mine = row("clerk")
    assert mine["served"] == 2 and mine["answered"] == 1 and mine["overtime"] == 2


def test_whoever_was_on_duty_does_not_work_over(busy: SimpleNamespace) -> None:
    day = on(12).date()
    begin = datetime.combine(day, time(8), ZONE)
    Duty.objects.create(
        street="310199001", place_id=CENTRE, account=account("clerk"), sort="training", day=day,
        begins_at=begin, ends_at=begin + timedelta(hours=4),
    )  # fmt: skip
    with clock.at(FRIDAY):
        count([day], at=clock.now())
    assert row("clerk")["overtime"] == 1


def test_matters_and_sorts_have_weights(busy: SimpleNamespace, settings) -> None:
    plain = row("clerk")
    counted = sum(plain[what] for what in working.WORK)
    assert plain["weighted"] == counted
    settings.YIMEN_WORK_WEIGHTS = {"acts": {"served": 0.5}, "matters": {"civil-affairs-001": 3}}
    with clock.at(FRIDAY):
        count({work.day for work in DailyWork.objects.all()}, at=clock.now())
    heavy = Entry.objects.filter(
        account=account("clerk").pk, act__in=["receive", "accept"], power__isnull=False,
        stream__in=[f"case:{d.case.number}" for d in (busy.waiting, busy.open, busy.held)],
    ).count()  # fmt: skip
    assert heavy and row("clerk")["weighted"] == counted - 2 * 0.5 + 2 * heavy


def test_every_figure_opens_to_exactly_its_acts(busy: SimpleNamespace) -> None:
    with clock.at(FRIDAY):
        for who, address in (
            ("director", "/desk/board/workload/?month=2026-03"),
            ("director", "/desk/board/workload/?year=2026"),
            ("clerk", "/desk/my-work/?year=2026"),
        ):
            browser = client(who)
            cells = [c for r in browser.get(address).context["rows"] for c in r["cells"] if c["n"]]
            assert cells
            for cell in cells:
                page = browser.get(cell["href"])
                assert page.status_code == 200, cell
                assert page.context["page"].total == cell["n"], cell


def test_a_year_is_the_sum_of_its_months_and_bodies_of_their_people(busy: SimpleNamespace) -> None:
    with clock.at(FRIDAY):
        browser = client("director")
        sums = []
        for by in ("account", "body"):
            page = browser.get(f"/desk/board/workload/?year=2026&by={by}")
            total: Counter[str] = Counter()
            for line in page.context["rows"]:
                total.update({c["key"]: c["n"] for c in line["cells"]})
            sums.append(total)
    assert sums[0] == sums[1]
    assert sums[0]["received"] == sum(w.received for w in DailyWork.objects.all())


def test_the_workbook_says_the_same(busy: SimpleNamespace) -> None:
    with clock.at(FRIDAY):
        browser = client("director")
        shown = browser.get("/desk/board/workload/?month=2026-03").context["rows"]
        book = load_workbook(
            BytesIO(browser.get("/desk/board/workload.xlsx?month=2026-03").content)
        )
    assert len(book.worksheets) == 3
    people = list(book.worksheets[0].iter_rows(values_only=True))
    assert [r[1] for r in people[1:]] == [r["name"] for r in shown]
    assert [list(r[2:-1]) for r in people[1:]] == [[c["n"] for c in r["cells"]] for r in shown]


def test_everybody_their_own_and_nobody_elses(busy: SimpleNamespace) -> None:
    other = f"person={account('officer').pk}&month=2026-03&what=finished"
    with clock.at(FRIDAY):
        assert client("clerk").get(f"/desk/my-work/acts/?{other}").status_code == 404
        assert client("clerk").get("/desk/board/workload/").status_code == 403
        assert client("resident").get("/desk/my-work/").status_code == 404
