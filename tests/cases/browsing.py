"""Pages as somebody of the cast sees them, for the tests of the pages of cases."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

from django.test import Client

from tests.cases.world import MONDAY, SYSTEM, hand_in, work_through
from tests.cast import account, actor, party
from yimen.cases.actions import perform
from yimen.cases.dossier import Dossier, load
from yimen.lib import time

LOW_INCOME = "civil-affairs-001"
OFFICER = "officer"


def client(username: str | None, *, language: str = "zh-hans") -> Client:
    """A browser with somebody signed in."""
    browser = Client(headers={"accept-language": language})
    if username:
        browser.force_login(account(username))
    return browser


def get(username: str | None, path: str, **options: Any) -> Any:
    return client(username).get(path, **options)


def said(response: Any) -> str:
    """The text that a reader sees."""
    return html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))


def attributes(response: Any, name: str) -> list[str]:
    return re.findall(rf'{name}="([^"]*)"', response.content.decode())


def reload(d: Dossier) -> Dossier:
    return load(d.case.number)


def lawful(d: Dossier) -> Dossier:
    """The case accepted, by its counter."""
    return perform(d.case.number, "accept", by=SYSTEM)


def in_every_stage() -> dict[str, Dossier]:
    """One case for each stage, and the ways of ending that have a document of their own."""
    made = {"received": hand_in(LOW_INCOME), "supplementing": hand_in(LOW_INCOME, missing=True)}
    made["handling"] = lawful(hand_in(LOW_INCOME))
    with time.at(MONDAY + timedelta(days=9)):
        made["decided"] = decided(hand_in(LOW_INCOME, applicant=party("mother")))
        made["delivering"] = perform(decided(hand_in(LOW_INCOME)).case.number, "deliver", by=SYSTEM)
        done = perform(decided(hand_in(LOW_INCOME)).case.number, "deliver", by=SYSTEM)
        made["closed"] = perform(done.case.number, "confirm", by=SYSTEM)
        refused = hand_in(LOW_INCOME)
        made["not_accepted"] = perform(
            refused.case.number, "not_accept", by=SYSTEM, reason="户籍不在本街道",
            direction="请到户籍所在街道的服务中心办理",
        )  # fmt: skip
    return {name: reload(d) for name, d in made.items()}


def decided(d: Dossier, outcome: str = "granted", reason: str = "") -> Dossier:
    ready = work_through(lawful(d))
    return perform(ready.case.number, "decide", by=SYSTEM, outcome=outcome, reason=reason)


__all__ = ["MONDAY", "SYSTEM", "actor", "hand_in", "party"]
