"""The site as a machine meets it: JSON over HTTP, patient with a site that is busy or restarts."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Any

import requests

PATIENCE_S = 60.0  # of a site that does not answer
WAIT_S = 30.0
MOST_LOST = 100
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Lost(Exception):
    """No answer came: nobody knows whether it was done. The caller looks and goes on."""


class Refusal(Exception):
    """The site said no: status and sentence."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(f"{status} {detail}")
        self.status, self.detail = status, detail


@dataclass
class Door:
    """One client with a connection of its own, with somebody's token."""

    site: str
    token: str = field(repr=False, default="")
    busy: int = 0  # how often the site asked to come back
    lost: int = 0  # answers that did not come, one after the other

    def __post_init__(self) -> None:
        self.session = requests.Session()
        self.session.headers["Accept-Language"] = "zh"

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer's JSON; None for 204. Waits where the site says so (503 and Retry-After).
        Raises Refusal, and Lost when the connection broke."""
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                answer = self.session.request(
                    method, f"{self.site}/api/v1/{path}", json=body, headers=headers, timeout=WAIT_S
                )
            except requests.RequestException as error:
                raise self._lost(type(error).__name__) from None
            if answer.status_code not in (429, 503) or time.monotonic() > until:
                break
            self.busy += 1
            time.sleep(min(5.0, float(answer.headers.get("Retry-After") or 1)))
            if method == "POST":  # it may have been done all the same: the caller looks first
                raise Lost(str(answer.status_code))
        if answer.status_code >= 500:
            raise self._lost(str(answer.status_code))
        self.lost = 0
        if answer.status_code == 204:
            return None
        if answer.ok:
            return answer.json()
        raise Refusal(answer.status_code, _detail(answer))

    def _lost(self, why: str) -> Exception:
        """Nobody knows; but a site that never answers is no site."""
        self.lost += 1
        return (
            Refusal(0, f"no answer {MOST_LOST} times ({why})")
            if self.lost > MOST_LOST
            else Lost(why)
        )

    def get(self, path: str) -> Any:
        """What can be asked again without harm is asked again."""
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                return self.ask("GET", path)
            except Lost:
                if time.monotonic() > until:
                    raise
                time.sleep(0.5)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.ask("POST", path, body or {}, **headers)

    def give_up(self, secret: str) -> None:
        """As on the phone: the page of the ticket, its button."""
        page = f"{self.site}/q/{secret}/"
        try:
            found = TOKEN.search(self.session.get(page, timeout=WAIT_S).text)
            if found:
                form = {"do": "leave", "csrfmiddlewaretoken": found[1]}
                self.session.post(page, data=form, headers={"Referer": page}, timeout=WAIT_S)
        except requests.RequestException as error:
            raise Lost(type(error).__name__) from None


def _detail(answer: requests.Response) -> str:
    try:
        return str(answer.json().get("detail", ""))
    except ValueError:
        return ""
