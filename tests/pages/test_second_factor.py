"""A second factor from the telephone, end to end: set up, asked for, slowed, never logged."""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import re
import struct
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from tests.cast import PASSWORD, account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
LOGIN, AGAIN = "/accounts/login/", "/accounts/reauthenticate/"
ACTIVATE, ASKED = "/accounts/2fa/totp/activate/", "/accounts/2fa/authenticate/"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The time of the code, so that the test does not wait for the next half minute."""
    cache.clear()
    moment = [time.time()]
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time.time", lambda: moment[0])
    return moment


def code(secret: str, at: float) -> str:
    """RFC 6238 by hand: what an app on a telephone shows."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(at) // 30), hashlib.sha1)
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def enter(username: str = "clerk", password: str = PASSWORD) -> tuple[Client, Any]:
    browser = Client()
    return browser, browser.post(LOGIN, {"login": username, "password": password})


def inside(browser: Client) -> bool:
    return browser.get("/desk/").status_code == 200


@pytest.fixture
def secret(clock: Any) -> str:
    """The clerk sets it up with the code that the telephone shows, and goes on half a minute later."""
    browser, _answer = enter()
    assert browser.get(ACTIVATE)["Location"].startswith(AGAIN), "asks who it is before a change"
    browser.post(AGAIN, {"password": PASSWORD})
    page = browser.get(ACTIVATE).content.decode()
    shown = re.search(r"\b[A-Z2-7]{32}\b", page)
    assert shown, "the secret must be there to type, for who cannot scan"
    assert browser.post(ACTIVATE, {"code": "000000"}).status_code == 200
    assert browser.post(ACTIVATE, {"code": code(shown.group(), clock[0])}).status_code == 302
    clock[0] += 30
    cache.clear()
    return shown.group()


def test_the_password_alone_no_longer_lets_in(secret: str, clock: Any) -> None:
    browser, answer = enter()
    assert answer.status_code == 302 and answer["Location"].startswith(ASKED)
    assert not inside(browser)
    assert browser.post(ASKED, {"code": code(secret, clock[0] - 300)}).status_code == 200
    assert not inside(browser)
    assert browser.post(ASKED, {"code": code(secret, clock[0])}).status_code == 302
    assert inside(browser)


def test_a_code_overheard_works_no_second_time(secret: str, clock: Any) -> None:
    seen = code(secret, clock[0])
    first, _answer = enter()
    first.post(ASKED, {"code": seen})
    second, _answer = enter()
    second.post(ASKED, {"code": seen})
    assert inside(first) and not inside(second)


def test_a_recovery_code_works_once(secret: str) -> None:
    kept = Authenticator.objects.get(user=account("clerk"), type="recovery_codes")
    spare = kept.wrap().get_unused_codes()[0]
    for works in (True, False):
        browser, _answer = enter()
        browser.post(ASKED, {"code": spare})
        assert inside(browser) is works


def test_the_secret_lies_sealed(secret: str) -> None:
    data = str(Authenticator.objects.get(user=account("clerk"), type="totp").data)
    assert secret not in data and "y1:" in data


def test_guessing_codes_is_slowed_and_logged_without_the_code(
    secret: str, clock: Any, caplog: pytest.LogCaptureFixture
) -> None:
    browser, _answer = enter()
    with caplog.at_level(logging.INFO):
        for n in range(6):
            browser.post(ASKED, {"code": f"99999{n}"})
    browser.post(ASKED, {"code": code(secret, clock[0])})
    assert not inside(browser), "the right code after five wrong ones must wait"
    said = [r.getMessage() for r in caplog.records if r.name == "yimen.signing"]
    assert len(said) >= 5 and not any("99999" in text or "clerk" in text for text in said)
