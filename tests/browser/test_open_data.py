"""The page of open data: accessible, fits a telephone, found from the figures; the file comes down."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1280, 390])
def test_open_data_is_found_explained_and_downloaded(
    page_as: Callable[..., Page], site: Callable[[str], str], assert_accessible, width: int
) -> None:
    page = page_as(None, width=width)
    page.goto(site("/figures/"))
    page.locator("main a[href='/open-data/']").click()
    assert_accessible(page)
    fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert page.evaluate(fits)
    with page.expect_download() as coming:
        page.locator("a[href*='requests.csv']").first.click()
    name = coming.value.suggested_filename
    assert name.startswith("requests-") and name.endswith(".csv")
