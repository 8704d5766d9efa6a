"""Everybody who tries a door, and what an answer comes to in one word."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from tests.cast import account
from tests.doors.samples import Sample
from tests.doors.town import Town

# in the table: who
PERSONS = {
    "anon": None, "owner": "resident", "stranger": "resident2", "clerk": "clerk",
    "clerk2": "clerk2", "officer": "officer", "officer2": "officer2", "head": "head",
    "director": "director", "assist": "assistant", "superv": "supervisor", "auditor": "auditor",
    "editor": "editor", "groups": "groups", "admin": "admin", "machine": "machine",
}  # fmt: skip


class Visitor:
    """One person with a browser, or with a token for machines."""

    def __init__(self, who: str, town: Town, *, csrf: bool = False) -> None:
        self.who = who
        self.client = Client(enforce_csrf_checks=csrf, raise_request_exception=False)
        self.headers: dict[str, str] = {}
        if who == "machine":
            self.headers = {"Authorization": f"Bearer {town['secret_token']}"}
        elif PERSONS[who]:
            self.client.force_login(account(str(PERSONS[who])))

    def get(self, sample: Sample) -> Any:
        return self.client.get(sample.path, headers=self.headers)

    def send(self, sample: Sample, method: str) -> Any:
        """What is refused comes back as a problem document: pages of refusal take their time."""
        call = getattr(self.client, method.lower())
        if sample.name.startswith("api:"):
            body = json.dumps(sample.data)
            return call(sample.path, body, content_type="application/json", headers=self.headers)
        headers = self.headers | {"Accept": "application/json"}
        return call(sample.path, sample.data, headers=headers)


def verdict(response: Any) -> str:
    """`in`: asked to sign in; `ok`: shown; `->`: led elsewhere; else the status."""
    status, place = response.status_code, response.headers.get("Location", "")
    if status == 401 or (status == 302 and place.startswith("/accounts/login/?next=")):
        return "in"
    if status == 302:
        return "->"
    return "ok" if status == 200 else str(status)


def verdict_of_write(response: Any) -> str:
    """For what is sent: `may` where a right person was answered, done or refused by a rule."""
    word = verdict(response)
    return word if word in ("in", "403", "404", "405") or word >= "5" and word.isdigit() else "may"
