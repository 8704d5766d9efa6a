"""Signing in by force, with a session brought along, and what is left behind afterwards."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.cast import PASSWORD, account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _no_tries_so_far() -> None:
    cache.clear()


def tried(client: Client, username: str, password: str = "wrong-password", **more: Any) -> Any:
    return client.post(LOGIN, {"login": username, "password": password}, **more)


def got_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_guessing_one_account_is_slowed_from_wherever() -> None:
    for n in range(5):
        tried(Client(REMOTE_ADDR=f"192.0.2.{n}"), "clerk")
    last = Client(REMOTE_ADDR="192.0.2.99")
    answer = tried(last, "clerk", PASSWORD)
    assert not got_in(last), "the right password after five wrong ones must wait too"
    assert answer.status_code in (200, 429)


def test_guessing_many_accounts_from_one_address_is_slowed() -> None:
    guesser = Client(REMOTE_ADDR="192.0.2.1")
    for n in range(12):
        tried(guesser, f"nobody-{n}")
    tried(guesser, "officer", PASSWORD)
    assert not got_in(guesser)
    elsewhere = Client(REMOTE_ADDR="192.0.2.2")
    assert tried(elsewhere, "officer", PASSWORD).status_code == 302
    assert got_in(elsewhere)


def test_the_answer_does_not_tell_whether_an_account_exists() -> None:
    def text(username: str) -> str:
        page = tried(Client(), username).content.decode()
        start = page.index("govuk-error-summary")
        return page[start : page.index("</form>", start)].replace(username, "…")

    one, other = (text(name).split("csrfmiddlewaretoken")[0] for name in ("clerk", "nobody-at-all"))
    assert one == other


def test_wrong_passwords_are_logged_without_what_was_typed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO):
        for _ in range(6):
            tried(Client(), "clerk", "secret-typed-by-mistake")
    said = [record for record in caplog.records if record.name.startswith("yimen")]
    assert said, "nobody would notice that somebody tries passwords"
    assert not any("secret-typed" in r.getMessage() for r in caplog.records)


def test_a_session_brought_along_is_not_kept() -> None:
    browser = Client()
    browser.get(LOGIN)
    browser.session["planted"] = "x"
    planted = browser.session
    planted["marker"] = "x"
    planted.save()
    before = browser.cookies.get("sessionid")
    tried(browser, "clerk", PASSWORD)
    assert got_in(browser)
    assert before is None or browser.cookies["sessionid"].value != before.value


def test_the_token_of_forms_changes_at_sign_in() -> None:
    browser = Client()
    browser.get(LOGIN)
    before = browser.cookies["csrftoken"].value
    tried(browser, "clerk", PASSWORD)
    assert browser.cookies["csrftoken"].value != before


def test_signing_out_ends_the_session_on_the_server() -> None:
    browser, stolen = Client(), Client()
    tried(browser, "clerk", PASSWORD)
    stolen.cookies["sessionid"] = browser.cookies["sessionid"].value
    assert stolen.get("/desk/").status_code == 200
    browser.post("/accounts/logout/")
    assert stolen.get("/desk/").status_code == 302


def test_a_new_password_ends_other_sessions() -> None:
    browser, other = Client(), Client()
    tried(browser, "clerk", PASSWORD)
    tried(other, "clerk", PASSWORD)
    new = {"oldpassword": PASSWORD, "password1": "wutong-2026-li", "password2": "wutong-2026-li"}
    assert browser.post("/accounts/password/change/", new).status_code == 302
    assert other.get("/desk/").status_code == 302


def test_a_locked_account_is_out_at_once() -> None:
    from yimen.lib.actor import system
    from yimen.lib.time import now
    from yimen.people.actions import lock

    browser = Client()
    tried(browser, "clerk", PASSWORD)
    lock(account("clerk"), by=system(), at=now())
    assert browser.get("/desk/").status_code == 302
    again = Client()
    tried(again, "clerk", PASSWORD)
    assert not got_in(again)


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_nowhere_else(target: str) -> None:
    browser = Client()
    answer = browser.post(
        f"{LOGIN}?next={target}", {"login": "clerk", "password": PASSWORD, "next": target}
    )
    assert answer.status_code == 302
    assert answer.url.startswith("/") and not answer.url.startswith("//")


def test_cookies_are_closed() -> None:
    browser = Client()
    browser.get(LOGIN)
    answer = tried(browser, "clerk", PASSWORD)
    assert answer.cookies["sessionid"]["httponly"]
    assert answer.cookies["sessionid"]["samesite"] == "Lax"
    assert answer.cookies["csrftoken"]["httponly"]


def test_over_https_cookies_stay_there_and_browsers_are_told() -> None:
    import json
    import os
    import subprocess
    import sys

    code = (
        "import json, django; django.setup(); from django.conf import settings as s;"
        "print(json.dumps([s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0,"
        " s.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN]))"
    )
    env = os.environ | {"YIMEN_SITE_URL": "https://centre.example"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert json.loads(done.stdout.splitlines()[-1]) == [True, True, True, False], done.stderr
