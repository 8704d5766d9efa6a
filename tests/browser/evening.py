"""What the evening's tests share: the telephone that calls in, and the people at their screens.

A caller is the test telephone: it speaks FastAGI over a real socket in a thread of its own, as an
exchange would, until the operator ends the talk. `Desk` is an operator who works by keyboard.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
import time
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from playwright.sync_api import Page, expect

from tests.cast import STREET, body
from tests.phone.exchange import Exchange, service
from yimen.directory import loaders as directory
from yimen.directory.models import Unit
from yimen.lib.time import now
from yimen.matters.loaders import load as load_matters
from yimen.matters.models import MatterVersion
from yimen.notices.channels.gateway import sign
from yimen.phone.office import Office
from yimen.phone.sounds import Sounds

DATA = Path(__file__).resolve().parent.parent.parent / "data"
HELP, SECRET = "962200", "a word between two machines"
NUMBER = re.compile(r"编号 (\d{26})")


def town(settings: Any) -> None:
    """What the line needs: its number, its matters, two units that work on the platform, and every
    answered request called back."""
    settings.YIMEN_HELP_LINES = {HELP: {"street": STREET, "line": "daily"}}
    settings.YIMEN_LINE_PHONES = {"clerk": "PJSIP/8001"}
    settings.YIMEN_LINE_EVENT_SECRET = SECRET
    settings.YIMEN_CALL_BACK_SHARES = {"all": 100}
    if MatterVersion.objects.filter(matter_id="help-001").exists():
        return
    load_matters(*sorted((DATA / "matters").glob("help-*.json")))
    directory.demo()
    always = {"weekday": [["00:00", "24:00"]], "weekend": [["00:00", "24:00"]]}
    Unit.objects.filter(code="care-station").update(body=None)
    Unit.objects.filter(code="property-wutong").update(body=body("unit-care"), hours=always)


class Telephone(Exchange):
    """A caller who waits as long as it takes."""

    def __init__(self, number: str) -> None:
        super().__init__("", caller=number, dialled=HELP)
        self.dial = "ANSWER"
        self.thread: threading.Thread | None = None

    def _reply(self, order: str) -> str:
        if order.startswith("WAIT FOR DIGIT"):
            time.sleep(0.1)  # what an exchange does while nobody presses a key
        if order.startswith("EXEC MixMonitor"):
            return "200 result=0"
        return super()._reply(order)

    def rings(self, sounds: Sounds) -> Telephone:
        office = Office(sounds)

        async def run() -> None:
            async with service(office) as address:
                await self.call(address)

        self.thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
        self.thread.start()
        return self

    def hung_up(self) -> None:
        assert self.thread is not None
        self.thread.join(20)
        assert not self.thread.is_alive(), "the call never ended"


def told(site: Any, event: str, call: str, number: str = "") -> dict[str, Any]:
    """An exchange that speaks HTTP says what happened to a call."""
    body = json.dumps({"event": event, "id": call, "dialled": HELP, "number": number}).encode()
    moment = int(now().timestamp())
    heads = {"Content-Type": "application/json", "X-Yimen-Time": str(moment),
             "X-Yimen-Signature": sign(SECRET, moment, body)}  # fmt: skip
    with urlopen(Request(site("/line/events/"), body, heads), timeout=20) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


class Desk:
    """An operator at the line's page."""

    def __init__(self, page: Page, site: Any) -> None:
        self.page, self.site = page, site
        page.set_default_timeout(20_000)

    def open(self, path: str = "/desk/line/") -> Page:
        self.page.goto(self.site(path))
        return self.page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def pick_up(self, masked: str = "") -> None:
        """It rings on the open page; one key. `masked`: until that call is the first one."""
        rung = self.page.locator(".line-ringing").first
        expect(rung).to_contain_text(masked, timeout=20_000)
        self.press("p")
        expect(self.page.get_by_role("heading", name="正在通话")).to_be_visible()

    def take(self, need: str, what: str, where: str = "", **more: Any) -> str:
        """Write the request down by keyboard and hand it in; its number."""
        page = self.page
        if name := more.get("name"):
            page.get_by_label("姓名（新来电人）").fill(name)
        page.get_by_label("什么求助").focus()
        page.keyboard.insert_text(need)
        self.press("Tab")
        page.keyboard.insert_text(what)
        self.press("Tab")
        if where:
            page.keyboard.type(where)
            page.locator("[role=option]").first.wait_for()
            self.press("ArrowDown", "Enter")
        if same := more.get("same_as"):
            page.get_by_label(same).check()
        self.press("Alt+s")
        return self.number()

    def number(self) -> str:
        said = self.page.get_by_text(re.compile("已登记并派出|已并入")).first
        said.wait_for()
        found = NUMBER.search(said.inner_text())
        assert found
        return found[1]

    def says(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()

    def key_of(self, name: str) -> str:
        """The key that sends whoever is called so."""
        row = self.page.locator(".line-who li", has=self.page.get_by_text(name, exact=True))
        key = row.locator("[data-key]").get_attribute("data-key")
        assert key
        return f"Alt+{key}"

    def calls_back(self, number: str, solved: str, content: str = "") -> None:
        """Ask the caller: one key rings up, then what was said is written down."""
        page = self.open()
        page.get_by_role("link", name=number, exact=True).first.press("Enter")
        page.get_by_role("heading", name="回访").wait_for()
        self.press("Alt+b")
        page.get_by_role("radio", name="打通了").check()
        page.get_by_role("radio", name=solved, exact=True).check()
        if content:
            page.get_by_role("radio", name=content, exact=True).check()
        page.get_by_role("button", name="登记回访").press("Enter")
        self.says("回访已登记")


def work(page: Page, site: Any, number: str, text: str) -> None:
    """A partner unit on its telephone signs, goes there and finishes."""
    page.goto(site("/unit/"))
    page.locator(f"form[action$='{number}/'] button[value=sign]").click()
    page.wait_for_url(f"**/unit/jobs/{number}/")
    page.locator("button[value=way]").click()
    page.locator("button[value=there]").click()
    page.locator("button[value=there]").wait_for(state="detached")
    page.locator("[name=done][value=yes]").check()
    page.locator("[name=text]").fill(text)
    page.locator("button[value=finish]").click()
    page.wait_for_url("**/unit/")


def answer(page: Page, site: Any, number: str, text: str) -> None:
    """The body in charge answers whoever asked."""
    page.goto(site(f"/desk/line/requests/{number}/reply/"))
    page.get_by_role("radio", name="办成了").check()
    page.get_by_label("答复").fill(text)
    page.get_by_role("button", name="答复").click()
    page.get_by_text("已答复，由热线回访").wait_for()
