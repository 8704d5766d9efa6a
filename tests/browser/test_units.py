"""A partner unit's day on a telephone: sign, look at the number, on the way, finish with a picture."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.cast import STREET, actor, facts, party
from tests.doors.lines import PICTURE, given
from yimen.hotline.actions import Taken
from yimen.hotline.models import JobNote
from yimen.matters.loaders import load
from yimen.matters.models import MatterVersion
from yimen.people.models import Disclosure

pytestmark = pytest.mark.browser
DATA = Path(__file__).resolve().parent.parent.parent / "data"
CARE = "只在上午打"


@pytest.fixture(autouse=True)
def _matters(site: Callable[[str], str]) -> None:
    if not MatterVersion.objects.filter(matter_id="help-001").exists():
        load(*sorted((DATA / "matters").glob("help-*.json")))


def looked_at(page: Page, name: str) -> None:
    """A picture for whoever wants to see the page: `PICTURES=folder`."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def asked(**more: object) -> Taken:
    return Taken(
        "urgent.water", "厨房水管爆了，水漫到客厅", where="梧桐路 1 弄 2 号 301", place=f"{STREET}001",
        party=party("resident").pk, **more,  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_job_on_a_telephone(page_as, site, assert_accessible, tmp_path, language: str) -> None:
    number = given(asked(quiet=True, reach=CARE), "unit-repair", worker="")
    picture = tmp_path / "IMG_0001.png"
    picture.write_bytes(PICTURE)
    page = page_as("partner", width=390, language=language)
    page.set_default_navigation_timeout(45_000)  # the first page of a cold server

    def checked(name: str) -> None:
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        looked_at(page, f"unit-{name}-{language}")

    page.goto(site("/unit/"))
    checked("jobs")
    page.locator(f"form[action$='{number}/'] button[value=sign]").click()
    page.wait_for_url(f"**/unit/jobs/{number}/")
    assert CARE in page.content() and facts("resident")["name"] not in page.content()
    checked("job")
    page.locator("details", has=page.locator("[name=reason]")).first.locator("summary").click()
    page.locator("form[action$='/phone/'] [name=reason]").fill("到楼下了")
    page.locator("form[action$='/phone/'] button").click()
    page.get_by_role("link", name=facts("resident")["phone"]).wait_for()
    assert Disclosure.objects.filter(about=number, field="phone").count() == 1
    checked("phone")
    page.goto(site(f"/unit/jobs/{number}/"))
    assert facts("resident")["phone"] not in page.content()
    page.locator("button[value=way]").click()
    page.locator("button[value=there]").click()
    page.locator("button[value=there]").wait_for(state="detached")
    assert JobNote.objects.filter(case__number=number).count() == 2
    page.locator("button[value=finish]").click()
    page.locator(".govuk-error-summary").wait_for()
    checked("wrong")
    page.locator("[name=done][value=yes]").check()
    page.locator("[name=text]").fill("换了阀门，不漏了")
    page.locator("[name=photos]").set_input_files(picture)
    page.locator("button[value=finish]").click()
    page.wait_for_url("**/unit/")
    checked("done-list")
    page.locator(f"a[href$='{number}/']").click()
    page.wait_for_url(f"**/unit/jobs/{number}/")
    assert "水漫到客厅" not in page.content() and CARE not in page.content()
    checked("over")


def test_nothing_to_do_is_said(page_as, site, assert_accessible) -> None:
    page = page_as("partner2", width=390)
    page.goto(site("/unit/"))
    page.get_by_text("现在没有派单").wait_for()
    assert_accessible(page)
    assert not actor("partner2").can("handle")
