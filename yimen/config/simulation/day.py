"""The day itself: five machines give tickets, every window works, and at the end all must add up."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from yimen.config.simulation.crowd import person
from yimen.config.simulation.doors import Door, Lost, Refusal
from yimen.config.simulation.plan import Visitor

CALLS = 3  # before somebody counts as missing
LOOK_S = 20.0  # of the day, between two looks at an empty queue
ASIDE_S = 300.0  # of the day: a photocopy, a form
MOST_REFUSED = 50  # at one window on end: somebody has closed it
STILL_S = 3600.0  # of the day: nobody was served for so long, so nobody will be
Aside = deque[tuple[float, str]]
ENDED = ("served", "no_show", "left")


@dataclass(frozen=True)
class Order:
    """What to live: where, by whose tokens, how fast."""

    site: str
    centre: str
    director: str = field(repr=False)
    clerk: str = field(repr=False)
    speed: float
    windows: tuple[str, ...]
    machines: int
    walk_s: float


@dataclass
class Report:
    """What came of it, and whether it adds up."""

    tickets: int
    states: Counter[str]
    given: int  # cases that were acknowledged
    recorded: int  # of them, with their receipt in the record
    lost: int
    busy: int
    wrong: list[str]
    seconds: float

    @property
    def good(self) -> bool:
        ended = sum(self.states[state] for state in ENDED)
        return self.tickets == ended and self.given == self.recorded and not self.wrong

    def text(self) -> str:
        s = self.states
        still = sum(n for state, n in s.items() if state not in ENDED)
        lines = [
            f"tickets {self.tickets} = served {s['served']} + no-shows {s['no_show']} "
            f"+ left {s['left']}" + (f" + STILL OPEN {still}" if still else ""),
            f"cases {self.given} = in the record {self.recorded}",
            f"answers lost and looked up {self.lost}; asked to come back {self.busy}; "
            f"{self.seconds:.0f} s",
            *(f"WRONG: {text}" for text in self.wrong[:20]),
            "it adds up" if self.good else "IT DOES NOT ADD UP",
        ]
        return "\n".join(lines)


class Day:
    """All that is shared between the machines and the windows."""

    def __init__(
        self, order: Order, visitors: Sequence[Visitor], say: Callable[[str], None], seed: int
    ) -> None:
        self.order, self.say, self.seed = order, say, seed
        self.coming = deque(visitors)
        self.known: dict[str, Visitor] = {}  # ticket id -> whose it is
        self.secrets: dict[str, str] = {}
        self.cases: dict[str, str] = {}  # number -> ticket id
        self.wrong: list[str] = []
        self.done: Counter[str] = Counter()
        self.doors: list[Door] = []
        self.lock = threading.Lock()
        self.closed = threading.Event()  # nobody comes any more
        self.begun = time.monotonic()
        self.moved = 0.0  # when somebody was last served, in seconds of the day

    # -- time ------------------------------------------------------------------------------------

    def at(self) -> float:
        """Seconds of the day since the doors opened."""
        return (time.monotonic() - self.begun) * self.order.speed

    def rest(self, seconds: float) -> None:
        time.sleep(max(0.0, seconds) / self.order.speed)

    def door(self, token: str) -> Door:
        made = Door(self.order.site, token)
        with self.lock:
            self.doors.append(made)
        return made

    # -- the machines ----------------------------------------------------------------------------

    def machine(self) -> None:
        door = self.door(self.order.director)
        while True:
            with self.lock:
                visitor = self.coming.popleft() if self.coming else None
            if visitor is None:
                return
            self.rest(visitor.comes_s - self.at())
            self._take(door, visitor)

    def _take(self, door: Door, visitor: Visitor) -> None:
        body = {"centre": self.order.centre, "matter": visitor.matter, "priority": visitor.priority}
        while True:
            try:
                made = door.post("tickets", body)
            except (
                Lost
            ):  # the paper did not come: they press again; the other turn is called in vain
                self.done["pressed again"] += 1
                self.rest(LOOK_S)
                continue
            break
        with self.lock:
            self.known[made["id"]] = visitor
            self.secrets[made["id"]] = made["secret"]
            self.done["taken"] += 1
        if visitor.leaves_s is not None:
            timer = threading.Timer(
                visitor.leaves_s / self.order.speed, self._leave, [made["secret"]]
            )
            timer.daemon = True
            timer.start()

    def _leave(self, secret: str) -> None:
        with suppress(Lost):
            self.door("").give_up(secret)

    # -- a window --------------------------------------------------------------------------------

    def window(self, code: str) -> None:
        door, clerk = self.door(self.order.director), self.door(self.order.clerk)
        luck = random.Random(f"{self.seed}{code}")
        self._surely(door, code, "open")
        aside: Aside = deque()  # who comes back, and from when on
        refused = 0
        while refused < MOST_REFUSED:
            try:
                ticket = self._here(door, code)
                if ticket is None and aside and self.at() > aside[0][0]:
                    self._act(door, code, "resume", ticket=aside.popleft()[1])
                    continue
                ticket = ticket or door.post(f"windows/{code}/next")
                if ticket is not None:
                    self._serve(door, clerk, code, ticket, aside)
                    refused = 0
                elif not aside and self.closed.is_set() and self._nobody(door):
                    break
                else:
                    self.rest(LOOK_S * luck.uniform(0.5, 1.5))
            except Lost:
                self.done["lost"] += 1
                self.rest(LOOK_S)
            except Refusal as refusal:  # somebody left at that moment: look again
                refused += 1
                if refusal.status != 409 or refused == MOST_REFUSED:
                    raise
        self._surely(door, code, "close")

    def _here(self, door: Door, code: str) -> Any:
        """Who stands at the window by the site's own word, wherever our last call ended."""
        items = door.get(f"centres/{self.order.centre}/queue")["items"]
        mine = (t for t in items if t["window"] == code and t["state"] in ("called", "serving"))
        return next(mine, None)

    def _nobody(self, door: Door) -> bool:
        """Is the hall empty, or does nobody move any more?"""
        items = door.get(f"centres/{self.order.centre}/queue")["items"]
        ours = [t for t in items if t["id"] in self.known]
        return not ours or self.at() - self.moved > STILL_S

    def _act(self, door: Door, code: str, act: str, **more: Any) -> Any:
        return door.post(f"windows/{code}/acts", {"act": act, **more})

    def _surely(self, door: Door, code: str, act: str) -> None:
        """What may be done twice without harm: until the site has answered."""
        while True:
            try:
                self._act(door, code, act)
                return
            except Lost:
                self.done["lost"] += 1
                self.rest(LOOK_S)

    def _serve(self, door: Door, clerk: Door, code: str, ticket: Any, aside: Aside) -> None:
        """One person at the window. What becomes of them was drawn beforehand; somebody else's
        ticket is simply served."""
        key, visitor = ticket["id"], self.known.get(ticket["id"])
        if ticket["state"] == "called":
            self.rest(self.order.walk_s)
            if visitor and visitor.misses:
                self._missing(door, code)
                return
            if visitor and visitor.sent_on and f"on {key}" not in self.done:
                self.done[f"on {key}"] += 1
                self._act(door, code, "transfer", desk="general")
                return
            self._act(door, code, "serve")
        serve_s = visitor.serve_s if visitor else 60.0
        if visitor and visitor.aside and f"aside {key}" not in self.done:
            self.done[f"aside {key}"] += 1
            self.rest(serve_s / 2)
            self._act(door, code, "hold")
            aside.append((self.at() + ASIDE_S, key))
            return
        self.rest(serve_s)
        if visitor and visitor.hands_in and visitor.matter:
            self._hand_in(clerk, key, visitor)
        self._act(door, code, "finish")
        with self.lock:
            self.done["served"] += 1
            self.moved = self.at()

    def _missing(self, door: Door, code: str) -> None:
        for _ in range(CALLS - 1):
            self._act(door, code, "recall")
            self.rest(self.order.walk_s)
        self._act(door, code, "no_show")
        with self.lock:
            self.done["no-shows"] += 1
            self.moved = self.at()

    def _hand_in(self, clerk: Door, ticket: str, visitor: Visitor) -> None:
        """The case of the turn; the key makes a second try the same case."""
        body = {
            "matter": visitor.matter, "centre": self.order.centre, "ticket": ticket,
            "applicant": {
                "name": f"模拟居民{visitor.no}", "id_type": "other", "id_number": f"SIM-{ticket}",
            },
        }  # fmt: skip
        while True:
            try:
                made = clerk.ask("POST", "cases", body, **{"Idempotency-Key": f"simulate-{ticket}"})
            except Lost:
                self.done["lost"] += 1
                self.rest(LOOK_S)
                continue
            except Refusal as refusal:
                with self.lock:
                    self.wrong.append(f"case of {visitor.matter}: {refusal}")
                return
            break
        with self.lock:
            self.cases[made["number"]] = ticket
            self.done["cases"] += 1

    # -- the whole -------------------------------------------------------------------------------

    def live(self) -> Report:
        """From the first visitor to the last, then the books."""
        machines = [self._thread(self.machine) for _ in range(self.order.machines)]
        windows = [self._thread(self.window, code) for code in self.order.windows]
        for thread in machines + windows:
            thread.start()
        told = -1
        while any(thread.is_alive() for thread in machines + windows):
            if not self.closed.is_set() and not any(thread.is_alive() for thread in machines):
                self.moved = self.at()
                self.closed.set()
            half = int(self.at() // 1800)
            if half != told:
                told = half
                self._progress()
            time.sleep(0.2)
        return self.books()

    def _progress(self) -> None:
        minutes = int(self.at() // 60) + 8 * 60 + 30
        d = self.done
        waiting = d["taken"] - d["served"] - d["no-shows"]
        self.say(
            f"[{minutes // 60:02d}:{minutes % 60:02d}] {d['taken']} taken, {waiting} in the hall or "
            f"left, {d['served']} served, {d['no-shows']} no-shows, {d['cases']} cases"
        )

    def _thread(self, what: Callable[..., None], *args: Any) -> threading.Thread:
        return person(what, *args, tell=self._wrong)

    def _wrong(self, told: str) -> None:
        with self.lock:
            self.wrong.append(told)

    def books(self) -> Report:
        """Ask the site about every ticket and every case, one by one."""
        director, clerk = self.door(self.order.director), self.door(self.order.clerk)
        states = Counter(director.get(f"tickets/{key}")["state"] for key in self.known)
        recorded = 0
        for number in self.cases:
            acts = [e["act"] for e in clerk.get(f"cases/{number}/ledger")["items"]]
            recorded += acts.count("receive") == 1
        return Report(
            tickets=len(self.known), states=states, given=len(self.cases), recorded=recorded,
            lost=self.done["lost"] + self.done["pressed again"],
            busy=sum(door.busy for door in self.doors), wrong=self.wrong,
            seconds=time.monotonic() - self.begun,
        )  # fmt: skip
