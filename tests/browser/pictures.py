"""The pictures of docs/, taken by walking through the site as the demonstration's people.

    yimen serve                                    (a demonstration, on a database for throwing away)
    python -m tests.browser.pictures [--site URL] [--out DIR] [--only NAME ...]

Signs in by the form, takes in a visit at the counter, works one case to its end, and takes a
picture at every station, in Chinese and (for the main ones) in English. What it does is real: cases
are made. Pictures are small PNGs with at most 256 colours.
"""

from __future__ import annotations

import argparse
import io
import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from yimen.config.chromium import ARGS, find

ROOT = Path(__file__).resolve().parent.parent.parent
PEOPLE = ROOT / "data" / "demo" / "people.json"
PASSWORD = "yimen-demo"
LARGEST = 250_000
LANGUAGES = {"zh": "zh-hans", "en": "en"}
# name: (who, path, both languages?, whole page?)
STILLS: dict[str, tuple[str, str, bool, bool]] = {
    "home": ("", "/", True, False),
    "search": ("", "/matters/?q=老人卡", True, False),
    "guide": ("", "/matters/civil-affairs-001/", True, False),
    "my-cases": ("resident", "/my/cases/", True, False),
    "desk": ("clerk", "/desk/", True, False),
    "tasks": ("officer6", "/desk/tasks/", True, False),
    "tasks-head": ("head", "/desk/tasks/", False, False),
    "custody": ("assistant", "/desk/custody/", False, False),
    "leave": ("head", "/desk/leave/", False, False),
    "catalogue": ("editor", "/desk/catalogue/", False, False),
    "synonyms": ("editor", "/desk/catalogue/synonyms/", False, False),
    "accounts": ("admin", "/desk/accounts/", False, False),
    "calendar": ("admin", "/desk/calendars/", True, False),
    "errands": ("admin", "/desk/errands/", False, False),
    "board": ("director", "/desk/board/", True, False),
    "line": ("clerk", "/desk/line/", True, False),
    "rates": ("director", "/desk/line/rates/", False, False),
    "duty": ("director", "/desk/line/duty/", False, False),
    "unit": ("partner", "/unit/", False, False),
    "help": ("", "/help/", False, False),
    "help-map": ("", "/help/map/", False, False),
}

CALL = {"line-call", "dispatch"}  # stations of `helping`


class Walk:
    """One browser, one window for each person, and where the pictures go."""

    def __init__(self, chromium: Browser, site: str, out: Path, only: list[str]) -> None:
        self.chromium, self.site, self.out, self.only = chromium, site, out, only
        self.pages: dict[str, Page] = {}

    def page(self, who: str) -> Page:
        """The window of that person, signed in by the form; "" is a stranger."""
        if who not in self.pages:
            context = self.chromium.new_context(viewport={"width": 1280, "height": 800})
            context.set_default_timeout(30_000)
            page = context.new_page()
            page.on("dialog", lambda dialog: dialog.accept())  # "are you sure?"
            if who:
                page.goto(f"{self.site}/accounts/login/")
                page.locator("#id_login").fill(who)
                page.locator("#id_password").fill(PASSWORD)
                page.keyboard.press("Enter")
                page.wait_for_url(lambda url: "/login/" not in url)
            self.pages[who] = page
        return self.pages[who]

    def go(self, who: str, path: str, language: str = "zh") -> Page:
        page = self.page(who)
        cookie = {"name": "django_language", "value": LANGUAGES[language], "url": self.site}
        page.context.add_cookies([cookie])
        answer = page.goto(self.site + path)
        if answer is None or not answer.ok:
            raise SystemExit(f"{path} as {who or 'a stranger'}: {answer and answer.status}")
        return page

    def shoot(self, page: Page, name: str, *, whole: bool = False) -> None:
        """A picture of what is on the screen now."""
        if self.only and name.rsplit(".", 1)[0] not in self.only:
            return
        page.evaluate("document.activeElement?.blur(); window.scrollTo(0, 0)")
        if whole:  # a bar that sticks to the window would lie across the page
            page.evaluate(
                "document.querySelectorAll('.y-actions').forEach(e => e.style.position = 'static')"
            )
        save(Image.open(io.BytesIO(page.screenshot(full_page=whole))), self.out / f"{name}.png")

    def still(self, name: str) -> None:
        who, path, both, whole = STILLS[name]
        for language in LANGUAGES if both else ["zh"]:
            self.shoot(self.go(who, path, language), f"{name}.{language}", whole=whole)


