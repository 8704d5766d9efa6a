"""What settings name by a dotted path is there, takes what it is called with, and is complete:
nothing is queued, told or ticked by a name that nobody knows.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string
from procrastinate.periodic import croniter

from tests.cases.browsing import decided
from tests.cases.world import MONDAY, hand_in
from tests.cast import account, actor, party
from yimen.cases.kind import Kind
from yimen.lib import time
from yimen.look.hits import Hit
from yimen.look.navigation import Entry

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [p for p in sorted((ROOT / "yimen").rglob("*.py")) if "migrations" not in p.parts]


def takes(what: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
    """Can it be called so? Nothing is called."""
    try:
        inspect.signature(what).bind(*args, **kwargs)
    except TypeError:
        return False
    return True


def constants(path: Path) -> dict[str, str]:
    """NAME = "text" at the top of a module."""
    return {
        target.id: node.value.value
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value.value, str)
    }


def calls(*names: str) -> Iterator[tuple[Path, ast.Call]]:
    """Every call of one of these functions or methods in the product."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if called in names:
                    yield path, node


def literal(path: Path, node: ast.expr | None) -> str | None:
    """The text that an argument is, also by a constant of its module."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return constants(path).get(node.id) if isinstance(node, ast.Name) else None


@pytest.mark.parametrize("name", sorted(settings.YIMEN_ERRANDS))
def test_an_errand_takes_its_payload_and_its_key(name: str) -> None:
    assert takes(import_string(settings.YIMEN_ERRANDS[name]), {}, key="k")


@pytest.mark.parametrize("name", sorted(settings.YIMEN_TICKS))
def test_a_tick_takes_the_moment_and_has_a_time(name: str) -> None:
    path, cron = settings.YIMEN_TICKS[name]
    assert takes(import_string(path), datetime.now(tz=time.ZONE))
    assert croniter.croniter.is_valid(cron)


def test_loaders_take_paths_and_say_how_far_they_are() -> None:
    for path, _help in settings.YIMEN_LOADERS.values():
        assert takes(import_string(path), Path("x"), say=print), path
    for path in settings.YIMEN_DEMO_LOADERS:
        assert takes(import_string(path), say=print), path


@pytest.mark.parametrize("name", sorted(settings.YIMEN_KINDS))
def test_a_kind_is_a_kind(name: str) -> None:
    made = import_string(settings.YIMEN_KINDS[name])
    assert issubclass(made, Kind)


def test_witnesses_know_how_a_stream_ends() -> None:
    for prefix, path in settings.YIMEN_WITNESSES.items():
        assert prefix.endswith(":")
        module = import_module(path)
        assert callable(module.fold) and callable(module.expected) and module.HEADS


@pytest.mark.parametrize("path", settings.YIMEN_NAVIGATION)
def test_the_menu_leads_to_pages_that_are_there(path: str) -> None:
    entries = import_string(path)
    assert entries
    for entry in entries:
        assert isinstance(entry, Entry)
        assert reverse(entry.url)


def test_keys_of_the_menu_are_told_apart() -> None:
    keys = [e.key for path in settings.YIMEN_NAVIGATION for e in import_string(path) if e.key]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("path", settings.YIMEN_SEARCH)
@pytest.mark.django_db
def test_a_search_gives_hits_to_anybody(path: str, cast: None) -> None:
    for who in ("clerk", "auditor", "resident"):
        assert all(isinstance(hit, Hit) for hit in import_string(path)(actor(who), "林"))


def test_other_sockets_are_there() -> None:
    assert takes(import_string(settings.YIMEN_SEATS), object())
    for path in settings.YIMEN_CHANNELS.values():
        assert callable(import_string(path)().send)
    assert callable(import_string(settings.YIMEN_COURIER))
    for path in settings.YIMEN_HIDDEN:
        assert takes(import_string(path), object())
    for path in settings.YIMEN_PARCEL_DELIVERED:
        assert takes(import_string(path), object(), at=object())
    for path in settings.MIDDLEWARE:
        assert callable(import_string(path))
    for name in ("handler400", "handler403", "handler404", "handler500"):
        assert callable(import_string(getattr(import_module(settings.ROOT_URLCONF), name)))


def test_every_errand_that_is_queued_has_a_handler() -> None:
    queued = {}
    for path, call in calls("queue"):
        name = literal(path, call.args[0] if call.args else None)
        if name and "." in name:
            queued[name] = path
    assert len(queued) >= 4, "the search for queued errands finds too few"
    assert not {n: p.name for n, p in queued.items() if n not in settings.YIMEN_ERRANDS}


def test_every_template_that_is_told_exists() -> None:
    from yimen.notices.wording import newest

    told: dict[str, str] = {}
    for path, call in calls("tell", "_tell", "tell_asker", "tell_owner", "_warn"):
        named = [k.value for k in call.keywords if k.arg == "template"]
        for argument in [*call.args[:2], *named]:
            key = literal(path, argument)
            if key and "." in key:
                told[key] = path.name
    for path in SOURCES:  # and those that are chosen by a rule
        if path.name in (
            "erase.py",
            "erasing.py",
        ):  # its words of this form name what is kept, and for how long
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                head, _dot, tail = node.value.partition(".")
                if head in ("case", "task", "enquiry", "rating") and tail.isidentifier():
                    told.setdefault(node.value, path.name)
    told = {k: v for k, v in told.items() if k not in NOT_TEMPLATES}
    assert len(told) > 30, "the search for templates finds too few"
    assert not {key: where for key, where in told.items() if key not in newest()}


NOT_TEMPLATES = {"enquiry.code", "case.facts"}  # what a digest is bound to


@pytest.mark.django_db
def test_who_holds_a_result_is_reminded_of_its_renewal_once(cast: None) -> None:
    from yimen.cases.errands import remind_renewal
    from yimen.cases.models import Result
    from yimen.cases.ticks import renewals
    from yimen.ledger.models import Errand
    from yimen.notices.models import Message

    with time.at(MONDAY):
        d = decided(hand_in("groups-001", applicant=party("mother")))
    Result.objects.filter(case=d.case).update(
        valid_until=MONDAY.date() + timedelta(days=20), renew_from=MONDAY.date()
    )
    with time.at(MONDAY + timedelta(hours=2)):
        assert renewals(time.now()) == 1
        assert renewals(time.now()) == 0
        errand = Errand.objects.get(name="cases.remind_renewal")
        remind_renewal(errand.payload, key=errand.key)
        remind_renewal(errand.payload, key=errand.key)
    message = Message.objects.get(template="case.renewal_due")
    assert message.to_party == party("mother")
    assert message.facts["until"] == "2026-03-22"
    assert account("resident") is not None


@pytest.mark.django_db
def test_nobody_is_reminded_of_a_result_that_was_revoked(cast: None) -> None:
    from yimen.cases.errands import remind_renewal
    from yimen.cases.models import Result
    from yimen.notices.models import Message

    with time.at(MONDAY):
        d = decided(hand_in("groups-001"))
        Result.objects.filter(case=d.case).update(state=Result.State.REVOKED)
        remind_renewal({"result": str(d.results[0].pk)}, key="x")
    assert not Message.objects.filter(template="case.renewal_due").exists()
