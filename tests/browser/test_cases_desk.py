"""The desk's work on a case in a real browser: by keyboard, in the drawer, and without scripts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cases.world import SYSTEM, hand_in
from yimen.cases.actions import perform
from yimen.cases.dossier import load

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "journal"]),
]


@pytest.fixture
def taken_in(cast: None, transactional_db: None) -> Any:
    return hand_in("civil-affairs-018")


def test_a_clerk_asks_for_what_is_missing_in_the_drawer_by_keyboard(
    taken_in: Any, page_as: Any, site: Any, assert_accessible: Any
) -> None:
    page = page_as("clerk")
    page.goto(site(f"/desk/cases/{taken_in.case.number}/"))
    assert_accessible(page)
    page.keyboard.press("Alt+b")
    drawer = page.locator("#drawer")
    drawer.locator("textarea[name=reason]").fill("请补交银行账户复印件")
    drawer.locator("button[type=submit]").click()
    drawer.locator(".govuk-error-summary").wait_for()
    assert drawer.locator("textarea[name=reason]").input_value() == "请补交银行账户复印件"
    drawer.locator("input[name=materials]").first.check()
    drawer.locator("button[type=submit]").click()
    page.get_by_role("status").filter(has_text="告知补正").wait_for()
    assert load(taken_in.case.number).case.stage == "supplementing"


def test_the_worklist_by_keyboard_alone(
    taken_in: Any, page_as: Any, site: Any, assert_accessible: Any
) -> None:
    perform(taken_in.case.number, "accept", by=SYSTEM)
    page = page_as("officer")
    page.goto(site("/desk/tasks/"))
    assert_accessible(page)
    page.keyboard.press("j")
    page.keyboard.press("s")
    page.get_by_text("已签收 1 项任务").wait_for()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/cases/{taken_in.case.number}/")


def test_the_same_without_scripts_on_a_phone(
    taken_in: Any, page_as: Any, site: Any, assert_fits: Any
) -> None:
    page = page_as("clerk", scripts=False, width=390)
    page.goto(site(f"/desk/cases/{taken_in.case.number}/"))
    page.locator('[data-act="accept"]').first.click()
    page.wait_for_url("**/accept/")
    page.locator("main button[type=submit]").click()
    page.wait_for_url(f"**/desk/cases/{taken_in.case.number}/")
    assert load(taken_in.case.number).case.stage == "handling"
