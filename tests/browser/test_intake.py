"""The counter by keyboard alone: three matters of three departments, and how many keys that takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from tests.cases.world import matter
from tests.cast import facts, load_cast
from tests.intake.conftest import CARD, HOME, INSURANCE, load_events
from yimen.cases.models import Case
from yimen.intake.models import Draft
from yimen.matters import search

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "journal"]),
]
MOST_KEYS = 60


@pytest.fixture(autouse=True)
def community(cast_once: None, transactional_db: None) -> Iterator[None]:
    load_cast()
    load_events()
    search._kept.clear()
    for code in (CARD, HOME, INSURANCE, "housing-fund-004"):
        matter(code)
    yield
    search._kept.clear()


class Keyboard:
    """A clerk's hands: free text is not counted, every other key is."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys = page, 0

    def text(self, words: str) -> None:
        self.page.keyboard.type(words)

    def scan(self, code: str) -> None:
        """A barcode scanner: a very fast typist that ends with Enter by itself."""
        with self.page.expect_navigation():
            self.page.keyboard.type(code, delay=2)
            self.page.keyboard.press("Enter")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keys += len(key.split("+"))
            self.page.wait_for_timeout(50)  # no faster than a hand, or it is taken for a scanner
            self.page.keyboard.press(key)

    def go(self, key: str = "Enter") -> None:
        with self.page.expect_navigation():
            self.press(key)

    @property
    def at(self) -> str:
        return str(self.page.evaluate("document.activeElement.id"))


def take_three(hands: Keyboard) -> None:
    """From the basket to the receipt, the cursor where the page puts it."""
    for words in ("敬老卡申领和发放", "城乡居民基本医疗保险参保登记", "居家环境适老化改造申请"):
        hands.text(words)
        hands.go()
    hands.go()  # an empty box: on to the form
    assert hands.at == "f-bank"
    hands.press("1", "Tab", "2")
    reached = "document.activeElement.dataset.line !== undefined"
    for _n in range(8):
        hands.press("Tab")
        if hands.page.evaluate(reached):
            break
    assert hands.at == "m-resident-id"
    for _n in range(hands.page.locator("select[data-line]").count()):
        hands.press("o")
    assert hands.at == "submit"
    hands.go()


def numbers_shown(page: Page) -> list[str]:
    shown = page.locator(".in-case__number .y-copy__text").all_inner_texts()
    return [text.replace(" ", "") for text in shown]


@pytest.mark.parametrize("scanner", [False, True], ids=["by hand", "with a scanner"])
def test_three_departments_within_sixty_keys(
    page_as: Callable[..., Page], site: Callable[[str], str], scanner: bool
) -> None:
    page = page_as("clerk")
    page.goto(site(reverse("intake:counter")))
    hands = Keyboard(page)
    assert hands.at == "who"
    number = facts("resident")["id_number"]
    if scanner:
        hands.scan(number)
    else:
        hands.text(number)
        hands.go()
    assert hands.at == "what"
    take_three(hands)
    assert page.url.endswith("/done/"), page.locator("main").inner_text()[:900]
    made = numbers_shown(page)
    assert len(made) == 3 and Case.objects.filter(number__in=made).count() == 3
    leads = {c.lead_id for c in Case.objects.filter(number__in=made)}
    assert len(leads) == 3
    hands.go("Alt+n")
    assert hands.at == "who"
    assert hands.keys <= MOST_KEYS, f"{hands.keys} keys"


def test_a_scan_goes_to_the_right_box_wherever_the_cursor_is(
    page_as: Callable[..., Page], site: Callable[[str], str]
) -> None:
    page = page_as("clerk")
    page.goto(site(reverse("intake:counter")))
    page.locator(".y-side__link").first.focus()
    Keyboard(page).scan(facts("resident")["id_number"])
    assert page.locator(".in-person strong").first.inner_text() == "林晓棠"


def test_by_name_the_first_of_several_is_one_key_away(
    page_as: Callable[..., Page], site: Callable[[str], str]
) -> None:
    page = page_as("clerk")
    page.goto(site(reverse("intake:counter")))
    hands = Keyboard(page)
    hands.text("周建国")
    hands.go()
    assert hands.at == "found-1"
    hands.go()
    assert hands.at == "what" and hands.keys == 2


