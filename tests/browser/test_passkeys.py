"""A passkey really made and used: Chromium with an authenticator of its own, at http://localhost."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.cast import PASSWORD

pytestmark = pytest.mark.browser
KEYS, NEW, LOGIN = "/accounts/2fa/webauthn/", "/accounts/2fa/webauthn/add/", "/accounts/login/"


def with_authenticator(page: Page, *, verified: bool = True) -> tuple[Any, str]:
    """A telephone or a key that knows its owner by finger or face."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": verified,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session, made["authenticatorId"]


def sign_in(page: Page, site: Any, username: str) -> None:
    page.goto(site(LOGIN))
    page.fill("[name=login]", username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(site("/desk/"))


def sign_out(page: Page, site: Any) -> None:
    page.context.clear_cookies()
    page.goto(site("/desk/"))
    assert "/accounts/login/" in page.url


def asked_once_more(page: Page, site: Any) -> None:
    """Before anything is changed, who it is is asked once more."""
    page.goto(site(NEW))
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(site(NEW))


def make(page: Page) -> None:
    page.fill("[name=name]", "柜台的钥匙")
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/recovery-codes/")  # the first key comes with spare codes


def test_the_pages_of_keys(
    page_as: Any, site: Any, assert_accessible: Any, assert_fits: Any
) -> None:
    """Apart from the other test: axe's session with the browser ends the authenticator's."""
    page = page_as("clerk2")
    asked_once_more(page, site)
    assert_accessible(page)
    assert_fits(page)
    with_authenticator(page)
    make(page)
    assert_accessible(page)
    page.goto(site(KEYS))
    expect(page.locator("main")).to_contain_text("柜台的钥匙")
    assert_accessible(page)


def test_made_used_and_refused_without_its_owner(page_as: Any, site: Any) -> None:
    page = page_as(None)
    page.set_default_timeout(60_000)  # a busy machine is no reason
    session, id = with_authenticator(page)
    sign_in(page, site, "clerk")
    asked_once_more(page, site)
    make(page)
    kept = session.send("WebAuthn.getCredentials", {"authenticatorId": id})["credentials"]
    assert len(kept) == 1 and kept[0]["rpId"] == "localhost"

    sign_out(page, site)
    page.goto(site(LOGIN))
    page.click("#passkey_login")
    page.wait_for_url(site("/desk/"))

    sign_out(page, site)
    session.send("WebAuthn.setUserVerified", {"authenticatorId": id, "isUserVerified": False})
    page.goto(site(LOGIN))
    page.click("#passkey_login")
    page.wait_for_timeout(1500)
    page.goto(site("/desk/"))
    assert "/accounts/login/" in page.url, "without finger or face the key opens nothing"
