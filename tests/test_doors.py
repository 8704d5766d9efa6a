"""Every address by everybody of the cast, against the table of who may what (tests/doors).

One town, one walk: what is shown, asked for on a connection that cannot write; what is sent,
undone after each try; and everything that comes back is searched for what it may not carry.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.cache import cache
from django.db import connection, transaction

from tests.doors.people import PERSONS, Visitor, verdict, verdict_of_write
from tests.doors.samples import Sample, names, operations, samples
from tests.doors.table import Table, read
from tests.doors.town import ACCOUNT, Town, town
from tests.doors.watch import REVEALING, Ears, Watch, names_in, numbers_in

__all__ = ["town"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "journal"])
# Writes that need no CSRF token: signed by another system, open to all without an account, or
# nothing but the size of the letters.
NO_TOKEN = {
    "notices:gateway-receipt", "hotline:exchange_event", "api:post_track", "api:give_rating", "api:openapi-json",
    "api:openapi-view", "look:preferences", "hotline:open311_requests", "hotline:inbound",
    "hotline:open311_nothing",
}  # fmt: skip
SHOWN, SENT = read("shown"), read("sent")
# While writing a house: `DOORS=counters:,api:hall pytest tests/test_doors.py` walks these only, in
# a minute instead of several, and prints their rows. Never set in `make test`.
ONLY = tuple(filter(None, os.environ.get("DOORS", "").split(",")))


@contextmanager
def nothing_is_written() -> Iterator[None]:
    """The database itself refuses writes on `default`; `journal` is left alone."""
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
        try:
            yield
        finally:
            cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE")


@pytest.fixture
def ears() -> Iterator[Ears]:
    listening, root = Ears(), logging.getLogger()
    root.addHandler(listening)
    yield listening
    root.removeHandler(listening)


class Walk:
    """The walk and what came of it."""

    def __init__(self, built: Town) -> None:
        self.town, self.watch = built, Watch()
        self.samples, self.operations = samples(built), operations()
        if ONLY:
            self.samples = {n: tried for n, tried in self.samples.items() if n.startswith(ONLY)}
        self.visitors = {who: Visitor(who, built) for who in PERSONS}
        self.unreachable = [s.row for tried in self.samples.values() for s in tried if not s.leads]
        self.shown: dict[str, list[str]] = {}
        self.sent: dict[str, list[str]] = {}

    def every(self, *methods: str) -> Iterator[tuple[Sample, str]]:
        """Every sample of every address that knows one of the methods."""
        for name, tried in self.samples.items():
            known = sorted(self.operations.get(name, {"GET", "POST"}) & set(methods))
            for sample in tried if known else []:
                yield sample, known[0]

    def look(self) -> None:
        with nothing_is_written():
            for sample, _method in self.every("GET"):
                self.shown[sample.row] = [self._show(sample, who) for who in PERSONS]

    def _show(self, sample: Sample, who: str) -> str:
        cache.clear()
        response = self.visitors[who].get(sample)
        self.watch.look(response, sample, who)
        return verdict(response)

    def send(self) -> None:
        for sample, method in self.every("POST", "PUT", "PATCH", "DELETE"):
            self.sent[sample.row] = [self._send(sample, who, method) for who in PERSONS]

    def _send(self, sample: Sample, who: str, method: str) -> str:
        cache.clear()
        undone = transaction.atomic()
        undone._from_testcase = True  # ours, not the product's: see ledger/together.py
        with undone:
            before = _disclosures()
            response = self.visitors[who].send(sample, method)
            self.watch.look(response, sample, who)
            shown = sample.name in REVEALING and response.status_code == 200
            if shown and _disclosures() != before + REVEALING[sample.name]:
                self.watch.note("a number was shown and nobody wrote it down", sample, who)
            transaction.set_rollback(True)
        if sample.name.startswith(
            ("account_", "people:me_sign_out")
        ):  # signed out, or a session of another sort
            self.visitors[who] = Visitor(who, self.town)
        return verdict_of_write(response)


def _disclosures() -> int:
    from yimen.people.models import Disclosure

    return int(Disclosure.objects.count())


def differences(table: Table, found: dict[str, list[str]]) -> list[str]:
    """Every cell that is otherwise than the table says, and rows that one of the two has not."""
    if ONLY:
        table = {row: cells for row, cells in table.items() if row.startswith(ONLY)}
        print(*(f"{row:40}" + " ".join(f"{c:8}" for c in found[row]) for row in found), sep="\n")
    told = [f"{row}: has no row in the table" for row in found if row not in table]
    told += [
        f"{row}: is in the table, but there is no such address" for row in table if row not in found
    ]
    for row, cells in found.items():
        for who, wanted, got in zip(PERSONS, table.get(row, cells), cells, strict=True):
            if wanted != got:
                told.append(f"{row}: {who} got {got}, not {wanted}")
    return told


def test_every_door(town: Town, ears: Ears, subtests: pytest.Subtests) -> None:
    walk = Walk(town)
    assert not walk.unreachable, "these need arguments: give them samples (tests/doors/samples.py)"
    walk.look()
    with subtests.test("what is shown"):
        assert not differences(SHOWN, walk.shown)
    walk.send()
    with subtests.test("what is sent"):
        assert not differences(SENT, walk.sent)
    with subtests.test("what no answer may carry"):
        assert not walk.watch.wrong
    with subtests.test("what no log may hear"):
        assert not ears.heard
    with subtests.test("the record holds no personal data"):
        assert not told_by_the_record()
    with subtests.test("a form without its token"):
        assert not without_token(walk)


def told_by_the_record() -> list[str]:
    from yimen.ledger.models import Entry, Errand

    texts = [(e.act, e.data) for e in Entry.objects.all()]
    texts += [(e.name, str(e.payload)) for e in Errand.objects.all()]
    assert len(texts) > 100
    return [act for act, text in texts if numbers_in(text) or names_in(text) or ACCOUNT in text]


def without_token(walk: Walk) -> list[str]:
    """Whoever comes by a link from elsewhere sends no token: nothing is done."""
    lured = Visitor("director", walk.town, csrf=True)
    passed = []
    for sample, method in walk.every("POST", "PUT", "PATCH", "DELETE"):
        response = lured.send(sample, method)
        if response.status_code != 403 and sample.name not in NO_TOKEN:
            passed.append(f"{sample.row}: {response.status_code}")
    return passed


def test_the_walk_knows_every_address() -> None:
    """What has no name could not be walked to; a name may only stand for itself."""
    assert len(names()) > 200
