"""One operator of a simulated line: looks what rings, picks up, types, answers or takes, sends
somebody, writes down; all by the pages that a browser gets."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from yimen.config.simulation.browser import Answer, Browser, TooOften
from yimen.config.simulation.calls import Caller
from yimen.config.simulation.doors import Lost
from yimen.config.simulation.exchange import Exchange, Live

LINE, RINGING, POLL_S = "/desk/line/", "/desk/line/ringing/", 1.5
RINGS = re.compile(r'action="(/desk/line/ringing/[0-9a-f-]+/)".*?(?:(\d{4})</bdi>|</form>)', re.S)
MISSED = re.compile(r'action="(/desk/line/missed/[0-9a-f-]+/)"')
TEXTS = re.compile(r'href="(/desk/line/messages/[0-9a-f-]+/)"')
NUMBER = re.compile(r"编号 (\d{26})")
ENQUIRY = re.compile(r"已登记为咨询 ([0-9A-Za-z-]+)")
PLACE = re.compile(r'<option value="(\d{12})"')
SAME = re.compile(r'name="same_as"[^>]*value="([0-9a-f-]{36})"')
SENDS = re.compile(r'<button class="govuk-button" name="to" value="([^"]+)"')
TYPED = "家里厨房水管接头处一直漏水楼下邻居也来说过了请派人来看一看"
ON_CALL, TALKS = 'id="take"', 'action="/desk/line/hang-up/"'
ALARMS = {"danger.ill": "120", "danger.fire": "119", "danger.crime": "110"}
EMPTY = ("silent", "wrong", "abusive", "silent")
STAYS_AWAY_S = 30.0  # between two looks of whose seat is not needed now
ARRIVES_S = 2.0
PRESSES_S, ALARM_S = (0.5, 2.0), (3.0, 8.0)
RESCUE_S = 8.0  # rings so long: also whoever still writes takes it


class Line(Protocol):
    """What operators share."""

    exchange: Exchange

    def at(self) -> float: ...
    def rest(self, seconds: float) -> None: ...
    def on_seat(self, number: int) -> bool: ...
    def over(self) -> bool: ...
    def note(self, what: str, number: str = "", live: Live | None = None) -> None: ...


@dataclass
class Operator:
    line: Line
    number: int
    name: str
    browser: Browser
    sign_in: Callable[[str], str]
    luck: random.Random
    after_s: float
    speed: float
    places: list[str] = field(default_factory=list)
    page: str = ""  # the page between two calls as it was last seen

    # -- the day ----------------------------------------------------------------------------------

    def live(self) -> None:
        self.line.rest(self.number * ARRIVES_S)  # nobody's shift begins in the same second
        self.browser.sign_in(self.sign_in(self.name))
        self._settle()
        while not self.line.over():
            if not self.line.on_seat(self.number):
                self.line.rest(STAYS_AWAY_S)
                continue
            try:
                self._look()
            except Lost:
                self.line.rest(self.speed)  # a second of everybody's

    def _settle(self) -> None:
        """The page as it is now; a call that was left open ends."""
        page = self._surely(LINE)
        if TALKS in page.text:
            self.browser.post(f"{LINE}hang-up/", {"outcome": "wrong"}, "end")
            page = self._surely(LINE)
        self.page = page.text

    def _surely(self, path: str) -> Answer:
        while True:
            try:
                return self.browser.get(path, "page")
            except Lost:
                if self.line.over():
                    raise
                self.line.rest(self.speed)

    def _look(self) -> None:
        """As the page does it: every second and a half, and soon after somebody rings."""
        exchange = self.line.exchange
        with exchange.rung:
            told = exchange.rung.wait_for(lambda: exchange.ringing > 0, POLL_S)
        if told:
            self.line.rest(self.luck.uniform(0, POLL_S))
        found = self.browser.get(RINGING, "poll")
        rings = self._rings(found.text)
        if rings:
            self.line.rest(self.luck.uniform(*PRESSES_S))
            self._pick_up(*rings[0])
        elif not told:
            self._between(found.text)

    @staticmethod
    def _rings(text: str) -> list[tuple[str, int]]:
        return [(path, int(tail)) for path, tail in RINGS.findall(text) if tail]

    def _between(self, text: str) -> None:
        """Nobody rings: whoever gave up is called back, a text message is sorted."""
        missed, texts = MISSED.findall(text), TEXTS.findall(self.page)
        if missed:
            self._call_back(self.luck.choice(missed))
        elif texts:
            self._sort(self.luck.choice(texts))

    # -- a call -----------------------------------------------------------------------------------

    def _pick_up(self, path: str, tail: int) -> None:
        live = self.line.exchange.found(tail)
        try:
            said = self.browser.post_alone(path, "act")
        except Lost:
            said = None
        if said and said.status == 409:  # a colleague was quicker: the page stays as it is
            self.line.note("raced")
            return
        page = self._surely(LINE)
        if ON_CALL not in page.text:
            self.line.note("raced")
            self.page = page.text
            return
        if live is None:  # somebody else's call: an exchange beside ours
            self._end(page, "wrong")
            return
        self.line.exchange.picked(live, self.name)
        self.line.note("picked", live=live)
        self._talk(live, page)
        self.line.exchange.hang_up(live)
        self._write_down(live)

    def _talk(self, live: Live, page: Answer) -> None:
        self.places = self.places or PLACE.findall(page.text)
        caller = live.caller
        if live.gone:
            self._end(page, "silent")
        elif caller.wants == "danger":
            self._alarm(live)
        elif caller.wants == "empty":
            self.line.rest(caller.talk_s)
            self._end(page, self.luck.choice(EMPTY))
        elif caller.wants == "answered":
            self._answer(live, caller.talk_s)
        else:
            self._take(live)

    def _place(self, caller: Caller) -> str:
        return self.places[caller.place % len(self.places)] if self.places else ""

    def _end(self, _page: Answer, outcome: str) -> None:
        self._act(f"{LINE}hang-up/", {"outcome": outcome}, None)

    def _act(
        self, path: str, form: dict[str, Any], live: Live | None, still: str = ON_CALL
    ) -> Answer | None:
        """Send what ends the call. When no answer comes, the page tells whether it was done: then
        nobody was told the number, and the books look for it."""
        while True:
            try:
                page = self.browser.post(path, form, "act")
            except Lost:
                page = self._surely(LINE)
                if still in page.text:
                    continue
                self.line.note("unseen", live=live)
                self.page = page.text
                return None
            if still in page.text:
                self.line.note(f"refused {path}: {page.status}")
                raise RuntimeError(f"{path} was refused with {page.status}")
            self.page = page.text
            return page

    def _numbered(self, page: Answer | None, live: Live | None) -> str:
        found = NUMBER.search(page.text) if page else None
        if page and found is None:
            raise RuntimeError("taken, and no number on the page")
        if found:
            self.line.note("case", found[1], live)
        return found[1] if found else ""

    def _alarm(self, live: Live) -> None:
        self.line.rest(self.luck.uniform(*ALARM_S))
        form = {"to": ALARMS[live.caller.need], "place": self._place(live.caller)}
        number = self._numbered(self._act(f"{LINE}alarm/", form, live), live)
        self.line.rest(live.caller.talk_s)
        self._act(f"{LINE}hang-up/", {}, live, TALKS)
        learns = re.search(r'action="(/desk/line/transfers/[0-9a-f-]+/)"(?:(?!</form>).)*' + number, self.page, re.S)  # fmt: skip
        if number and learns:
            form = {"outcome": "已到现场，人员平安"}
            self.page = self.browser.post(learns[1], form, "act").text

    def _answer(self, live: Live | None, said_s: float) -> None:
        """From the knowledge base, looked up while it is said: on record as an enquiry, by the same
        key that ends the call."""
        asked = f"{live.caller.need if live else '回电'}怎么办理"
        self.line.rest(said_s / 2)
        with suppress(Lost):
            self.browser.post(f"{LINE}answers/", {"q": asked}, "page")
        self.line.rest(said_s / 2)
        page = self._act(f"{LINE}told/", {"question": asked, "told": "带身份证到窗口办理。"}, live)
        if page and (found := ENQUIRY.search(page.text)):
            self.line.note("enquiry", found[1])

    def _take(self, live: Live) -> None:
        caller, step = live.caller, live.caller.talk_s / (live.caller.types + 2)
        form = {"party": "new", "name": f"模拟{caller.no}", "need": caller.need,
                "place": self._place(caller)}  # fmt: skip
        near: list[str] = []
        try:
            self.line.rest(step)
            self.browser.get(f"{LINE}addresses/?q=wtl+{caller.place % 30}", "page")
            for n in range(1, caller.types + 1):
                self.line.rest(step)
                form["what"] = TYPED[: len(TYPED) * n // caller.types]
                near = SAME.findall(self.browser.post(f"{LINE}draft/", form, "act").text)
        except Lost:
            self._surely(LINE)
        self.line.rest(step)
        form |= {"what": TYPED, "do": "take"}
        if caller.wants == "event" and near:
            form["same_as"] = near[-1]
        number = self._numbered(self._act(f"{LINE}take/", form, live), live)
        if number and caller.wants == "request" and self.luck.random() < 0.3:
            self._send(number)

    def _send(self, number: str) -> None:
        """Whom the page proposes first, if the matrix has not sent anybody yet."""
        path = f"{LINE}requests/{number}/dispatch/"
        try:
            found = SENDS.search(self.browser.get(path, "page").text)
            if found:
                self.browser.post(path, {"to": found[1]}, "act")
                self.line.note("sent")
        except Lost:
            return

    def _write_down(self, live: Live) -> None:
        """Work after the call; whoever rings for long is answered all the same."""
        until = self.line.at() + self.after_s
        while self.line.at() < until and not self.line.over():
            self.line.rest(min(RESCUE_S, max(0.0, until - self.line.at())))
            if self.line.exchange.longest_s() * self.speed > RESCUE_S:
                return

    # -- between calls ----------------------------------------------------------------------------

    def _call_back(self, path: str) -> None:
        page = self.browser.post(path, {}, "act")
        if page.ok and ON_CALL in page.text:
            self.line.note("called back")
            self._answer(None, self.luck.uniform(20, 60))
        elif page.ok and "/account" in page.path:  # the site asks who we are: sign in again
            self.browser.sign_in(self.sign_in(self.name))
            self.page = self._surely(LINE).text

    def _sort(self, path: str) -> None:
        page = self.browser.get(path, "page")
        self.places = self.places or PLACE.findall(page.text)
        if not self.places:  # a colleague has sorted it since
            self.page = self._surely(LINE).text
            return
        form = {"do": "take", "need": "street.rubbish", "what": "短信求助", "place": self.places[0]}
        answer = self.browser.post(path, form, "act")
        found = NUMBER.search(answer.text)
        if found:
            self.line.note("case", found[1])
        self.page = self._surely(LINE).text


__all__ = ["Operator", "TooOften"]
