"""A browser of somebody who is signed in: pages, forms, and how long each answer took."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from yimen.config.simulation.doors import TOKEN, WAIT_S, Lost


class TooOften(Exception):
    """The site asks to wait: too many tries from one address."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and where it was found in the end."""

    status: int
    text: str
    path: str

    @property
    def ok(self) -> bool:
        return self.status < 400


@dataclass
class Browser:
    """`took` are (what, milliseconds) of everything that was answered."""

    site: str
    cookie: str = ""  # the name of the session's cookie
    took: list[tuple[str, float]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)  # answers no browser should get
    busy: int = 0
    away: int = 0  # no answer at all
    token: str = ""

    def __post_init__(self) -> None:
        self.session = requests.Session()
        self.session.headers["Accept-Language"] = "zh"

    def sign_in(self, key: str) -> None:
        self.session.cookies.clear()
        self.session.cookies.set(self.cookie, key)

    def get(self, path: str, what: str) -> Answer:
        return self._ask("GET", path, None, what)

    def post(self, path: str, form: Mapping[str, Any], what: str) -> Answer:
        """Send a form with the token of the last page, and follow where it leads."""
        sent = {**form, "csrfmiddlewaretoken": self.token}
        return self._ask("POST", path, sent, what)

    def post_alone(self, path: str, what: str) -> Answer:
        """Send as the page's script does: the answer is a sentence, or where to go, no page."""
        sent = {"csrfmiddlewaretoken": self.token}
        return self._ask("POST", path, sent, what, {"Accept": "application/json"})

    def _ask(
        self, method: str, path: str, form: Any, what: str, more: Mapping[str, str] | None = None
    ) -> Answer:
        url, begun = urljoin(f"{self.site}/", path.lstrip("/")), time.perf_counter()
        headers = {**({"Referer": url} if form is not None else {}), **(more or {})}
        try:
            answer = self.session.request(
                method, url, data=form, headers=headers, timeout=WAIT_S, allow_redirects=False
            )
        except requests.RequestException as error:
            self.away += 1
            raise Lost(type(error).__name__) from None
        if answer.status_code == 503:
            self.busy += 1
            raise Lost("503")
        self.took.append((what, (time.perf_counter() - begun) * 1000))
        if answer.status_code == 429:
            raise TooOften(answer.headers.get("Retry-After", ""))
        if answer.status_code >= 500:
            self.wrong.append(f"{method} {urlsplit(url).path}: {answer.status_code}")
            raise Lost(str(answer.status_code))
        if answer.is_redirect:
            return self._ask("GET", urljoin(url, answer.headers["Location"]), None, "page")
        if found := TOKEN.search(answer.text):
            self.token = found[1]
        return Answer(answer.status_code, answer.text, urlsplit(url).path)


def percentile(values: list[float], share: float) -> float:
    """The value that this share does not exceed; 0 of none."""
    if not values:
        return 0.0
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(len(ranked) * share))]
