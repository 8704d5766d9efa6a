"""Clients as other systems are: they retry, they carry idempotency keys and versions, and they
remember what they were told."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from chaos import town

TIMEOUT_S = 20.0
PAUSE_S = (0.05, 0.4)
# A case's life after its receipt, by acts. The last two stop half-way.
LIVES: tuple[tuple[str, ...], ...] = (
    ("accept", "decide", "deliver", "confirm"),
    ("accept", "decide", "deliver"),
    ("withdraw",),
)
ARGS: dict[str, dict[str, Any]] = {
    "decide": {"outcome": "granted", "reason": "符合条件"},
    "deliver": {"way": "on_the_spot"},
    "confirm": {"proof": "on_the_spot"},
    "withdraw": {"reason": "申请人撤回"},
}


@dataclass
class Told:
    """One case as its client knows it: every act that certainly happened, in order."""

    number: str
    enquiry_no: str
    key: str
    acts: list[str] = field(default_factory=list)
    state: str = ""
    version: int = 0


@dataclass
class Tally:
    """What all clients met together."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    cases: list[Told] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)  # seconds from first try to the answer
    unexpected: list[str] = field(default_factory=list)

    def done(self) -> int:
        """Intakes and acts that were acknowledged."""
        return sum(n for what, n in self.answers.items() if what in ("intake", "act"))

    def count(self, what: str, wait: float | None = None) -> None:
        with self.lock:
            self.answers[what] += 1
            if wait is not None:
                self.waits.append(wait)

    def as_json(self) -> list[dict[str, Any]]:
        return [asdict(case) for case in self.cases]


class Client(threading.Thread):
    """Hands in cases and drives each through a life, until told to stop."""

    def __init__(self, n: int, port: int, tokens: dict[str, str], tally: Tally, stop: Any) -> None:
        super().__init__(daemon=True, name=f"client-{n}")
        self.n, self.port, self.tally, self.stop = n, port, tally, stop
        self.random = random.Random(n)
        self.clerk = sorted(tokens)[n % len(tokens)]
        self.headers = {
            "Authorization": f"Bearer {tokens[self.clerk]}",
            "Content-Type": "application/json",
        }
        self.line: http.client.HTTPConnection | None = None

    def run(self) -> None:
        turn = 0
        while not self.stop.is_set():
            turn += 1
            try:
                self._one_case(turn)
            except Exception as error:  # a defect of this harness must not look like calm
                self.tally.unexpected.append(f"{self.name}: {type(error).__name__}: {error}")
                return

    def _one_case(self, turn: int) -> None:
        case, complete, matter = self._intake(turn)
        if case is None:
            return
        life = self.random.choice(LIVES)
        if matter not in town.ON_THE_SPOT:
            life = self.random.choice((("accept",), ("withdraw",)))
        if not complete and life != ("withdraw",):
            life = ("supplied", "accept")  # what is still owed would block the decision
        for act in life:
            if not self._act(case, act):
                return

    def _intake(self, turn: int) -> tuple[Told | None, bool, str]:
        """One key for all tries: whatever happens in between, one case."""
        key, matter = f"{self.name}-{turn}", self.random.choice(list(town.MATTERS))
        complete = self.random.random() < 0.8
        who = self.random.randrange(200)
        body = town.submission(who, town.CENTRES[self.clerk], matter, complete=complete)
        begun = time.monotonic()
        status, answer = self._until_answered("POST", "cases", body, key)
        if status != 201:
            self._unexpected("intake", status, answer)
            return None, complete, matter
        case = Told(answer["number"], answer["enquiry_no"], key)
        self._note(case, answer)
        with self.tally.lock:
            self.tally.cases.append(case)
        self.tally.count("intake", time.monotonic() - begun)
        return case, complete, matter

    def _act(self, case: Told, act: str) -> bool:
        """Acts carry no key but the version that was seen: after a lost answer look first."""
        begun = time.monotonic()
        body = {"act": act, "version": case.version, **ARGS.get(act, {})}
        while True:
            status, answer = self._try("POST", f"cases/{case.number}/acts", body)
            if status in (0, 503):
                status, answer = self._until_answered("GET", f"cases/{case.number}")
                if status == 200 and answer["version"] == case.version:
                    self.tally.count("act tried again")
                    continue
                self.tally.count("act done, its answer lost")
            break
        if status != 200:
            return self._unexpected(act, status, answer)
        case.acts.append(act)
        self._note(case, answer)
        self.tally.count("act", time.monotonic() - begun)
        return True

    def _note(self, case: Told, answer: dict[str, Any]) -> None:
        case.state, case.version = answer["state"], answer["version"]

    def _unexpected(self, what: str, status: int, answer: Any) -> bool:
        self.tally.unexpected.append(f"{what}: {status} {json.dumps(answer, ensure_ascii=False)}")
        self.tally.count(f"unexpected {status}")
        return False

    # --- the line ------------------------------------------------------------------------------

    def _until_answered(self, method: str, path: str, body: Any = None, key: str = "") -> Any:
        while True:
            status, answer = self._try(method, path, body, key)
            if status not in (0, 503):
                return status, answer

    def _try(self, method: str, path: str, body: Any = None, key: str = "") -> tuple[int, Any]:
        """One try; 0 when there was no answer. A short rest after anything that did not work."""
        headers = {**self.headers, **({"Idempotency-Key": key} if key else {})}
        text = json.dumps(body) if body is not None else None
        try:
            if self.line is None:
                self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_S)
            self.line.request(method, f"/api/v1/{path}", text, headers)
            said = self.line.getresponse()
            status, raw = said.status, said.read()
            answer = json.loads(raw)
        except (OSError, http.client.HTTPException, ValueError):
            self.tally.count("no answer")
            status, answer = 0, None
        if status in (0, 503):
            if status == 503:
                self.tally.count("503")
            self._hang_up()
            time.sleep(self.random.uniform(*PAUSE_S))
        return status, answer

    def _hang_up(self) -> None:
        if self.line is not None:
            self.line.close()
            self.line = None
