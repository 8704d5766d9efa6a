"""A city's identity service: OpenID Connect against a small one that runs here, on a real port."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client

from yimen.ledger.models import Entry
from yimen.people.models import Account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
TOLD = {
    "sub": "city-7",
    "name": "林晓棠",
    "preferred_username": "13800138000",
    "phone": "13800138000",
}
START, BACK = "/accounts/oidc/city/login/", "/accounts/oidc/city/login/callback/"


class Service(BaseHTTPRequestHandler):
    """Discovery, token and userinfo; the page of consent is the test itself."""

    asked: list[dict[str, list[str]]]

    def _say(self, answer: dict[str, Any], status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def do_GET(self) -> None:
        base = f"http://{self.headers['Host']}"
        if self.path.endswith("openid-configuration"):
            ways = {"authorization": "authorize", "token": "token", "userinfo": "me"}
            self._say({"issuer": base} | {f"{k}_endpoint": f"{base}/{v}" for k, v in ways.items()})
        elif self.headers.get("Authorization") == "Bearer granted":
            self._say(TOLD)
        else:
            self._say({"error": "invalid_token"}, 401)

    def do_POST(self) -> None:
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.asked.append(sent)
        right = sent["code"] == ["right"] and "code_verifier" in sent
        if right:
            self._say({"access_token": "granted", "token_type": "Bearer"})
        else:
            self._say({"error": "invalid_grant"}, 400)

    def log_message(self, *_args: Any) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def service(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Service]]:
    monkeypatch.setenv("NO_PROXY", "*")
    cache.clear()
    Service.asked = []
    server = HTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    app = {
        "provider_id": "city", "name": "随申办", "client_id": "yimen", "secret": "s3cret",
        "settings": {"server_url": f"http://127.0.0.1:{server.server_port}"},
    }  # fmt: skip
    ours = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    settings.SOCIALACCOUNT_PROVIDERS, settings.YIMEN_SIGNUP = ours, True
    yield Service
    server.shutdown()
    server.server_close()


def through(browser: Client, code: str = "right") -> Any:
    """Off to the service and back with its code."""
    away = browser.post(START)
    assert away.status_code == 302
    asked = parse_qs(urlsplit(away["Location"]).query)
    assert asked["client_id"] == ["yimen"] and asked["code_challenge_method"] == ["S256"]
    return browser.get(BACK, {"code": code, "state": asked["state"][0]})


def inside(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def test_a_resident_comes_in_and_is_known_the_next_time(service: type[Service]) -> None:
    first, again = Client(), Client()
    assert through(first).status_code == 302 and inside(first)
    assert through(again).status_code == 302 and inside(again)
    account = Account.objects.get(username__startswith="city-")
    assert account.kind == "resident" and account.party is None
    assert not account.has_usable_password()
    assert first.get("/desk/").status_code == 404
    assert "/me/bind/" in first.get("/me/").content.decode()
    assert Entry.objects.filter(act="signed_up", stream=f"account:{account.pk}").count() == 1


def test_names_and_numbers_of_the_service_are_not_kept(service: type[Service]) -> None:
    through(Client()), through(Client())
    kept = SocialAccount.objects.get()
    assert kept.uid == "city-7" and kept.extra_data == {}
    everything = " ".join(map(str, Account.objects.values_list("username", flat=True)))
    assert "13800138000" not in everything and "林晓棠" not in everything


def test_a_wrong_code_or_a_foreign_state_lets_nobody_in(service: type[Service]) -> None:
    browser = Client()
    through(browser, code="forged")
    assert not inside(browser) and service.asked
    browser.get(BACK, {"code": "right", "state": "not-ours"})
    assert not inside(browser)
    assert not SocialAccount.objects.exists()


def test_where_signing_up_is_closed_the_service_opens_no_account(
    service: type[Service], settings: Any
) -> None:
    settings.YIMEN_SIGNUP = False
    browser = Client()
    through(browser)
    assert not inside(browser) and not SocialAccount.objects.exists()


def test_the_sign_in_page_offers_it(service: type[Service], client: Client) -> None:
    assert START in client.get("/accounts/login/").content.decode()
