"""Pictures of pages: `python -m tests.browser.screens [--site URL] [--out DIR] [name ...]`.

Takes each page of PAGES (or of `--url user:path`) as {desk, phone} x {zh, en} from a server that is
running already on the same database, for looking at and for the guides.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Iterator
from pathlib import Path

WIDTHS = {"desk": 1280, "phone": 390}
LANGUAGES = {"zh": "zh-hans", "en": "en"}
# name: (who, path)
PAGES: dict[str, tuple[str, str]] = {
    "home": ("", "/"),
    "matters": ("", "/matters/?q=老人卡"),
    "track": ("", "/track/"),
    "centres": ("", "/centres/"),
    "about": ("", "/about/"),
    "accessibility": ("", "/accessibility/"),
    "privacy": ("", "/privacy/"),
    "guide": ("", "/matters/civil-affairs-009/"),
    "login": ("", "/accounts/login/"),
    "not-found": ("", "/nowhere/"),
    "desk-clerk": ("clerk", "/desk/"),
    "desk-director": ("director", "/desk/"),
    "desk-search": ("clerk", "/desk/search/?q=陈"),
    "intake": ("clerk", "/desk/intake/"),
    "tasks": ("officer", "/desk/tasks/"),
    "cases": ("director", "/desk/cases/"),
    "my-cases": ("resident", "/my/cases/"),
    "security": ("clerk", "/accounts/2fa/"),
    "password": ("clerk", "/accounts/password/change/"),
    "styles": ("clerk", "/desk/look/?name="),
}


def shots(pages: dict[str, tuple[str, str]]) -> Iterator[tuple[str, str, str, int, str]]:
    """(file name, who, path, width, language)."""
    for name, (who, path) in pages.items():
        for screen, width in WIDTHS.items():
            for short, language in LANGUAGES.items():
                yield f"{name}.{screen}.{short}.png", who, path, width, language


def take(site: str, out: Path, pages: dict[str, tuple[str, str]], cookies: dict[str, str]) -> int:
    from django.conf import settings
    from playwright.sync_api import sync_playwright

    from tests.browser.signing import session_for
    from yimen.config.chromium import ARGS, find

    out.mkdir(parents=True, exist_ok=True)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    sessions = {who: session_for(who) for who, _path in pages.values() if who}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find(), args=ARGS)
        for name, who, path, width, language in shots(pages):
            context = chromium.new_context(viewport={"width": width, "height": 800})
            words = {settings.LANGUAGE_COOKIE_NAME: language, **cookies}
            if who:
                words[settings.SESSION_COOKIE_NAME] = sessions[who]
            context.add_cookies([{"name": k, "value": v, "url": site} for k, v in words.items()])
            page = context.new_page()
            answer = page.goto(site + path)
            # Sticky bars belong where they are before anybody scrolls.
            page.evaluate("document.activeElement?.blur(); window.scrollTo(0, 0)")
            page.screenshot(path=out / name, full_page=True)
            print(answer.status if answer else "-", name, flush=True)
            context.close()
        chromium.close()
    return len(pages) * len(WIDTHS) * len(LANGUAGES)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="of PAGES; all when none is given")
    parser.add_argument("--site", default="http://localhost:8000")
    parser.add_argument("--out", type=Path, default=Path("var/screens"))
    parser.add_argument("--url", action="append", default=[], help="who:/path (who may be empty)")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--contrast", action="store_true")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.config.settings")
    import django

    django.setup()
    pages = {name: PAGES[name] for name in asked.names or ([] if asked.url else PAGES)}
    for text in asked.url:
        who, path = text.split(":", 1)
        pages[re.sub(r"\W+", "-", text).strip("-")] = (who, path)
    cookies = {"yimen_type": "large"} if asked.large else {}
    cookies |= {"yimen_contrast": "high"} if asked.contrast else {}
    take(asked.site, asked.out, pages, cookies)


if __name__ == "__main__":
    main()
