"""What holds for every operation: how it says no, what openapi.json promises, who gets in."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import resolve

from tests.api.calling import API, ok, problem
from tests.cast import account

pytestmark = pytest.mark.django_db
PUBLIC = {
    "/api/v1/matters", "/api/v1/matters/{code}", "/api/v1/centres", "/api/v1/track",
    "/api/v1/centres/{code}/queue/stream", "/api/v1/ratings",
}  # fmt: skip


def schema() -> dict[str, Any]:
    return dict(Client().get(f"{API}openapi.json").json())


def operations() -> list[tuple[str, str]]:
    return [(path, method) for path, known in schema()["paths"].items() for method in known]


def address(path: str) -> str:
    known = {"{number}": "31019900101202603020000999", "{code}": "x-1", "{tracking}": "YD1"}
    for name, value in known.items():
        path = path.replace(name, value)
    return path.replace("{id}", "00000000-0000-7000-8000-000000000000")


def test_everything_in_interfaces_is_described() -> None:
    found = set(operations())
    for path, method in [
        ("matters", "get"), ("matters/{code}", "get"), ("centres", "get"), ("cases", "post"),
        ("cases", "get"), ("cases/{number}", "get"), ("cases/{number}/ledger", "get"),
        ("cases/{number}/acts", "post"), ("track", "get"), ("track", "post"),
    ]:  # fmt: skip
        assert (f"/api/v1/{path}", method) in found


def test_every_described_path_is_there() -> None:
    for path in schema()["paths"]:
        assert resolve(address(path))


def test_without_an_account_401_and_how_to_sign_in() -> None:
    for path, method in operations():
        answer = getattr(Client(), method)(address(path), content_type="application/json")
        if path in PUBLIC or path.startswith("/api/v1/roots"):
            assert answer.status_code != 401, path
            continue
        problem(answer, 401)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "header", ["Bearer wrong", "bearer wrong", "Bearer", "Bearer ", "Bearer a b"]
)
def test_a_wrong_token_is_401_everywhere(header: str) -> None:
    browser = Client()
    browser.force_login(account("clerk"))
    for path, method in operations():
        call = getattr(browser, method)
        answer = call(
            address(path), content_type="application/json", headers={"Authorization": header}
        )
        assert problem(answer, 401)["detail"], path
        assert "Bearer" in answer.headers["WWW-Authenticate"]


def test_a_revoked_token_and_a_locked_account() -> None:
    from yimen.lib.actor import system
    from yimen.lib.time import now
    from yimen.people.actions import issue_token, lock, revoke_token
    from yimen.people.models import Token

    clerk = account("clerk")
    token = issue_token(clerk, by=system(), at=now())
    headers = {"Authorization": f"Bearer {token}"}
    assert ok(Client().get(f"{API}me", headers=headers))["username"] == "clerk"
    revoke_token(Token.objects.get(account=clerk), by=system(), at=now())
    problem(Client().get(f"{API}me", headers=headers), 401)
    second = issue_token(clerk, by=system(), at=now())
    lock(clerk, by=system(), at=now())
    problem(Client().get(f"{API}me", headers={"Authorization": f"Bearer {second}"}), 401)


def test_an_unknown_method_is_405_with_those_that_are_known(machine: Any) -> None:
    clerk = machine("clerk")
    known: dict[str, set[str]] = {}
    for path, method in operations():
        known.setdefault(path, set()).add(method.upper())
    for path, methods in known.items():
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - methods:
            call = getattr(clerk.client, method.lower())
            answer = call(address(path), content_type="application/json", headers=clerk.headers)
            problem(answer, 405)
            assert methods <= {m.strip() for m in answer.headers["Allow"].split(",")}, path


@pytest.mark.parametrize("path", ["", "nothing", "cases/", "cases/1/2/3", "people", "track/"])
def test_an_unknown_path(path: str, machine: Any) -> None:
    for who in (None, "clerk"):
        answer = machine(who).get(path)
        assert answer.status_code in (404, 405), (path, answer.status_code)
        problem(answer, answer.status_code)


@pytest.mark.parametrize(
    "text", ["\x00", "林\x00", "%", "'", "\\", "\u202e", "🙂" * 50, "a" * 5000]
)
def test_odd_text_breaks_nothing(text: str, machine: Any) -> None:
    clerk = machine("clerk")
    for path, query in (
        ("cases", {"q": text}), ("cases", {"cursor": text}), ("cases", {"body": text}),
        ("matters", {"q": text}), ("matters", {"cursor": text}), ("centres", {"street": text}),
        ("track", {"number": text, "code": text}), ("custody/papers", {"case": text}),
        ("matrix/route", {"field": text}),
    ):  # fmt: skip
        answer = clerk.get(path, **query)
        assert answer.status_code < 500, (path, query)
        if answer.status_code >= 400:
            problem(answer, answer.status_code)
    for path, body in (  # each on a savepoint of its own: the test is one transaction
        ("people/search", {"q": text}),
        ("people", {"name": text, "id_type": "other", "phone": "19900000097"}),
        ("track", {"number": text, "code": text}),
        ("custody/scans", {"code": text}),
        (
            "cases",
            {"matter": text, "centre": text, "applicant": {"name": text, "id_type": "other"}},
        ),
    ):
        with transaction.atomic():
            answer = clerk.post(path, body)
        assert answer.status_code < 500, (path, body)
        if answer.status_code >= 400:
            problem(answer, answer.status_code)


def test_a_null_byte_in_a_path(machine: Any) -> None:
    for path in ("cases/%00", "matters/%00", "custody/papers/%00", "bodies/%00"):
        answer = machine("clerk").get(path)
        problem(answer, answer.status_code)
        assert answer.status_code in (404, 422)


def test_the_catalogue_for_everybody(machine: Any) -> None:
    listed = ok(machine(None).get("matters"))
    assert set(listed) == {"items", "next"}
    code = listed["items"][0]["code"]
    assert set(listed["items"][0]) == {"code", "name", "department", "score"}
    assert ok(machine(None).get(f"matters/{code}"))["code"] == code
    problem(machine(None).get("matters/no-such-matter"), 404)
