"""Calls as another program makes them, and what every answer must look like."""

from __future__ import annotations

import json
import re
from typing import Any

from django.test import Client

API = "/api/v1/"
MOMENT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+08:00$")
DAY = re.compile(r"^\d{4}-\d\d-\d\d$")


class Machine:
    """A program with a token (or none)."""

    def __init__(self, token: str) -> None:
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.client = Client(enforce_csrf_checks=True)

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(API + path, query, headers=self.headers)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        text = body if isinstance(body, (str, bytes)) else json.dumps(body)
        sent = self.headers | {k.replace("_", "-"): v for k, v in headers.items()}
        return self.client.post(API + path, text, content_type="application/json", headers=sent)

    def act(self, number: str, act: str, **more: Any) -> Any:
        return self.post(f"cases/{number}/acts", {"act": act, **more})


def submission(**changes: Any) -> dict[str, Any]:
    """A complete submission for the low income allowance."""
    from tests.cases.world import matter
    from tests.cast import CENTRE, facts
    from yimen.matters.content import parse

    row = facts("resident")
    code = changes.get("matter", "civil-affairs-001")
    known = code in ("civil-affairs-001", "civil-affairs-008", "civil-affairs-018")
    given = parse(matter(code).content).materials if known else ()
    return {
        "matter": code,
        "centre": CENTRE,
        "channel": "counter",
        "applicant": {k: row[k] for k in ("name", "id_type", "id_number", "phone")},
        "agent": None,
        "materials": [{"code": m.code, "given": "original"} for m in given],
        "facts": {},
    } | changes


def problem(response: Any, status: int) -> dict[str, Any]:
    """The refusal, which has the shape that every refusal has."""
    assert response.status_code == status, response.content.decode()
    assert response.headers["Content-Type"].startswith("application/problem+json")
    body: dict[str, Any] = json.loads(response.content)
    assert set(body) >= {"type", "title", "status", "detail", "errors"}
    assert body["status"] == status
    assert body["title"] and body["type"]
    assert isinstance(body["errors"], list)
    for error in body["errors"]:
        assert set(error) == {"field", "message", "remedy"}
        assert error["field"] and error["message"]
    return body


def ok(response: Any, status: int = 200) -> Any:
    """The answer, whose times and days are written as promised."""
    assert response.status_code == status, response.content.decode()
    assert response.headers["Content-Type"].startswith("application/json")
    body = json.loads(response.content)
    check_times(body)
    return body


def check_times(value: Any, key: str = "") -> None:
    """Moments end in +08:00, days are plain days; known by the names of the fields."""
    if isinstance(value, dict):
        for name, inner in value.items():
            check_times(inner, name)
    elif isinstance(value, list):
        for inner in value:
            check_times(inner, key)
    elif isinstance(value, str) and value:
        if key.endswith(("_at", "since", "until")) or key == "at":
            assert MOMENT.match(value) or DAY.match(value), (key, value)
            assert MOMENT.match(value) or not key.endswith("_at"), (key, value)
        if key.endswith("_on") or key in ("by", "accept_by"):
            assert DAY.match(value), (key, value)
