"""Sending with one key: returned, sent again, disputed, decided; accessible and narrow enough."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cast import STREET, actor
from yimen.cases.actions import perform
from yimen.cases.dossier import load
from yimen.directory import loaders as directory
from yimen.hotline import actions
from yimen.hotline.actions import Taken
from yimen.hotline.models import Dispatch
from yimen.lib.time import now
from yimen.matters.loaders import load as load_matters
from yimen.matters.models import MatterVersion

pytestmark = pytest.mark.browser
DATA = Path(__file__).resolve().parent.parent.parent / "data"


@pytest.fixture(autouse=True)
def _world(site: Callable[[str], str]) -> None:
    if not MatterVersion.objects.filter(matter_id="help-005").exists():
        load_matters(*sorted((DATA / "matters").glob("help-*.json")))
    directory.demo()


def taken(need: str = "quarrel.noise") -> str:
    asked = Taken(need, "楼上半夜装修", place=f"{STREET}001", name="李")
    return actions.take(asked, by=actor("clerk"), at=now()).case.number


def give_back(number: str) -> None:
    d = load(number)
    made = Dispatch.objects.filter(request__case=d.case, role="lead").order_by("-number").first()
    workers = {"bo-justice": "officer8", "bo-civil-affairs": "officer", "bo-housing": "officer6"}
    by = actor(workers[made.body.code]) if made.body.code in workers else None
    if by is None:
        actions.recall(made.pk, reason="请另派", by=actor("clerk"), at=now())
        return
    for task in [t for t in d.open_tasks if t.body_id in by.bodies()]:
        perform(number, "return", by=by, task=str(task.pk), reason="不归我们管")


def test_sent_with_a_key_returned_sent_again_and_decided(page_as, site) -> None:
    number = taken()
    page = page_as("clerk")
    page.goto(site(f"/desk/line/requests/{number}/dispatch/"))
    page.keyboard.press("Alt+1")
    page.get_by_text("已派给").wait_for()
    assert page.get_by_role("button", name="派出").count() == 0, "one leads at a time"
    give_back(number)
    page.goto(site("/desk/line/"))
    page.get_by_role("heading", name="要派的").wait_for()
    page.get_by_role("link", name=number, exact=True).first.click()
    actions.dispatch(number, to="body:bo-civil-affairs", by=actor("clerk"), at=now())
    give_back(number)
    page.reload()
    page.get_by_text("由热线负责人裁定").wait_for()
    assert page.get_by_role("button", name="派出").count() == 0
    chief = page_as("director")
    chief.goto(site(f"/desk/line/requests/{number}/dispatch/"))
    chief.get_by_label("为什么裁定由它办").fill("按责任表由它调解")
    chief.get_by_role("button", name="裁定").first.click()
    chief.get_by_text("已派给").wait_for()
    assert Dispatch.objects.get(request__case__number=number, final=True).reason


@pytest.mark.parametrize(("width", "language"), [(1280, "zh-hans"), (390, "en")])
def test_accessible_and_no_wider_than_the_screen(
    page_as, site, assert_accessible, width: int, language: str
) -> None:
    number = taken("care.bath")
    page = page_as("clerk", width=width, language=language)
    for path in ("dispatch/", "dispatch/?ask=care-station", "neighbours/"):
        page.goto(site(f"/desk/line/requests/{number}/{path}"))
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
