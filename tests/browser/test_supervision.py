"""Visits, complaints and selections in a real browser: axe, phone width, no script needed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.conftest import DESK, PHONE
from tests.cast import load_cast
from tests.supervision.town import visits
from yimen.counters.loaders import demo as halls
from yimen.lib import time

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "journal"]),
]


@pytest.fixture
def seen() -> Iterator[dict[str, object]]:
    load_cast()
    with time.at("2026-03-11T10:00"):
        halls()
        made = visits(None)
    yield made


def test_pages_are_accessible_and_fit(page_as, site, assert_accessible, assert_fits, seen):
    doors = (
        (None, ["/conduct/", "/complain/", "/complain/answer/", "/commended/",
                f"/commended/{seen['selection']}/"]),
        ("supervisor", ["/desk/visits/", "/desk/visits/plan/", f"/desk/visits/{seen['visit']}/",
                        f"/desk/visits/{seen['visit_hidden']}/sheet/",
                        f"/desk/visits/objections/{seen['visit_objection']}/",
                        f"/desk/complaints/{seen['complaint']}/", "/desk/complaints/"]),
        ("director", [f"/desk/visits/{seen['visit']}/", f"/desk/visits/scores/{seen['lost']}/object/",
                      f"/desk/selections/{seen['selection_new']}/", "/desk/selections/"]),
    )  # fmt: skip
    for width, language in ((DESK, "zh-hans"), (PHONE, "en")):
        for who, paths in doors:
            page = page_as(who, width=width, language=language)
            for path in paths:
                assert page.goto(site(path)).status == 200, path
                assert_accessible(page)
                assert_fits(page)
