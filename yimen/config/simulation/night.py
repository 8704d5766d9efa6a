"""A night, a day, an hour of the help line: callers ring, operators live it by their pages, forms
and text messages come; and then everything that was acknowledged must be there."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from yimen.config.simulation.browser import Browser, percentile
from yimen.config.simulation.calls import Caller, Span, Writer
from yimen.config.simulation.crowd import person
from yimen.config.simulation.doors import PATIENCE_S, Lost
from yimen.config.simulation.exchange import Exchange, Live, Signed
from yimen.config.simulation.operator import LINE, Operator
from yimen.config.simulation.writers import write

PAGES, POLLS = ("page", "act"), ("poll",)
LATE_S = 1800.0  # of the day, after the last call: then what is still open is wrong


@dataclass(frozen=True)
class Order:
    """What to live: where, how fast, with whom."""

    site: str
    run: str  # names this run's calls and messages
    cookie: str
    secret: str = field(repr=False)
    sms_secret: str = field(repr=False)
    dialled: str
    span: Span
    seats: Sequence[int]  # by hour of the day
    operators: Sequence[str]
    sign_in: Callable[[str], str] = field(repr=False)
    speed: float
    after_s: float
    within_s: float
    most_ms: float  # p95 of operators' pages; 0: not judged
    seed: int = 1


@dataclass
class Told:
    """What the site acknowledged, for the books."""

    calls: dict[str, str] = field(default_factory=dict)  # event -> "picked" or "gone" as we saw it
    cases: list[str] = field(default_factory=list)
    enquiries: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)  # calls that ended without an answer to us


@dataclass
class Report:
    """What came of it."""

    offered: int
    connected: int
    in_time: int
    waits: list[float]
    times: dict[str, list[float]]
    done: Counter[str]
    told: Told
    wrong: list[str]
    seconds: float
    an_hour: float  # calls an hour as the site met them
    busy: int
    away: int
    most_ms: float
    within_s: float
    books: list[str] = field(default_factory=list)  # what the record does not bear out

    def of(self, kinds: Sequence[str]) -> list[float]:
        return [ms for kind in kinds for ms in self.times.get(kind, [])]

    @property
    def slow(self) -> list[str]:
        """Sorts of answers that took longer than may be."""
        sorts = {"pages": self.of(PAGES), "polls": self.of(POLLS)}
        limit = self.most_ms or float("inf")
        return [name for name, took in sorts.items() if percentile(took, 0.95) >= limit]

    @property
    def good(self) -> bool:
        return not (self.wrong or self.books or self.slow)

    def text(self) -> str:
        gave_up = self.offered - self.connected
        d = self.done
        lines = [
            f"calls {self.offered} = connected {self.connected} + gave up {gave_up}"
            f" ({_share(self.connected, self.offered)} connected);"
            f" answered within {self.within_s:g} s {_share(self.in_time, self.connected)}",
            f"waited p50 {percentile(self.waits, 0.5):.1f} s, p95 {percentile(self.waits, 0.95):.1f} s"
            f" of the day; {self.an_hour:.0f} calls an hour as the site met them",
            f"requests {len(self.told.cases)}, enquiries {len(self.told.enquiries)}, text messages "
            f"{len(self.told.messages)}, sent on {d['sent']}, called back {d['called back']}, "
            f"web forms {d['web']} (turned away {d['turned away']})",
            *(_times(name, self.of(kinds)) for name, kinds in (("pages", PAGES), ("polls", POLLS))),
            _times("exchange", self.of(("event",))),
            f"a colleague was quicker {d['raced']}; asked to come back {self.busy}; no answer "
            f"{self.away}; done without our hearing of it {len(self.told.unseen)}; {self.seconds:.0f} s",
            *(f"WRONG: {text}" for text in (*self.wrong, *self.books)[:20]),
            *(f"TOO SLOW: {name}, p95 of {self.most_ms:g} ms or more" for name in self.slow),
            "it adds up" if self.good else "IT DOES NOT ADD UP",
        ]
        return "\n".join(lines)


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


def _times(name: str, took: list[float]) -> str:
    p = [percentile(took, share) for share in (0.5, 0.95, 0.99)]
    return f"{name:<9}{len(took):>7}  p50 {p[0]:.0f} ms  p95 {p[1]:.0f} ms  p99 {p[2]:.0f} ms"


class Night:
    """What callers, operators and writers share (operator.Line)."""

    def __init__(
        self, order: Order, callers: Sequence[Caller], writers: Sequence[Writer],
        say: Callable[[str], None],
    ) -> None:  # fmt: skip
        self.order, self.callers, self.writers, self.say = order, callers, writers, say
        self.told, self.done, self.wrong = Told(), Counter[str](), list[str]()
        self.exchange = Exchange(order.run, order.dialled, lambda: Signed(order.site, order.secret))
        self.gateway = Signed(order.site, order.sms_secret)
        self.browsers: list[Browser] = []
        self.lock, self.closed = threading.Lock(), threading.Event()
        self.begun = time.monotonic()

    # -- what operators ask ---------------------------------------------------------------------

    def at(self) -> float:
        return (time.monotonic() - self.begun) * self.order.speed

    def rest(self, seconds: float) -> None:
        time.sleep(max(0.0, seconds) / self.order.speed)

    def on_seat(self, number: int) -> bool:
        return number < self.order.seats[self.order.span.hour(self.at())]

    def over(self) -> bool:
        return self.closed.is_set()

    def note(self, what: str, number: str = "", live: Live | None = None) -> None:
        with self.lock:
            self.done[what] += 1
            if what == "case":
                self.told.cases.append(number)
            elif what == "enquiry":
                self.told.enquiries.append(number)
            elif what == "unseen" and live:
                self.told.unseen.append(live.key)

    # -- the whole --------------------------------------------------------------------------------

    def live(self) -> Report:
        self._open()
        self.begun = time.monotonic()
        people = [
            self._thread(self._operate, number, name)
            for number, name in enumerate(self.order.operators)
        ]
        ways = [self._thread(self._write, one) for one in ("web", "sms")]
        for thread in people + ways:
            thread.start()
        self._ring()
        late = self.at() + max(LATE_S, PATIENCE_S * self.order.speed)
        while self.at() < late and (
            any(not c.over for c in self.exchange.calls) or any(t.is_alive() for t in ways)
        ):
            time.sleep(0.1)
        self.closed.set()
        for thread in people + ways:
            thread.join(timeout=60)
        if stuck := sum(thread.is_alive() for thread in people + ways):
            self.wrong.append(f"{stuck} people never came to an end")
        return self._report()

    def _open(self) -> None:
        """The line's pages are asked for once before anybody is timed: a process that has just begun
        reads its templates and the catalogue then."""
        first = Browser(self.order.site, self.order.cookie)
        with suppress(Lost):
            first.sign_in(self.order.sign_in(self.order.operators[0]))
            first.get(LINE, "page")
            first.post(f"{LINE}answers/", {"q": "喂"}, "page")

    def _ring(self) -> None:
        """Everybody calls at their time, each in a thread of their own until somebody has them."""
        calling, told = list[threading.Thread](), -1
        for caller in self.callers:
            self.rest(caller.calls_s - self.at())
            calling.append(self._thread(self._call, caller))
            calling[-1].start()
            if (half := int(self.at() // 1800)) != told:
                told = half
                self._progress()
        for thread in calling:
            thread.join()

    def _call(self, caller: Caller) -> None:
        live = self.exchange.ring(caller)
        until = live.rang + caller.patience_s / self.order.speed
        while not live.picked and time.monotonic() < until:
            time.sleep(min(0.05, max(0.0, until - time.monotonic())))
        if not live.picked:
            self.exchange.hang_up(live)

    def _operate(self, number: int, name: str) -> None:
        order, browser = self.order, self._browser()
        luck = random.Random(f"{order.seed}{name}")
        Operator(
            self, number, name, browser, order.sign_in, luck, order.after_s, order.speed
        ).live()

    def _browser(self) -> Browser:
        made = Browser(self.order.site, self.order.cookie)
        with self.lock:
            self.browsers.append(made)
        return made

    def _write(self, way: str) -> None:
        for writer in self.writers:
            if writer.way == way and (way == "web" or self.order.sms_secret):
                self.rest(writer.at_s - self.at())
                write(self, writer, self._browser)

    def _progress(self) -> None:
        span, at = self.order.span, self.at()
        minutes = int(span.begins_h * 60 + at // 60) % 1440
        calls = self.exchange.calls
        self.say(
            f"[{minutes // 60:02d}:{minutes % 60:02d}] {len(calls)} called, "
            f"{sum(1 for c in calls if c.picked)} connected, {sum(c.gone for c in calls)} gave up, "
            f"{self.exchange.ringing} ringing, {len(self.told.cases)} requests, "
            f"{self.order.seats[span.hour(at)]} seats"
        )

    def _thread(self, what: Callable[..., None], *args: Any) -> threading.Thread:
        return person(what, *args, tell=self._wrong)

    def _wrong(self, told: str) -> None:
        with self.lock:
            self.wrong.append(told)

    def _report(self) -> Report:
        calls, speed = self.exchange.calls, self.order.speed
        picked = [c for c in calls if c.picked and not c.gone]
        waits = [(c.picked - c.rang) * speed for c in picked]
        self.told.calls = {c.key: "picked" if c.picked else "gone" for c in calls}
        times: dict[str, list[float]] = {"event": list(self.gateway.took)}
        for door in self.exchange.spare:
            times["event"] += door.took
        for browser in self.browsers:
            for what, ms in browser.took:
                times.setdefault(what, []).append(ms)
        seconds = time.monotonic() - self.begun
        return Report(
            offered=len(calls), connected=len(picked),
            in_time=sum(wait <= self.order.within_s for wait in waits), waits=waits, times=times,
            done=self.done, told=self.told,
            wrong=self.wrong + [text for one in self.browsers for text in one.wrong],
            seconds=seconds, an_hour=len(calls) * 3600 / seconds,
            busy=sum(b.busy for b in self.browsers),
            away=sum(b.away for b in self.browsers) + sum(d.again for d in self.exchange.spare),
            most_ms=self.order.most_ms, within_s=self.order.within_s,
        )  # fmt: skip
