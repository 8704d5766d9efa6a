"""The telephone exchange of a simulated line: rings, waits, hangs up, and tells the site by its
signed door until the site has answered. Text messages come by the gateway's door the same way."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests

from yimen.config.simulation.calls import Caller
from yimen.config.simulation.doors import PATIENCE_S, WAIT_S, Refusal
from yimen.lib.time import now

NUMBER = "1990009{:04d}"  # nobody's: the range of the invented people
AGAIN_S = 0.5
EVENTS, MESSAGES = "/line/events/", "/gateway/sms/messages/"


@dataclass
class Live:
    """A call as the exchange knows it. Moments are of the machine's own clock."""

    caller: Caller
    key: str
    rang: float = 0.0  # when the site was first told
    picked: float = 0.0
    by: str = ""
    gone: bool = False  # hung up before anybody was heard
    ended: bool = False

    @property
    def over(self) -> bool:
        return self.gone or self.ended


@dataclass
class Signed:
    """A door that believes whoever signs."""

    site: str
    secret: str = field(repr=False)
    took: list[float] = field(default_factory=list)
    again: int = 0  # how often something had to be told again

    def __post_init__(self) -> None:
        self.session = requests.Session()

    def tell(self, path: str, told: dict[str, Any]) -> Any:
        """Until the site has answered: the same words with the same id are one event."""
        body, until = json.dumps(told).encode(), time.monotonic() + PATIENCE_S
        while True:
            begun = time.perf_counter()
            try:
                answer = self.session.post(
                    self.site + path, data=body, headers=self._signed(body), timeout=WAIT_S
                )
                status = answer.status_code
            except requests.RequestException:
                status = 0
            if 0 < status < 500:
                break
            if time.monotonic() > until:
                raise Refusal(status, f"{path} does not answer")
            self.again += 1
            time.sleep(AGAIN_S)
        self.took.append((time.perf_counter() - begun) * 1000)
        if status >= 400:
            raise Refusal(status, answer.text[:200])
        return answer.json()

    def _signed(self, body: bytes) -> dict[str, str]:
        moment = str(int(now().timestamp()))
        word = hmac.new(self.secret.encode(), f"{moment}.".encode() + body, hashlib.sha256)
        return {
            "Content-Type": "application/json", "X-Yimen-Time": moment,
            "X-Yimen-Signature": word.hexdigest(),
        }  # fmt: skip


class Exchange:
    """Calls that ring, by the last figures of their number, which is what a page shows of it."""

    def __init__(self, run: str, dialled: str, door: Callable[[], Signed]) -> None:
        self.run, self.dialled, self.door = run, dialled, door
        self.calls: list[Live] = []
        self.rung = threading.Condition()
        self.spare: deque[Signed] = deque()

    def ring(self, caller: Caller) -> Live:
        live = Live(caller, f"{self.run}-{caller.no}", rang=time.monotonic())
        with self.rung:  # before the site is told: an operator may be quicker than its answer
            self.calls.append(live)
        self._tell("ring", live)
        with self.rung:
            self.rung.notify_all()
        return live

    def hang_up(self, live: Live) -> None:
        live.ended = live.ended or bool(live.picked)
        live.gone = live.gone or not live.picked
        self._tell("hangup", live)

    def _tell(self, event: str, live: Live) -> None:
        try:
            door = self.spare.popleft()
        except IndexError:
            door = self.door()
        number = NUMBER.format(live.caller.tail)
        told = {"event": event, "id": live.key, "dialled": self.dialled, "number": number}
        try:
            door.tell(EVENTS, told)
        finally:
            self.spare.append(door)

    def found(self, tail: int) -> Live | None:
        """Who rings with this number: the first that nobody has picked up."""
        with self.rung:
            mine = (c for c in self.calls if c.caller.tail == tail and not c.picked)
            return next((c for c in mine if not c.gone), None)

    def picked(self, live: Live, by: str) -> None:
        live.picked, live.by = time.monotonic(), by

    def longest_s(self) -> float:
        """How long the longest ringing call has rung, by the machine's own clock."""
        waiting = [c.rang for c in self.calls if not c.picked and not c.gone]
        return time.monotonic() - min(waiting) if waiting else 0.0

    @property
    def ringing(self) -> int:
        return sum(1 for c in self.calls if not c.picked and not c.gone)
