"""The API's door: who gets in, how it says no, what it promises in openapi.json."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.test import Client, RequestFactory
from django.urls import URLPattern, resolve

from yimen.config.api import Json, door
from yimen.lib.actor import system
from yimen.lib.time import now
from yimen.people.actions import create_account, issue_token
from yimen.people.models import Account

pytestmark = pytest.mark.django_db


def account(name: str = "somebody") -> Account:
    return create_account(name, kind=Account.Kind.RESIDENT, by=system(), at=now())


def is_problem(response, status: int) -> dict:
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"].startswith("application/problem+json")
    body = json.loads(response.content)
    assert body["status"] == status
    assert body["title"]
    assert body["type"]
    return body


def test_nobody_gets_401_with_the_way_to_sign_in(client: Client) -> None:
    response = client.get("/api/v1/cases")
    is_problem(response, 401)
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    is_problem(Client(enforce_csrf_checks=True).post("/api/v1/cases"), 401)


def test_a_wrong_token_is_401_even_beside_a_good_cookie(client: Client) -> None:
    client.force_login(account())
    is_problem(client.get("/api/v1/cases", headers={"Authorization": "Bearer wrong"}), 401)


def test_a_write_that_rests_on_a_cookie_needs_the_csrf_token() -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(account())
    is_problem(browser.post("/api/v1/cases", "{}", content_type="application/json"), 403)


def test_a_write_by_token_needs_no_csrf_token() -> None:
    token = issue_token(account(), by=system(), at=now())
    machine = Client(enforce_csrf_checks=True)
    response = machine.post(
        "/api/v1/cases",
        "{}",
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    body = is_problem(response, 422)
    assert {error["field"] for error in body["errors"]} >= {"matter", "centre"}
    assert all(error["message"] and error["remedy"] for error in body["errors"])


def test_what_was_sent_is_not_repeated_in_the_refusal() -> None:
    token = issue_token(account(), by=system(), at=now())
    response = Client().post(
        "/api/v1/cases",
        json.dumps({"matter": ["31019919800101123X"]}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    is_problem(response, 422)
    assert b"31019919800101123X" not in response.content


def test_an_unreadable_body_is_a_problem_too() -> None:
    token = issue_token(account(), by=system(), at=now())
    response = Client().post(
        "/api/v1/cases",
        "{not json",
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    is_problem(response, 400)


def test_two_houses_may_answer_one_path(client: Client) -> None:
    response = client.put("/api/v1/cases")
    is_problem(response, 405)
    assert {"GET", "POST"} <= set(response.headers["Allow"].split(", "))


def test_an_unknown_path_is_a_problem_for_machines(client: Client) -> None:
    is_problem(client.get("/api/v1/no-such-thing"), 404)


def test_openapi_describes_every_refusal(client: Client) -> None:
    schema = client.get("/api/v1/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    assert "Problem" in schema["components"]["schemas"]
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            for status in ("400", "401", "403", "404", "409", "412", "422", "429"):
                assert status in operation["responses"], (path, method, status)


def test_every_view_of_the_api_answers_for_itself_and_never_redirects() -> None:
    patterns, _name, _space = door()
    assert all(p.callback.login_required is False for p in patterns if isinstance(p, URLPattern))
    assert resolve("/api/v1/cases").func.login_required is False


def test_moments_are_shown_on_a_chinese_clock() -> None:
    moment = datetime(2026, 9, 30, 16, 30, tzinfo=UTC)
    text = Json().render(RequestFactory().get("/"), {"at": moment}, response_status=200)
    assert json.loads(text) == {"at": "2026-10-01T00:30:00+08:00"}


def test_the_reading_room_needs_nothing_from_elsewhere(client: Client) -> None:
    page = client.get("/api/v1/docs").content.decode()
    assert "http" not in page.replace("http://www.w3.org", "")
    assert "swagger-ui-bundle.js" in page
