"""Who does not ring: a form on the web, a text message through the gateway's door."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from yimen.config.simulation.browser import Browser, TooOften
from yimen.config.simulation.calls import Writer
from yimen.config.simulation.doors import Lost
from yimen.config.simulation.exchange import MESSAGES, NUMBER

if TYPE_CHECKING:
    from yimen.config.simulation.night import Night

PLACE = re.compile(r'<option value="(\d{12})"')
CASE = re.compile(r"编号 (\d{11} \d{8} \d{5} \d{2})")
TRIES, WAITS_S = 4, 15.0  # of everybody's: one address may not send without end


def write(night: Night, writer: Writer, browser: Callable[[], Browser]) -> None:
    if writer.way == "sms":
        _message(night, writer)
    else:
        _form(night, writer, browser())


def _message(night: Night, writer: Writer) -> None:
    ref = f"{night.order.run}-m{writer.no}"
    told = {
        "id": ref, "from": NUMBER.format(writer.tail), "to": "962200",
        "text": "小区门口垃圾堆了两天没人清",
    }  # fmt: skip
    night.gateway.tell(MESSAGES, told)
    night.told.messages.append(ref)


def _form(night: Night, writer: Writer, browser: Browser) -> None:
    path = f"/help/ask/?need={writer.need}"
    for _try in range(TRIES):
        if night.over():
            break
        try:
            page = browser.get(path, "web")
            places = PLACE.findall(page.text) or [""]
            form = {
                "need": writer.need, "what": "楼道里的灯坏了，晚上看不见", "do": "send",
                "place": places[writer.place % len(places)], "name": f"模拟网民{writer.no}",
                "phone": NUMBER.format(writer.tail),
            }  # fmt: skip
            page = browser.post(path, form, "web")
        except (Lost, TooOften):
            night.rest(WAITS_S * night.order.speed)
            continue
        if found := CASE.search(page.text):
            night.note("case", found[1].replace(" ", ""))
            night.note("web")
            return
        browser.wrong.append(f"the form of {writer.need} came back with {page.status}")
        return
    night.note("turned away")
