"""Secrets and what was typed never reach a log, a page of error, or the list of settings; and what
is logged is one line each."""

from __future__ import annotations

import io
import logging
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from tests.cast import PASSWORD, account
from yimen.config.logs import Discreet, Scrub
from yimen.lib.actor import system
from yimen.lib.time import now
from yimen.people.actions import issue_token

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Everything the program would write to standard error, at its most talkative."""
    out, handler = io.StringIO(), None
    handler = logging.StreamHandler(out)
    handler.addFilter(Scrub())
    handler.setFormatter(Discreet("{asctime} {levelname} {name} {message}", style="{"))
    handler.setLevel(logging.DEBUG)
    root = logging.getLogger()
    monkeypatch.setattr(root, "level", logging.DEBUG)
    root.addHandler(handler)
    yield out
    root.removeHandler(handler)


def secrets_of_the_site() -> list[str]:
    return [settings.SECRET_KEY, settings.YIMEN_BLIND_KEY, *settings.YIMEN_KEYS.values()]


def test_nothing_secret_is_written(written: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signing in rightly and wrongly, by token, by code, and a defect in the middle of it."""
    cache.clear()
    token = issue_token(account("machine"), by=system(), at=now())
    client = Client(raise_request_exception=False)
    client.post("/accounts/login/", {"login": "clerk", "password": "typed-into-the-wrong-box"})
    client.post("/accounts/login/", {"login": "clerk", "password": PASSWORD})
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.get("/track/?number=12345678&code=654321")
    api = Client(raise_request_exception=False)
    api.get("/api/v1/cases", headers={"Authorization": f"Bearer {token}"})
    api.get("/api/v1/cases", headers={"Authorization": "Bearer a-token-that-is-none"})

    def defect(*_args: Any, **_more: Any) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr("yimen.cases.views.listing.fitting", defect)
    page = client.get("/desk/cases/?q=13800001111").content.decode()
    text = written.getvalue()
    assert "sign-in failed" in text and "sign-in of account" in text and "a defect" in text
    hidden = [
        *secrets_of_the_site(), PASSWORD, "typed-into-the-wrong-box", session, token,
        "a-token-that-is-none", "654321", "13800001111",
    ]  # fmt: skip
    assert not [word for word in hidden if word in text]
    assert not [word for word in hidden[:-1] if word in page] and "Traceback" not in page


def test_a_line_break_makes_no_second_line(written: io.StringIO) -> None:
    """A forged entry in an address, a name of a host, a header."""
    client = Client(raise_request_exception=False)
    client.get("/nothing%0A2026-01-01 00:00:00 WARNING yimen forged/")
    client.get("/", headers={"Host": "x\n2026-01-01 00:00:00 WARNING yimen forged"})
    forged = [
        line for line in written.getvalue().splitlines() if line.startswith("2026-01-01 00:00:00")
    ]
    assert not forged


def test_the_settings_that_django_would_print_are_hidden() -> None:
    from django.views.debug import SafeExceptionReporterFilter

    shown = str(SafeExceptionReporterFilter().get_safe_settings())
    assert not [word for word in secrets_of_the_site() if word in shown]