def save(picture: Image.Image, path: Path) -> None:
    """As few colours as keep it under the limit."""
    for colours in (256, 128, 64, 32):
        small = picture.convert("RGB").quantize(colours, dither=Image.Dither.NONE)
        small.save(path, optimize=True)
        if path.stat().st_size < LARGEST:
            break
    print(f"{path.stat().st_size // 1000:4} kB  {path.name}", flush=True)


def number_of(key: str) -> str:
    """The document number of one of the demonstration's invented people."""
    rows = json.loads(PEOPLE.read_text(encoding="utf-8"))["parties"]
    return next(str(row["id_number"]) for row in rows if row["key"] == key)


def intake(walk: Walk) -> str:
    """Three matters of three departments in one visit. Returns the number of the allowance."""
    page = walk.go("clerk", "/desk/intake/")
    page.keyboard.type(number_of("resident2"))
    page.keyboard.press("Enter")
    page.locator("[name=what]").wait_for()
    for n, words in enumerate(["老人卡", "高龄津贴", "医药费报销"], start=1):
        page.locator("[name=what]").fill(words)
        page.keyboard.press("Enter")
        page.locator("[name=do][value^='drop:']").nth(n - 1).wait_for()
    choices = {"f-bank": 1, "f-old_card": 2, "f-has_card": 1, "f-visit_kind": 1, "f-elsewhere": 2}
    for name, index in choices.items():
        page.locator(f"[name={name}]").select_option(index=index)
    recent = (date.today() - timedelta(days=20)).isoformat()  # what a resident brings along
    texts = {"f-from_on": recent, "f-to_on": recent, "f-total": "380.50", "f-bank_name": "示例银行",
             "f-bank_account": "6200000000000000"}  # fmt: skip
    for name, text in texts.items():
        field = page.locator(f"[name$='{name.removeprefix('f-')}']").last
        if field.is_visible():
            field.fill(text)
    soon = (date.today() + timedelta(days=14)).isoformat()
    for field in page.locator("[name^='d-']").all():
        field.fill(soon)
    page.get_by_role("button", name=re.compile("没动过的都是原件")).click()
    page.wait_for_timeout(1500)  # by then the scripts of the new page listen for the keys
    walk.shoot(page, "intake.zh", whole=True)
    page.keyboard.press("Alt+s")
    page.wait_for_timeout(500)
    page.wait_for_url(re.compile("/done/"))
    walk.shoot(page, "intake-done.zh")
    link = page.locator("a[href$='/print/receipt.pdf']").nth(1).get_attribute("href") or ""
    paper(walk, "clerk", link, "receipt.zh")
    return link.split("/")[3]


def paper(walk: Walk, who: str, path: str, name: str) -> None:
    """The first page of a PDF."""
    import pypdfium2

    answer = walk.page(who).request.get(walk.site + path)
    drawn = pypdfium2.PdfDocument(answer.body())[0].render(scale=1.4).to_pil()
    if not walk.only or name.rsplit(".", 1)[0] in walk.only:
        save(drawn, walk.out / f"{name}.png")


def act(walk: Walk, who: str, number: str, name: str, fill: Callable[[Page], None] | None = None,
        shot: str = "") -> None:  # fmt: skip
    """One act by its own page; the button carries the key S."""
    page = walk.go(who, f"/desk/cases/{number}/{name}/")
    if fill:
        fill(page)
    if shot:
        walk.shoot(page, shot)
    page.locator(
        "main form[method=post] button[type=submit], main form[method=post] button"
    ).last.click()
    page.wait_for_url(re.compile(rf"/desk/cases/{number}/$"))


