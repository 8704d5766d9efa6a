"""A burst-pipe evening and the map in a browser, wide and on a telephone: one thing with twelve
callers is told and answered together; the map is read by eye, by keyboard and as a table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cast import STREET, actor
from yimen.hotline import actions
from yimen.hotline.actions import Taken
from yimen.hotline.models import HelpRequest
from yimen.lib.time import now
from yimen.matters.loaders import load
from yimen.matters.models import MatterVersion
from yimen.notices.models import Message

pytestmark = pytest.mark.browser
DATA = Path(__file__).resolve().parent.parent.parent / "data"
CALLERS = 12


@pytest.fixture
def head(site: Callable[[str], str]) -> HelpRequest:
    """Twelve callers about one pipe, and one more beside it."""
    if not MatterVersion.objects.filter(matter_id="help-001").exists():
        load(*sorted((DATA / "matters").glob("help-*.json")))
    found = HelpRequest.objects.filter(need="urgent.water", event=None).order_by("taken_at").first()
    if found:
        return found
    first = _taken("来电 0")
    for n in range(1, CALLERS):
        _taken(f"来电 {n}", same_as=first.pk)
    _taken("另一位")
    return first


def _taken(name: str, **more) -> HelpRequest:
    asked = Taken("urgent.water", "水管爆了", place=f"{STREET}001", name=name, **more)
    d = actions.take(asked, by=actor("clerk"), at=now())
    return HelpRequest.objects.get(case=d.case)


@pytest.mark.parametrize("width", [1280, 390])
def test_one_thing_and_its_callers(page_as, site, assert_accessible, head, width: int) -> None:
    page = page_as("clerk", width=width)
    page.goto(site("/desk/line/"))
    page.get_by_role("link", name="同一件事").first.click()
    page.get_by_role("heading", name="来电人").wait_for()
    assert page.get_by_role("row").count() >= CALLERS + 1
    assert_accessible(page)
    if width > 1000:
        page.get_by_role("button", name="告诉每一位").click()
        page.get_by_text("已告诉 12 位来电人").wait_for()
        assert Message.objects.filter(template="line.event_working").count() == CALLERS
        page.get_by_label("把哪一件并进来").select_option(index=1)
        page.get_by_label("为什么是同一件事").fill("同一根水管")
        page.get_by_role("button", name="并为同一件事").click()
        page.get_by_text("已并为同一件事").wait_for()
        assert HelpRequest.objects.filter(event=head).count() == CALLERS


@pytest.mark.parametrize("width", [1280, 390])
def test_the_map_and_its_table(page_as, site, assert_accessible, head, width: int) -> None:
    page = page_as("director", width=width)
    page.goto(site("/desk/line/map/"))
    drawing = page.locator("svg.line-map__drawing")
    assert drawing.locator("a").count() == 1, "twelve are shown, fewer than ten nowhere"
    box = drawing.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= width
    drawing.locator("a").focus()
    page.keyboard.press("Enter")
    assert "#cell-" in page.url
    assert page.locator("tr:target").inner_text().rstrip()[-2:].isdigit()
    assert_accessible(page)
    page.goto(site("/help/map/"))
    assert drawing.locator("a").count() == 0, "this month is not over"
    assert_accessible(page)
    page.goto(site("/desk/line/recurring/"))
    assert_accessible(page)
