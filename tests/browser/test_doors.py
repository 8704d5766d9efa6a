"""The doors in a real browser: axe, phone width, keyboard, scanner, and no script at all."""

from __future__ import annotations

import pytest
from django.test import override_settings

from tests.browser.conftest import DESK, PHONE
from tests.browser.scanner import scan
from tests.cast import PASSWORD
from yimen.look.hits import Hit

pytestmark = pytest.mark.browser
PUBLIC = [
    "/", "/about/", "/accessibility/", "/privacy/", "/centres/", "/accounts/login/",
    "/accounts/signup/", "/accounts/password/reset/", "/nowhere/",
]  # fmt: skip
STAFF = [
    "/desk/", "/desk/search/?q=x", "/desk/look/", "/desk/look/?name=", "/accounts/2fa/",
    "/accounts/password/change/", "/accounts/logout/",
]  # fmt: skip
# Width, language and cookies of appearance: each value of each at least once.
WINDOWS = [
    (DESK, "zh-hans", {}),
    (PHONE, "en", {}),
    (PHONE, "zh-hans", {"yimen_type": "large"}),
    (DESK, "en", {"yimen_contrast": "high"}),
]
names = ["desk-zh", "phone-en", "phone-zh-large", "desk-en-contrast"]
windows = pytest.mark.parametrize("window", WINDOWS, ids=names)


def nothing(actor, text):
    return []


def one_case(actor, text):
    return [Hit("高龄津贴", "/desk/?found=" + text, "办件", exact=True)]


def opened(page_as, site, username, window):
    width, language, cookies = window
    page = page_as(username, width=width, language=language)
    worn = [{"name": k, "value": v, "url": site("/")} for k, v in cookies.items()]
    if worn:
        page.context.add_cookies(worn)
    return page


@windows
def test_public_pages(page_as, site, assert_accessible, assert_fits, window):
    page = opened(page_as, site, None, window)
    for path in PUBLIC:
        page.goto(site(path))
        assert_accessible(page)
        assert_fits(page)


@windows
@override_settings(YIMEN_SEARCH=[f"{__name__}.nothing"])
def test_desk_pages(page_as, site, assert_accessible, assert_fits, window):
    page = opened(page_as, site, "clerk", window)
    for path in STAFF:
        page.goto(site(path))
        assert_accessible(page)
        assert_fits(page)


def test_no_page_breaks_the_content_policy(page_as, site):
    page = page_as("clerk")
    said = []
    page.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in ["/", "/accounts/2fa/", "/desk/look/?name=", "/accounts/2fa/totp/activate/"]:
        page.goto(site(path))
    assert not said


@pytest.mark.parametrize("scripts", [True, False])
def test_signing_in_and_out_with_and_without_scripts(context_for, site, scripts):
    page = context_for(scripts=scripts).new_page()
    page.goto(site("/desk/"))
    page.get_by_label("用户名").fill("clerk")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(site("/desk/"))
    page.locator("summary.y-who__summary").click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url(site("/"))
    page.goto(site("/desk/"))
    assert "/accounts/login/" in page.url


def test_large_type_and_language_without_scripts(context_for, site):
    page = context_for(scripts=False).new_page()
    page.goto(site("/about/"))
    plain = page.evaluate("getComputedStyle(document.querySelector('h1')).fontSize")
    page.get_by_role("banner").get_by_role("button", name="大字").click()
    assert page.url == site("/about/")
    large = page.evaluate("getComputedStyle(document.querySelector('h1')).fontSize")
    assert float(large[:-2]) >= 1.2 * float(plain[:-2])
    page.get_by_role("banner").get_by_role("button", name="English").click()
    assert page.get_by_role("heading", level=1).inner_text() == "About this site"


def test_the_first_tab_skips_to_the_content(page_as, site):
    page = page_as(None)
    page.goto(site("/about/"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_slash_goes_to_the_search_and_alt_to_the_menu(page_as, site):
    page = page_as("clerk")
    page.goto(site("/desk/look/"))
    page.locator("h1").click()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "desk-search"
    assert page.locator("#desk-search").input_value() == ""
    page.keyboard.press("Alt+n")
    assert page.evaluate("document.activeElement.id") == "id_name"
    page.keyboard.type("a/b")
    assert page.locator("#id_name").input_value() == "a/b"
    page.keyboard.press("Alt+h")
    page.wait_for_url(site("/desk/"))


@override_settings(YIMEN_SEARCH=[f"{__name__}.one_case"])
def test_a_scanner_works_wherever_the_cursor_stands(page_as, site):
    page = page_as("clerk")
    for place in ("h1", "#id_name"):
        page.goto(site("/desk/look/"))
        page.locator(place).click()
        scan(page, "310199001-20261123-0007")
        page.wait_for_url(site("/desk/?found=310199001-20261123-0007"))


@override_settings(YIMEN_SEARCH=[f"{__name__}.one_case"])
def test_a_person_typing_is_no_scanner(page_as, site):
    page = page_as("clerk")
    page.goto(site("/desk/look/"))
    page.locator("#id_note").click()
    page.keyboard.type("slowly typed", delay=60)
    page.keyboard.press("Enter")
    page.keyboard.type("on", delay=60)
    assert page.locator("#id_note").input_value() == "slowly typed\non"
    assert page.url == site("/desk/look/")


def test_the_actions_stay_in_sight(page_as, site):
    page = page_as("clerk", height=700)
    page.goto(site("/desk/look/"))
    bar = page.locator(".y-actions").bounding_box()
    assert bar
    page.evaluate("document.querySelector('#id_name').scrollIntoView()")
    box = page.locator(".y-actions").bounding_box()
    assert box["y"] + box["height"] <= 701