def test_one_key_decides_a_line_and_a_wrong_key_does_nothing(
    page_as: Callable[..., Page], site: Callable[[str], str]
) -> None:
    page = page_as("clerk")
    page.goto(site(reverse("intake:counter")))
    hands = Keyboard(page)
    hands.text(facts("resident")["id_number"])
    hands.go()
    hands.text(HOME)
    hands.go()
    page.locator("#m-resident-id").focus()
    hands.press("x")
    assert page.locator("#m-resident-id").input_value() == "" and hands.at == "m-resident-id"
    hands.press("l")  # an essential paper cannot be promised
    assert page.locator("#m-resident-id").input_value() == ""
    hands.press("c")
    assert page.locator("#m-resident-id").input_value() == "c" and hands.at != "m-resident-id"


def test_what_is_missing_is_said_before_and_one_key_goes_on(
    page_as: Callable[..., Page], site: Callable[[str], str], assert_accessible: Any
) -> None:
    page = page_as("clerk")
    page.goto(site(reverse("intake:counter")))
    hands = Keyboard(page)
    hands.text(facts("resident")["id_number"])
    hands.go()
    hands.text(HOME)
    hands.go()
    hands.go("Alt+s")
    assert hands.at == "submit-anyway"
    assert "居民身份证" in page.locator(".y-banner").inner_text()
    assert_accessible(page)
    hands.go()
    assert numbers_shown(page) and Case.objects.get().stage == "supplementing"


def test_without_scripts_the_whole_visit_works(
    page_as: Callable[..., Page], site: Callable[[str], str]
) -> None:
    page = page_as("clerk", scripts=False)
    page.goto(site(reverse("intake:counter")))
    page.fill("#who", facts("resident")["id_number"])
    page.press("#who", "Enter")
    page.fill("#what", CARD)
    page.press("#what", "Enter")
    page.select_option("#f-bank", "a")
    page.select_option("#f-old_card", "no")
    page.select_option("#m-resident-id", "o")
    page.click("#submit")
    page.wait_for_url("**/done/")
    assert Case.objects.get().stage == "received"


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_fit_and_are_accessible(
    page_as: Callable[..., Page], site: Callable[[str], str], width: int, language: str,
    assert_accessible: Any, assert_fits: Any,
) -> None:  # fmt: skip
    page = page_as("clerk", width=width, language=language)
    page.goto(site(reverse("intake:counter")))
    assert_accessible(page)
    page.fill("#who", facts("resident")["id_number"])
    with page.expect_navigation():
        page.press("#who", "Enter")
    for code in (CARD, HOME):
        page.fill("#what", code)
        with page.expect_navigation():
            page.press("#what", "Enter")
    assert_accessible(page)
    assert_fits(page)
    draft = Draft.objects.get()
    page.goto(site(reverse("intake:sitting", args=[draft.pk])))
    with page.expect_navigation():
        page.press("#submit", "Enter")
    with page.expect_navigation():
        page.press("#submit-anyway", "Enter")
    assert_accessible(page)
    assert_fits(page)


@pytest.mark.parametrize("width", [1280, 390])
def test_applying_from_home_fits_and_is_accessible(
    page_as: Callable[..., Page], site: Callable[[str], str], width: int,
    assert_accessible: Any, assert_fits: Any,
) -> None:  # fmt: skip
    page = page_as("resident", width=width, language="en")
    page.goto(site(reverse("intake:life_event", args=["retirement"])))
    assert_accessible(page)
    page.goto(site(reverse("intake:apply", args=[CARD])))
    assert_accessible(page)
    page.locator("main form button").first.click()
    page.wait_for_url("**/answers/")
    page.locator("main button[value=next]:visible").last.click()
    page.wait_for_load_state()
    assert_accessible(page)
    assert_fits(page)
    page.locator("main button[value=skip]").click()
    page.wait_for_url("**/materials/")
    assert_accessible(page)
    assert_fits(page)
    page.locator("main button[value=next]:visible").last.click()
    page.wait_for_url("**/review/")
    assert_accessible(page)
    assert_fits(page)
    page.locator("main form button").last.click()
    page.wait_for_url("**/sent/")
    assert_accessible(page)
    assert_fits(page)
    page.goto(site(reverse("intake:drafts")))
    assert_accessible(page)
