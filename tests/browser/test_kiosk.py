"""The ticket machine upright in the hall, on a tablet, by keyboard, read aloud, and forgetting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.cases.world import matter
from tests.cast import CENTRE, load_cast
from yimen.counters.loaders import load
from yimen.counters.models import Ticket
from yimen.lib import time
from yimen.matters import search

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "journal"]),
]
UPRIGHT, TABLET = {"width": 1080, "height": 1920}, {"width": 1024, "height": 768}
CARD = "social-card-006"
HOME = f"/kiosk/{CENTRE}/"
PAGES = [
    HOME,
    *(
        HOME + rest
        for rest in ("ticket/", "find/?q=敬老卡", "track/", "plan/", "law/?q=一次告知", "rate/")
    ),
]
LOWEST = 60  # CSS pixels, of anything that is there to be touched
# A voice for tests: what was said, in order. Real ones come from the system and may be missing.
VOICE = """
window.said = [];
const voices = [{lang: 'zh-CN', name: 'test'}, {lang: 'en-GB', name: 'test'}];
Object.defineProperty(window, 'speechSynthesis', {value: {
  getVoices: () => voices, addEventListener() {},
  speak(one) { window.said.push([one.lang, one.text]); }, cancel() { window.said.push('stopped'); },
}});
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
"""


@pytest.fixture(autouse=True)
def hall(
    cast_once: None, transactional_db: None, monkeypatch: Any, settings: Any
) -> Iterator[None]:
    """The demonstration's hall on a Monday at nine, for the server's threads too."""
    load_cast()
    load()
    matter(CARD)
    search._kept.clear()
    settings.YIMEN_KIOSKS = ["127.0.0.1"]
    real = time.now() - time._OFFSET
    monday = datetime(2026, 11, 23, 9, tzinfo=time.ZONE)
    monkeypatch.setattr(time, "_OFFSET", monday - real + timedelta())
    yield
    search._kept.clear()


@pytest.mark.parametrize("window", [UPRIGHT, TABLET])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_is_accessible_fits_and_has_large_targets(
    page_as: Callable[..., Page], site: Callable[[str], str], assert_accessible: Any,
    assert_fits: Any, window: dict[str, int], language: str,
) -> None:  # fmt: skip
    page = page_as(None, language=language, **window)
    said: list[str] = []
    page.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
    for path in PAGES:
        answer = page.goto(site(path))
        assert answer is not None and answer.status == 200, path
        assert_accessible(page)
        assert_fits(page)
        low = page.evaluate(
            """least => [...document.querySelectorAll('main a, main button, footer a')]
            .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < least)
            .map(e => e.innerText)""",
            LOWEST,
        )
        assert not low, f"{path}: {low}"
    assert not said


def test_two_steps_to_a_ticket_by_keyboard_alone(
    page_as: Callable[..., Page], site: Callable[[str], str]
) -> None:
    page = page_as(None, **UPRIGHT)
    page.goto(site(HOME))
    for words in ("取号", "不清楚"):
        link = page.get_by_role("link", name=words).first
        link.focus()
        page.keyboard.press("Enter")
        page.wait_for_load_state()
    take = page.get_by_role("button", name="取号").first
    take.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    ticket = Ticket.objects.get()
    assert page.get_by_text(ticket.number).first.is_visible()
    assert ticket.channel == "kiosk"


def test_it_asks_then_forgets_what_was_typed(
    page_as: Callable[..., Page], site: Callable[[str], str]
) -> None:
    page = page_as(None, **UPRIGHT)
    page.clock.install()
    page.goto(site(HOME + "track/"))
    number = page.locator("main input:not([type=hidden])").first
    number.fill("31019900101202611230000012")
    page.clock.run_for(61_000)
    asks = page.get_by_role("dialog")
    assert asks.is_visible()
    page.keyboard.press("Escape")  # somebody is there: nothing is lost
    assert not asks.is_visible() and number.input_value().startswith("3101")
    page.clock.run_for(61_000)
    page.clock.run_for(21_000)
    page.wait_for_url(lambda url: url.partition("?")[0] == site(HOME))
    page.go_back()
    assert "31019900101202611230000012" not in page.content()
    boxes = page.locator("main input:not([type=hidden])")
    assert all(boxes.nth(n).input_value() == "" for n in range(boxes.count()))


@pytest.mark.parametrize(("language", "spoken"), [("zh-hans", "zh-Hans"), ("en", "en")])
def test_a_page_is_read_aloud_in_its_language_and_falls_silent_again(
    page_as: Callable[..., Page], site: Callable[[str], str], language: str, spoken: str
) -> None:
    page = page_as(None, language=language, **UPRIGHT)
    page.add_init_script(VOICE)
    page.goto(site(HOME + "find/?q=敬老卡"))
    button = page.locator("#aloud")
    button.click()
    said = page.evaluate("said")
    title = page.locator("h1").inner_text()
    assert said[0] == [spoken, title]
    texts = [text for _lang, text in said]
    assert len(texts) == len(set(texts)) > 2, "each line once"
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    assert page.evaluate("said.at(-1)") == "stopped"
    assert button.get_attribute("aria-pressed") == "false"


def test_without_a_voice_nothing_offers_to_read(
    page_as: Callable[..., Page], site: Callable[[str], str]
) -> None:
    page = page_as(None, **UPRIGHT)
    page.add_init_script(VOICE.replace("voices = [", "voices = []; const others = ["))
    page.goto(site(HOME))
    assert not page.locator("#aloud").is_visible()


def test_without_scripts_a_ticket_is_taken_too(
    page_as: Callable[..., Page], site: Callable[[str], str]
) -> None:
    page = page_as(None, scripts=False, **TABLET)
    page.goto(site(HOME + "ticket/?matter=" + CARD))
    page.get_by_role("button", name="取号").first.click()
    assert page.get_by_text(Ticket.objects.get().number).first.is_visible()


def test_while_the_site_restarts_the_machine_waits_and_comes_back(
    page_as: Callable[..., Page], site: Callable[[str], str]
) -> None:
    """No touch ends on the browser's own error page; what was not sent is not sent later."""
    page = page_as(None, **UPRIGHT)
    page.goto(site(HOME + "ticket/?matter=" + CARD))
    page.route("**/*", lambda route: route.abort())
    away = page.locator("#away")
    page.get_by_role("button", name="取号").first.click()
    away.wait_for(state="visible")
    assert page.get_by_text("请到总服务台").first.is_visible()
    page.keyboard.press("Escape")
    assert away.is_visible() and not Ticket.objects.exists()
    page.unroute("**/*")
    away.wait_for(state="hidden")
    take = page.get_by_role("button", name="取号").first
    with page.expect_navigation():
        take.dblclick()
    assert page.get_by_text(Ticket.objects.get().number).first.is_visible()


@pytest.mark.parametrize(
    "path", ["", "ticket/", "ticket/?desk=general", "book/", "plan/", "track/"]
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("window", [UPRIGHT, TABLET])
def test_what_can_be_touched_lies_above_the_foot(
    page_as: Callable[..., Page], site: Callable[[str], str], window: dict[str, int], path: str,
    language: str,
) -> None:  # fmt: skip
    """Nobody has to find out that a page goes on below."""
    page = page_as(None, language=language, **window)
    page.goto(site(HOME + path))
    high = page.evaluate("document.documentElement.scrollHeight")
    assert high <= window["height"], f"{path}: {high}"
