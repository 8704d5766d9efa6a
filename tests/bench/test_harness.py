"""The bench stays alive: small, and nothing here looks at a clock."""

from __future__ import annotations

import itertools
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from bench import floor, gauge, lives, mould, place, residents, slices
from bench.client import Client
from bench.crew import Tally, http_request
from bench.loader import Pourer
from bench.run import table
from tests.cases.world import matter
from yimen.cases.models import Case, Task
from yimen.ledger.verify import verify
from yimen.lib.documents import check_resident_id
from yimen.lib.time import today
from yimen.people.models import Party
from yimen.people.queries import by_document

STREET = "310199001"


def test_residents_are_possible_and_of_no_county() -> None:
    numbers = [residents.id_number(n) for n in range(0, 60_000, 7)]
    assert len(set(numbers)) == len(numbers)
    assert {n[:6] for n in numbers} == {residents.AREA}
    for index in (0, 5, 30_000, residents.ONLINE):
        verdict = check_resident_id(residents.id_number(index), on=today())
        assert verdict.ok and verdict.birth == residents.born(index)


@pytest.fixture
def moulds(cast: None) -> mould.Moulds:
    """One life of each shape."""
    for code in lives.MATTERS:
        matter(code)
    found = {life.shape: life for life in lives.lives() if life.centre.startswith(STREET)}
    return mould.make(found.values())


@pytest.mark.django_db
@pytest.mark.usefixtures("cast")
def test_poured_cases_are_whole_and_the_product_can_go_on_with_them(moulds: mould.Moulds) -> None:
    assert not Case.objects.exists()  # the lives were undone
    pourer, turns = Pourer(moulds), itertools.count(5000)
    for n, one in enumerate(moulds.cases * 2):
        pourer.case(one, pourer.person(STREET, n), 300 + n, next(turns))
    raw: Any = connection.connection
    assert pourer.flush(raw) > 20 * len(moulds.cases)
    checked = verify(STREET)
    assert checked.fault is None
    assert Case.objects.count() == 2 * len(moulds.cases)
    assert by_document(STREET, "resident_id", residents.id_number(0)) is not None
    waiting = Case.objects.filter(stage="handling").first()
    assert waiting is not None
    if Task.objects.filter(case=waiting, sort="review", state__in=Task.OPEN).exists():
        mould.act(waiting.number, "finish")
    mould.act(waiting.number, "decide")
    assert verify(STREET).fault is None


@pytest.mark.django_db
@pytest.mark.usefixtures("cast")
def test_the_floor_writes_the_rows_of_an_act(moulds: mould.Moulds) -> None:
    life = next(one for one in lives.lives() if one.shape == "handling")
    with connection.cursor() as cursor:
        columns = mould.tables(cursor)
        watched = columns | {"procrastinate_jobs": []}
        since = mould.begun(cursor)
        fixed = mould.written(cursor, watched, since)
        number = mould.lived(life)
        states = [mould.less(mould.written(cursor, watched, since), fixed)]
        for verb in ("finish", "decide"):
            mould.act(number, verb)
            states.append(mould.less(mould.written(cursor, watched, since), fixed))
        act = floor.Act(states, columns, number)
        raw: Any = connection.connection
        (case,) = act.stock(raw, 1)
        for k in (1000, 1001, 1002, 1003):
            for index, params in act.request(case, k)[1:-1]:
                raw.execute(act.kind.texts[index], params or None)
        cursor.execute(
            "SELECT act, count(*) FROM ledger_entry WHERE street = %s GROUP BY act", [floor.STREET]
        )
        written = dict(cursor.fetchall())
        # of the stock once (finish among them), and each of the two acts twice
        assert written["receive"] == written["accept"] == 1
        assert (written["finish"], written["decide"]) == (3, 2)
    assert Party.objects.filter(street=floor.STREET).exists()


class Echo(BaseHTTPRequestHandler):
    """Answers 201 with a number; on /bug 500; on /busy 503 until the fourth request."""

    came = 0

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        Echo.came += 1
        self.send_response(
            {"/bug": 500, "/busy": 503 if Echo.came < 4 else 201}.get(self.path, 201)
        )
        body = b'{"number":"31019900101202611230000137"}'
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


def test_a_client_counts_what_it_was_answered(tmp_path: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    requests = [http_request(port, "POST", path, body=b"{}") for path in ("/a", "/busy", "/bug")]
    path = tmp_path / "requests"
    path.write_text("\n".join(json.dumps(one) for one in requests))
    client = Client()
    assert client.take({"as": "x", "file": str(path)}) == {"taken": 3}
    report = client.run({"as": "x", "seconds": 30, "port": port, "keep": True})
    server.shutdown()
    assert len(report["ms"]) == 3 and report["left"] == 0
    assert report["bad"] == {500: 1} and report["shed"] == 2  # sent again until it was taken
    assert report["kept"] == ["31019900101202611230000137"] * 2


def test_ratios_are_the_stricter_of_throughput_and_cpu() -> None:
    def one(requests: int, cpu: float) -> slices.Slice:
        return slices.Slice(Tally(ms=[1.0] * requests, seconds=1.0), cpu, 0.0, 5 * requests)

    found = {"own": [one(50, 0.1)] * 3, "bare": [one(100, 0.1)] * 3, "floor": [one(100, 0.05)] * 3}
    result = slices.medians(slices.Result("intake"), found)
    assert result.lines["intake"]["ratio_to_bare"] == 0.5
    assert result.lines["intake"]["ratio_to_floor"] == 0.25
    assert result.lines["intake"]["statements"] == 5
    assert set(result.lines["intake.bare"]) == set(slices.KEYS)
    assert "| intake | 50 |" in table(result.lines)


def test_gauges_read_this_process() -> None:
    assert gauge.cpu(os.getpid()) > 0
    assert os.getpid() in gauge.tree(os.getpid())
    assert gauge.memory([os.getpid()]) > 10
    assert place.NAME in place.environment()["DATABASE_URL"]
