"""The board: every figure equals the count behind its link, for whoever looks."""

from __future__ import annotations

import csv
import html
import io
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cases.browsing import client, get, said
from tests.cast import account, body
from yimen.cases.models import Case
from yimen.ledger.models import Entry
from yimen.lib import time
from yimen.notices.models import Message
from yimen.reports import ticks

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
STAT = re.compile(
    r'<a class="y-stat__link" href="([^"]+)">.*?y-stat__figure">(?:<span.*?</span>)?(\d+)<', re.S
)
CELL = re.compile(r'<td class="numeric"><a class="govuk-link[^"]*" href="([^"]+)">(\d+)</a>')


def links(page: Any, pattern: re.Pattern[str]) -> dict[str, int]:
    """Every figure of a page by its address."""
    found = pattern.findall(page.content.decode())
    return {html.unescape(href): int(n) for href, n in found}


def behind(who: str, href: str) -> int:
    """How many there are on the page that a figure leads to, counted from its rows."""
    page = get(who, href)
    assert page.status_code == 200, href
    return len(page.context["rows"])


def test_every_figure_equals_the_count_behind_its_link(story: SimpleNamespace) -> None:
    seen: dict[str, dict[str, int]] = {}
    for who in ("director", "head", "head2", "supervisor"):
        page = get(who, "/desk/board/")
        figures = links(page, STAT) | links(page, CELL)
        assert len(figures) > 20, who
        for href, n in figures.items():
            assert behind(who, href) == n, (who, href)
        seen[who] = {k.split("figure=")[-1]: n for k, n in links(page, STAT).items()}
    # the story has something of every sort, so no figure is right by being empty
    expected = {"open", "overdue", "late_task", "supplement", "held", "undelivered",
                "undelivered_long", "no_answer", "papers", "/desk/board/enquiries/"}  # fmt: skip
    assert expected <= {key for key, n in seen["director"].items() if n}
    assert seen["director"]["open"] == Case.objects.exclude(stage="closed").count()
    assert 0 < seen["head"]["open"] < seen["director"]["open"]
    assert seen["supervisor"] == seen["director"]


def test_heads_see_their_own_bodies_only(story: SimpleNamespace) -> None:
    page = get("head", "/desk/board/")
    assert [row["body"].code for row in page.context["bodies"]] == ["bo-civil-affairs"]
    other = "/desk/board/cases/?figure=open&body=bo-employment"
    assert get("head", other).status_code == 404
    assert get("director", other).status_code == 200
    assert get("head", "/desk/board/urge/?body=bo-civil-affairs").status_code == 403
    for stranger, status in (("clerk", 403), ("officer", 403), ("resident", 404), (None, 302)):
        for path in ("", "export.csv", "cases/", "enquiries/", "overdue/", "workload/"):
            assert get(stranger, f"/desk/board/{path}").status_code == status, (stranger, path)
    other_street = get("head3", "/desk/board/").context
    assert other_street["bodies"] == []


def test_no_case_is_asked_about_by_itself(story: SimpleNamespace) -> None:
    browser = client("director")
    browser.get("/desk/board/")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        browser.get("/desk/board/")
    few = len(queries)
    for n, case in enumerate(Case.objects.exclude(stage="closed")):
        # the same cases under other bodies and persons: more rows, no more questions
        case.tasks.filter(state="offered").update(
            body=body(("bo-tax", "bo-housing", "bo-health", "bo-justice")[n % 4]),
            assignee=account(("officer9", "officer6", "officer7")[n % 3]),
        )
    with CaptureQueriesContext(connection) as queries:
        page = browser.get("/desk/board/")
    assert len(page.context["bodies"]) > 5
    assert len(queries) == few < 40


def test_urging_a_body_reaches_each_late_task_once(story: SimpleNamespace) -> None:
    browser = client("director")
    asked = browser.get("/desk/board/urge/?body=bo-employment")
    assert "催办就业后台" in said(asked)
    before = Entry.objects.filter(act="urge").count()
    done = browser.post("/desk/board/urge/?body=bo-employment", {"reason": "请抓紧"}, follow=True)
    assert "已催办 1 项任务" in said(done)
    entry = Entry.objects.get(act="urge")
    assert before == 0 and entry.stream == f"case:{story.late.case.number}"
    assert entry.account == account("director").pk
    told = Message.objects.filter(template="case.urged", about=story.late.case.number)
    assert told.filter(to_body=body("bo-employment")).count() == 1
    assert "没有逾期的任务" in said(
        browser.post("/desk/board/urge/?body=bo-justice", {"reason": ""}, follow=True)
    )


def test_the_past_opens_to_its_cases_and_acts(story: SimpleNamespace) -> None:
    ticks.daily(time.now())
    for who in ("director", "head2"):
        months = links(get(who, "/desk/board/overdue/"), CELL)
        assert months
        for href, days in months.items():
            assert sum(row["days"] for row in get(who, href).context["rows"]) == days, href
    work = links(get("director", "/desk/board/workload/?month=2026-03"), CELL)
    assert work
    for href, n in work.items():
        assert behind("director", href) == n, href
    # a head sees what was done for the bodies headed, and only that
    assert all(account("clerk").pk.hex not in href.replace("-", "") for href in links(
        get("head", "/desk/board/workload/"), CELL))  # fmt: skip
    mine = f"person={account('clerk').pk}&month=2026-03&what=accepted"
    assert get("head", f"/desk/board/workload/acts/?{mine}").status_code == 404
    trend = get("director", "/desk/board/").context["days"]
    assert len(trend) == 30 and sum(day["received"] for day in trend) == Case.objects.filter(
        received_at__lt=time.now().replace(hour=0)).count()  # fmt: skip


def test_tables_for_spreadsheets_say_the_same(story: SimpleNamespace) -> None:
    ticks.daily(time.now())
    text = get("director", "/desk/board/export.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    shown = get("director", "/desk/board/").context
    assert len(rows) == 1 + len(shown["bodies"]) + len(shown["people"])
    assert all(len(row) <= len(rows[0]) for row in rows)
    for path in ("overdue.csv", "workload.csv?month=2026-03"):
        text = get("director", f"/desk/board/{path}").content.decode("utf-8-sig")
        assert len(list(csv.reader(io.StringIO(text)))) > 1


def test_nothing_decided_stays_undelivered_unseen(story: SimpleNamespace) -> None:
    number = story.undelivered.case.number
    for who in ("clerk", "director", "auditor", "supervisor"):
        page = get(who, "/desk/undelivered/")
        row = next(r for r in page.context["rows"] if r["case"].number == number)
        assert row["long"] and row["owner"]["body"] and row["days"] == 13
    assert number not in said(get("officer", "/desk/undelivered/"))
    assert get("resident", "/desk/undelivered/").status_code == 404
    assert get("editor", "/desk/undelivered/").status_code == 403