def life(walk: Walk, number: str) -> None:
    """From receipt to the answer in hand, each by the person whose business it is."""
    act(walk, "clerk", number, "accept")
    for language in LANGUAGES:
        page = walk.go("officer", f"/desk/cases/{number}/", language)
        walk.shoot(page, f"case.{language}")
    act(
        walk, "clerk", number, "supplied", lambda p: p.locator("main [type=checkbox]").first.check()
    )
    act(walk, "officer", number, "finish", lambda p: p.locator("[name=reason]").fill("年龄和户籍相符。"),
        "finish.zh")  # fmt: skip
    act(walk, "officer", number, "decide", lambda p: p.locator("[name=outcome]").first.check(),
        "decide.zh")  # fmt: skip
    act(walk, "clerk", number, "deliver")
    act(walk, "clerk", number, "confirm")
    page = walk.go("resident2", f"/my/cases/{number}/")
    walk.shoot(page, "my-case.zh")
    page = walk.go("auditor", f"/desk/cases/{number}/ledger/")
    walk.shoot(page, "ledger.zh")


def filing(walk: Walk) -> None:
    """A dancing group is filed, and the culture section finds its two tasks."""
    page = walk.go("clerk", "/desk/intake/")
    page.keyboard.type(number_of("resident"))
    page.keyboard.press("Enter")
    page.locator("[name=what]").fill("群众团队核准备案")
    page.keyboard.press("Enter")
    page.locator("[name=do][value='drop:groups-001']").wait_for()
    page.locator("[name=f-team_name]").fill("梧桐里晨光舞蹈队")
    page.locator("[name=f-members]").fill("18")
    page.get_by_role("button", name=re.compile("没动过的都是原件")).click()
    page.wait_for_timeout(1500)
    page.keyboard.press("Alt+s")
    told = page.get_by_role("button", name=re.compile("照样收件"))  # not all answers are there
    told.wait_for()
    walk.shoot(page, "missing.zh")
    told.click()
    page.wait_for_url(re.compile("/done/"))
    link = page.locator("a[href$='/print/receipt.pdf']").first.get_attribute("href") or ""
    act(walk, "clerk", link.split("/")[3], "accept")
    walk.shoot(walk.go("groups", "/desk/tasks/"), "groups.zh")


def helping(walk: Walk) -> None:
    """A call: taken down by keyboard, and sent to a partner unit."""
    page = walk.go("clerk", "/desk/line/")
    page.get_by_label("来电号码").fill("19900000091")
    page.get_by_role("button", name="接起来电").click()
    page.get_by_label("什么求助").fill("水龙头")
    page.get_by_label("什么事").fill("厨房水龙头关不上，一直漏")
    where = page.get_by_label("具体在哪里")
    where.focus()
    page.keyboard.type("wtl 1 2 301")
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    walk.shoot(page, "line-call.zh")
    page.keyboard.press("Alt+s")
    said = page.get_by_text("已登记并派出").first.inner_text()
    number = re.search(r"[A-Z]*\d{6,}[\dA-Z]*", said.replace(" ", ""))
    if number is None:
        raise SystemExit(said)
    walk.shoot(walk.go("clerk", f"/desk/line/requests/{number[0]}/dispatch/"), "dispatch.zh")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", default="http://localhost:8000")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "pictures")
    parser.add_argument("--only", nargs="*", default=[])
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find(), args=ARGS)
        walk = Walk(chromium, asked.site.rstrip("/"), asked.out, asked.only)
        for name in STILLS:
            if not asked.only or name in asked.only:
                walk.still(name)
        if not asked.only or CALL & set(asked.only):
            helping(walk)
        if not asked.only or set(asked.only) - set(STILLS) - CALL:
            life(walk, intake(walk))
            filing(walk)
        chromium.close()


if __name__ == "__main__":
    main()
