"""One run: a fresh database, clients, everything that is measured, the table, var/bench.json."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

from bench import asked, floor, gauge, loader, mould, place, servers
from bench.crew import Crew, deal, http_request
from bench.lives import lives
from bench.slices import Figures, Gauges, Result, Side, alternate, blank

SIZES = [int(part) for part in os.environ.get("BENCH_CASES", "20000").split(",")]
SLICES = int(os.environ.get("BENCH_SLICES", "5"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "2"))
CLIENTS = (8, 32)
OFFICER = "officer6"  # two bodies: housing, housing fund


class Run:
    """Everything that lives as long as the run."""

    def __init__(self) -> None:
        self.results: list[Result] = []
        self.lines: dict[str, Figures] = {}
        self.notes: list[str] = []
        self.begun = time.monotonic()
        self.kept: list[str] = []
        self.taken = 0  # intakes prepared so far: nobody comes twice as a new person

    def say(self, text: str) -> None:
        print(f"[{time.monotonic() - self.begun:5.0f} s] {text}", flush=True)

    # --- the ground ---------------------------------------------------------------------------

    def prepare(self) -> None:
        self.say("database with the demonstration community")
        place.server()
        place.fresh()
        os.environ.update(place.environment())
        import django

        django.setup()
        self.say("moulds: cases lived through the product's own acts")
        self.moulds = mould.make(lives())

    def grow(self, cases: int) -> None:
        """Up to so many cases in place."""
        with place.connect() as connection:
            there = connection.execute("SELECT count(*) FROM cases_case").fetchone()
        missing = cases - int(there[0] if there else 0)
        if missing <= 0:
            return
        done = loader.load(self.moulds, missing)
        rate = done.rows / done.seconds
        self.lines["load"] = blank(rate=round(rate))
        self.say(f"loaded {done.cases} cases, {done.rows} rows in {done.seconds:.0f} s")
        self.notes.append(
            f"bulk load of {done.cases} cases: {done.rows} rows in {done.seconds:.0f} s, "
            f"{rate:.0f} rows/s"
        )

    # --- requests -----------------------------------------------------------------------------

    def sides(self, kind: floor.Kind) -> list[Side]:
        kind.save()
        plain = {"database": place.environment()["DATABASE_URL"], "texts": str(kind.path)}
        (own, own_pid), (bare, bare_pid) = self.ports["own"], self.ports["bare"]
        return [
            Side("own", {"port": own}, own_pid),
            Side("bare", {"port": bare}, bare_pid),
            Side("floor", plain, None),
        ]

    def give(self, name: str, own: list[Any], plain: list[floor.Request], clients: int) -> None:
        """The same work for the product, the bare view and the floor."""
        port = self.ports["bare"][0]
        kind = name.partition("@")[0]
        path = f"/sql/{kind}"
        bare = [http_request(port, "POST", path, body=_json(request)) for request in plain]
        half = len(plain) // 2
        self.crew.give(f"{name}.own", deal(own, clients))
        self.crew.give(f"{name}.bare", deal(bare[:half], clients))
        self.crew.give(f"{name}.floor", deal(plain[half:], clients))

    def compare(self, name: str, kind: floor.Kind, clients: int, **order: Any) -> Result:
        sides = self.sides(kind)
        for side in sides:
            side.order.update(order)
        result = alternate(
            self.crew, self.gauges, name, sides, clients=clients, seconds=SECONDS, slices=SLICES
        )
        self.results.append(result)
        self.lines |= result.lines
        self.kept += result.kept
        own = result.lines[name]
        self.say(
            f"{name}: {own['rate']:.0f}/s, p95 {own['p95_ms']:.0f} ms, {own['cpu_ms']:.2f} CPU ms, "
            f"{own['statements']:.1f} statements, {own['ratio_to_bare']} of bare {result.bad or ''} {result.why}"
        )
        return result

    # --- what is measured ---------------------------------------------------------------------

    def intake(self, clients: int, suffix: str = "") -> None:
        name = f"intake{suffix}"
        pattern = asked.intake_floor()
        enough = int((SLICES + 1) * SECONDS)
        port = self.ports["own"][0]
        own = list(asked.intakes(port, 400 * enough, self.taken))
        self.taken += len(own)
        plain = [pattern.request("99999999999", n) for n in range(2 * 1200 * enough)]
        self.give(name, own, plain, clients)
        self.compare(name, pattern.kind, clients, keep=True)

    def act(self, clients: int, pairs: list[list[str]], suffix: str = "") -> None:
        name = f"act{suffix}"
        pattern = asked.act_floor()
        with place.connect() as connection:
            stock = pattern.stock(connection, 2 * clients * 8)
        enough = int((SLICES + 1) * SECONDS)
        shares: list[list[Any]] = [[] for _n in range(2 * clients)]
        for n in range(2 * 1500 * enough):
            client, turn = n % (2 * clients), n // (2 * clients)
            case = stock[client * 8 + turn % 8]
            shares[client].append(pattern.request(case, 1000 + turn))
        port = self.ports["bare"][0]
        bare = [
            [http_request(port, "POST", "/sql/act", body=_json(request)) for request in share]
            for share in shares[:clients]
        ]
        own = [[request for pair in hand for request in pair] for hand in deal(pairs, clients)]
        self.crew.give(f"{name}.own", own)
        self.crew.give(f"{name}.bare", bare)
        self.crew.give(f"{name}.floor", shares[clients:])
        self.compare(name, pattern.kind, clients)

    def track(self, clients: int, suffix: str = "") -> None:
        name = f"track{suffix}"
        known = asked.samples(2000)
        plain: list[floor.Request] = [
            [(0, [number]), (1, [street, f"case:{number}"])] for number, _code, street in known
        ]
        self.give(name, list(asked.tracks(self.ports["own"][0], known)), plain * 2, clients)
        self.compare(name, floor.TRACK, clients, again=True)

    def worklist(self, clients: int, suffix: str = "") -> None:
        name = f"worklist{suffix}"
        own = asked.worklists(self.ports["own"][0], OFFICER, 5)
        plain: list[floor.Request] = [[(0, page)] for page in asked.pages(OFFICER, 4)]
        self.give(name, own * clients, plain * 2 * clients, clients)
        self.compare(name, floor.WORKLIST, clients, again=True)

    # --- the whole ----------------------------------------------------------------------------

    def at_size(self, cases: int, suffix: str) -> None:
        self.grow(cases)
        with servers.serving() as self.ports:
            pairs = asked.acts(self.ports["own"][0])
            self.say(f"{cases} cases in place; {len(pairs)} wait to be decided")
            for clients in CLIENTS:
                many = suffix + ("" if clients == CLIENTS[0] else f"@{clients}")
                half = len(pairs) // 2
                self.track(clients, many)
                self.worklist(clients, many)
                self.intake(clients, many)
                self.act(clients, pairs[:half] if clients == CLIENTS[0] else pairs[half:], many)
        floor.clear()

    def measure(self) -> None:
        from yimen.config import pg

        self.prepare()
        running = pg.postmaster(pg.place(place.VAR).data)
        assert running
        self.crew = Crew(max(CLIENTS))
        try:
            with place.superuser() as watcher:
                self.gauges = Gauges(watcher, running)
                for cases in SIZES:
                    self.at_size(cases, "" if len(SIZES) == 1 else f"/{cases}")
            self.acknowledged()
        finally:
            self.crew.end()

    def acknowledged(self) -> None:
        """Every number that a client was given must exist, once."""
        with place.connect() as connection:
            found = connection.execute(
                "SELECT count(*) FROM cases_case WHERE number = ANY(%s)", [self.kept]
            ).fetchone()
        there, given = int(found[0] if found else 0), len(self.kept)
        self.notes.append(f"acknowledged: {given} numbers given, {there} of them exist")
        if there != given or len(set(self.kept)) != given:
            raise SystemExit(f"LOST: {given} numbers were given, {there} exist")


def _json(request: floor.Request) -> bytes:
    import orjson

    return orjson.dumps(request)


def table(lines: dict[str, Figures]) -> str:
    """The figures as a Markdown table."""
    heads = ["", "per s", "p50", "p95", "p99 ms", "CPU ms", "statements", "of bare", "of floor"]
    rows = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for name, figures in lines.items():
        shown = [
            "" if v is None else f"{v:,.0f}" if v >= 100 else f"{v:.3g}" for v in figures.values()
        ]
        rows.append("| " + " | ".join([name, *shown]) + " |")
    return "\n".join(rows)


def main() -> int:
    machine = gauge.machine()
    print(machine, flush=True)
    run = Run()
    try:
        run.measure()
    finally:
        from yimen.config import pg

        pg.down(place.VAR)
    report = "\n".join([table(run.lines), "", *run.notes, machine])
    (place.ROOT / "var" / "bench.json").write_text(json.dumps(run.lines, indent=1))
    (place.ROOT / "var" / "bench.txt").write_text(report + "\n")
    print("\n" + report)
    bad = [f"{r.name}: {r.bad}" for r in run.results if r.bad]
    if bad:
        print("ERRORS: " + "; ".join(bad), file=sys.stderr)
    return 1 if bad else 0
