"""A real browser against a live server: who is signed in, how wide the screen is, and axe.

    @pytest.mark.browser
    def test_desk(page_as, site, assert_accessible):
        page = page_as("clerk", width=390)
        page.goto(site("/desk/"))
        assert_accessible(page)

No django_db mark: the server works in threads of its own, so rows are committed for good. The
cast is loaded once a module and everything is emptied after it; what one test of the module
wrote, the next one sees.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test.utils import setup_databases, teardown_databases
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.browser.signing import session_for
from tests.cast import load_cast
from yimen.bodies.models import MatrixRule
from yimen.config.assets import ROOT
from yimen.config.chromium import ARGS, REMEDY, find

DESK, PHONE = 1280, 390
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = {"serious", "critical"}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(REMEDY)
        pytest.skip(REMEDY)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield chromium
        chromium.close()


def in_test_database() -> bool:
    return str(connections["default"].settings_dict["NAME"]).startswith("test_")


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: Any, django_db_keepdb: bool
) -> Iterator[None]:
    """pytest-django makes a database for tests that carry its mark; ours do not, so when they run
    alone there is none yet."""
    if in_test_database():
        yield
        return
    with django_db_blocker.unblock():
        made = setup_databases(
            verbosity=0,
            interactive=False,
            keepdb=django_db_keepdb,
            aliases={"default", "journal"},
        )
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session")
def server(django_db_setup: None) -> Iterator[LiveServer]:
    """The site by its name, because passkeys need `localhost`."""
    running = LiveServer("localhost")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database lies open for one module, and is empty again after it."""
    assert in_test_database(), "this would empty a database in use"
    with django_db_blocker.unblock():
        yield
        call_command("flush", verbosity=0, interactive=False)
        for connection in connections.all():
            connection.close()


@pytest.fixture
def site(standing: None, server: LiveServer) -> Callable[[str], str]:
    """`site("/desk/")`: the address of a page, with the invented community behind it."""
    if not MatrixRule.objects.exists():
        load_cast()
    return lambda path: f"{server.url}{path}"


@pytest.fixture
def context_for(
    browser: Browser, site: Callable[[str], str]
) -> Iterator[Callable[..., BrowserContext]]:
    """A window of a given width and language, without scripts where asked."""
    opened: list[BrowserContext] = []

    def make(
        *, width: int = DESK, height: int = 900, language: str = "zh-hans", scripts: bool = True
    ) -> BrowserContext:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=scripts,
            locale="en-GB" if language == "en" else "zh-CN",
        )
        context.set_default_timeout(10_000)
        cookie = {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": site("/")}
        context.add_cookies([cookie])
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def page_as(
    context_for: Callable[..., BrowserContext], site: Callable[[str], str]
) -> Callable[..., Page]:
    """`page_as("clerk")`: a page of somebody signed in; `page_as(None)` of a stranger."""

    def make(username: str | None, **window: Any) -> Page:
        context = context_for(**window)
        if username:
            key = session_for(username)
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": key, "url": site("/")}
            context.add_cookies([cookie])
        return context.new_page()

    return make


def violations(page: Page) -> list[dict[str, Any]]:
    """What axe finds serious or critical. It runs past the content policy, which forbids
    foreign scripts as it should."""
    if not AXE.exists():
        message = "axe-core is missing: run `make assets` (npm installs it into node_modules)"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE.read_text(), "silent": True})
    run = "axe.run(document, {resultTypes: ['violations']}).then(r => JSON.stringify(r.violations))"
    answer = session.send(
        "Runtime.evaluate", {"expression": run, "awaitPromise": True, "returnByValue": True}
    )
    session.detach()
    found = json.loads(answer["result"]["value"])
    return [item for item in found if item["impact"] in SERIOUS]


def told(found: list[dict[str, Any]]) -> str:
    return "\n".join(
        f"{item['id']}: {item['help']}\n    "
        + "\n    ".join(node["html"][:160] for node in item["nodes"][:4])
        for item in found
    )


@pytest.fixture
def assert_accessible() -> Callable[[Page], None]:
    def check(page: Page) -> None:
        found = violations(page)
        assert not found, f"{page.url}\n{told(found)}"

    return check


@pytest.fixture
def assert_fits() -> Callable[[Page], None]:
    """Nothing sticks out to the right: no sideways scrolling of the page itself."""

    def check(page: Page) -> None:
        wide, seen = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= seen, f"{page.url} is {wide} wide on a screen of {seen}"

    return check
