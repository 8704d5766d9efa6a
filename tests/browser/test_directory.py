"""Pages of the directory in a browser: accessible, no wider than the screen, without scripts too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from yimen.directory.loaders import demo
from yimen.directory.models import Helper, Service

pytestmark = pytest.mark.browser
PAGES = [
    (None, "/services/"),
    ("resident", "/my/help/"),
    ("director", "/desk/units/"),
    ("director", "/desk/units/canteen/"),
    ("director", "/desk/services/meal/"),
    ("assistant", "/desk/helpers/?state=ready"),
    ("clerk", "/desk/helpers/new/"),
    ("director", "/desk/concerns/"),
]


@pytest.fixture(autouse=True)
def _town(site: Callable[[str], str]) -> None:
    if not Service.objects.exists():
        demo()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [1280, 390])
def test_accessible_and_no_wider_than_the_screen(
    page_as: Callable[..., Page], site: Callable[[str], str],
    assert_accessible: Callable[[Page], None], width: int, language: str,
) -> None:  # fmt: skip
    for who, path in PAGES:
        page = page_as(who, width=width, language=language)
        answer = page.goto(site(path))
        assert answer is not None and answer.status == 200, path
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_an_offer_without_scripts(page_as: Callable[..., Page], site: Callable[[str], str]) -> None:
    page = page_as("resident", width=390, scripts=False)
    page.goto(site("/my/help/"))
    page.get_by_role("button", name="报名").click()
    assert page.get_by_role("alert").is_visible(), "what is missing is said"
    page.get_by_label("您住在哪个居村委").select_option("310199001001")
    for label in ("陪聊代买", "休息日白天", "我同意在需要时接到请求"):
        page.get_by_label(label).check()
    page.get_by_role("button", name="报名").click()
    assert "待核实" in page.content()
    assert Helper.objects.filter(state="offered", division_id="310199001001").exists()
