"""A call comes while the operator's page is open: it appears by itself, one key picks it up; the
pages of the line's roster and measures can be used by everybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from tests.cast import STREET, account, actor
from tests.hotline import line
from yimen.hotline import actions
from yimen.hotline.models import LineCall, Ringing
from yimen.lib.actor import system
from yimen.lib.time import now, today

pytestmark = pytest.mark.browser


def rings(name: str, number: str = "19900000085") -> Ringing:
    by = system(STREET, "phone")
    return actions.ring(
        street=STREET, line="daily", exchange_id=name, number=number, by=by, at=now()
    )


def ended() -> None:
    by = system(STREET, "phone")
    LineCall.objects.filter(ended_at=None).update(ended_at=now(), outcome="wrong", draft={})
    for row in Ringing.objects.filter(ended_at=None):
        actions.gone(row.pk, street=STREET, by=by, at=now())


def test_a_call_opens_the_page_and_one_key_takes_it(page_as, site) -> None:
    page: Page = page_as("clerk")
    page.set_default_timeout(30_000)  # the first page of all draws every template
    page.goto(site("/desk/line/"))
    assert page.locator(".line-ringing button").count() == 0
    row = rings("b1")
    page.locator(".line-ringing button").first.wait_for(timeout=6000)
    assert "199****0085" in page.content() and "☎" in page.title()
    page.keyboard.press("p")
    page.get_by_role("heading", name="正在通话").wait_for()
    row.refresh_from_db()
    assert row.outcome == "picked" and row.call.operator == account("clerk")
    ended()


def test_without_scripts_a_reload_shows_it(page_as, site) -> None:
    row = rings("b2", "19900000086")
    page: Page = page_as("clerk", scripts=False)
    page.goto(site("/desk/line/"))
    page.locator(".line-ringing button").first.click()
    page.get_by_role("heading", name="正在通话").wait_for()
    row.refresh_from_db()
    assert row.outcome == "picked"
    ended()


def test_a_letter_that_is_typed_picks_nothing_up(page_as, site) -> None:
    page: Page = page_as("clerk")
    page.goto(site("/desk/line/"))
    row = rings("b3", "19900000087")
    page.locator(".line-ringing button").first.wait_for(timeout=6000)
    page.get_by_label("交给下一班").press_sequentially("pp")
    row.refresh_from_db()
    assert row.ended_at is None
    ended()


@pytest.fixture
def filled(site: Callable[[str], str]) -> None:
    """A roster with a hole, a call that gave up, a recording."""
    from yimen.workforce.models import Post

    if Post.objects.filter(code="line").exists():
        return
    _place, post, shifts = line.set_up()
    line.fill(account("clerk"), post, shifts["early"], today() - timedelta(days=2), 17)
    line.fill(account("director"), post, shifts["night"], today() - timedelta(days=2), 17)
    actions.gone(rings("f1", "19900000088").pk, street=STREET, by=system(STREET, "phone"), at=now())
    call = actions.pick_up(rings("f2").pk, by=actor("clerk"), at=now())
    actions.link_recording(call.pk, name="f2.wav", by=system(STREET, "phone"), at=now())
    ended()
    actions.write_note("请问抢修结果", by=actor("assistant"), at=now())


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [1280, 390])
def test_accessible_and_no_wider_than_the_screen(
    page_as, site, assert_accessible, filled, width: int, language: str
) -> None:
    ended()
    recording = LineCall.objects.get(recording__isnull=False).recording
    page = page_as("clerk", width=width, language=language)
    row = rings(f"w{width}{language}")
    for path in (
        "/desk/line/duty/",
        "/desk/line/service/",
        "/desk/line/service/calls/",
        f"/desk/line/recordings/{recording.pk}/",
        "/desk/line/",
    ):
        page.goto(site(path))
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert row.pk
    ended()
