"""Figures and departments' systems in a real browser: axe, phone width, no script needed."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from tests.browser.conftest import DESK, PHONE
from tests.reports.conftest import story as lived
from yimen.ledger.roots import fold_roots
from yimen.lib import time
from yimen.reports import ticks

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "journal"]),
]
story = lived
BOARD = [
    "/desk/board/", "/desk/board/cases/?figure=open", "/desk/board/enquiries/",
    "/desk/board/urge/?body=bo-employment", "/desk/board/overdue/",
    "/desk/board/overdue/cases/?body=bo-employment&month=2026-03",
    "/desk/board/workload/?month=2026-03", "/desk/undelivered/",
]  # fmt: skip
BRIDGES = [
    "/desk/bridges/", "/desk/bridges/connect/", "/desk/bridges/civil/",
    "/desk/bridges/civil/change/", "/desk/bridges/civil/rest/", "/desk/bridges/civil/copy-out/",
]  # fmt: skip
WINDOWS = [(DESK, "zh-hans"), (PHONE, "en")]


@pytest.fixture
def counted(story: SimpleNamespace) -> Iterator[SimpleNamespace]:
    ticks.daily(time.now())
    fold_roots()
    yield story


def test_pages_are_accessible_and_fit(page_as, site, assert_accessible, assert_fits, counted):
    doors = (("director", BOARD), ("admin", BRIDGES), (None, ["/figures/", "/roots/"]))
    for width, language in WINDOWS:
        for who, paths in doors:
            page = page_as(who, width=width, language=language)
            said = []
            page.on("console", lambda m, said=said: said.append(m.text) if m.type == "error" else 0)
            for path in paths:
                assert page.goto(site(path)).status == 200, path
                assert_accessible(page)
                assert_fits(page)
            assert not said


def test_from_a_figure_to_its_case_and_back_without_scripts(page_as, site, counted):
    page = page_as("director", scripts=False)
    page.goto(site("/desk/board/"))
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="就业后台"))
    row.get_by_role("link", name="催办").click()
    page.get_by_label("催办说明").fill("请今天办结")
    page.get_by_role("button", name="催办").click()
    assert page.get_by_text("已催办 1 项任务").is_visible()
    page.locator(".y-stat__link", has_text="逾期").first.click()
    link = page.locator("tbody").get_by_role("link").first
    link.click()
    assert "/desk/cases/" in page.url


def test_their_number_is_noted_without_scripts(page_as, site, counted):
    page = page_as("officer", scripts=False)
    page.goto(site("/desk/bridges/civil/copy-out/"))
    number = counted.open.case.number
    box = page.get_by_label(f"对方系统的编号 {number}")
    box.fill("MZ-1")
    box.press("Enter")
    assert page.get_by_text("已登记对方编号").is_visible()
    assert page.get_by_label(f"对方系统的编号 {number}").input_value() == "MZ-1"
