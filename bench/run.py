"""One run: a fresh database, clients, everything that is measured, the table, var/bench.json."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Sequence
from typing import Any

from bench import (
    asked,
    floor,
    gauge,
    hall,
    loader,
    mould,
    phone_line,
    place,
    regulations,
    rush,
    servers,
    single,
    walls,
)  # fmt: skip
from bench.crew import Crew, deal, http_request
from bench.lives import lives
from bench.slices import Figures, Gauges, Result, Side, alternate, blank

SIZES = [int(part) for part in os.environ.get("BENCH_CASES", "20000").split(",")]
SLICES = int(os.environ.get("BENCH_SLICES", "5"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "2"))
DUE = int(os.environ.get("BENCH_DUE", "2000"))
STEP_S = float(os.environ.get("BENCH_STEP", "4"))
SPIKE_S = float(os.environ.get("BENCH_SPIKE", "30"))
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
        self.bad: dict[str, int] = {}
        self.late = 0
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
        kind = re.split("[@/]", name)[0]  # act/100000@32 is an act
        path = f"/sql/{kind}"
        bare = [http_request(port, "POST", path, body=_json(request)) for request in plain]
        half = len(plain) // 2
        self.crew.give(f"{name}.own", deal(own, clients))
        self.crew.give(f"{name}.bare", deal(bare[:half], clients))
        self.crew.give(f"{name}.floor", deal(plain[half:], clients))

    def compare(self, name: str, kind: floor.Kind | None, clients: int, **order: Any) -> Result:
        """The product beside its references; alone where nothing is comparable."""
        port, pid = self.ports["own"]
        sides = self.sides(kind) if kind else [Side("own", {"port": port}, pid)]
        for side in sides:
            side.order.update(order)
        result = alternate(
            self.crew, self.gauges, name, sides, clients=clients, seconds=SECONDS, slices=SLICES
        )
        self.results.append(result)
        self.lines |= result.lines
        self.kept += result.kept
        own = result.lines[name]
        self.say(f"{name}: {_spoken(own)}; {result.spoken()}")
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

    def alone(self, name: str, requests: Sequence[str], clients: int) -> None:
        """Something of the product's that has no reference."""
        self.crew.give(f"{name}.own", deal(list(requests) * clients, clients))
        self.compare(name, None, clients, again=True)

    def rush(self, suffix: str) -> None:
        """Beyond capacity: the ramp, the spike, the way back."""
        port = self.ports["own"][0]
        known = asked.samples(1000)
        intakes = list(asked.intakes(port, 20_000, self.taken))
        self.taken += len(intakes)
        mix = rush.mixed(
            list(asked.tracks(port, known)), asked.worklists(port, OFFICER, 5), intakes
        )
        head, tail = mix[: len(mix) // 10], mix[len(mix) // 10 :]
        self.crew.give(f"mix{suffix}.own", deal(head, 32))
        result = self.compare(f"mix{suffix}", None, 32, keep=True)
        capacity = result.lines[f"mix{suffix}"]["rate"] or 1.0
        half = len(tail) // 3
        slope = rush.ramp(tail[:half], port, capacity, STEP_S)
        weather, back = rush.spike(tail[half:], port, capacity, calm_s=10, spike_s=SPIKE_S)
        for name, one in (("ramp to twice", slope), ("spike of ten times", weather)):
            self.kept += [number for number in one.kept if number]
            self.notes.append(
                f"{name} the capacity ({capacity:.0f}/s), {len(one.seconds)} s: "
                f"{one.total('due')} asked, {one.total('ok')} answered, {one.total('shed')} told to "
                f"come back (503 with Retry-After), errors {one.bad() or 'none'}, "
                f"client {one.cpu:.0f} CPU s"
            )
            self.bad |= {f"{name} {status}": count for status, count in one.bad().items()}
        shown = "not seen" if back is None else f"{back:.0f} s after its end"
        calm, under = weather.p95(2, 10), weather.p95(12, 10 + SPIKE_S)
        self.notes.append(
            f"p95 of what was answered: {calm} ms before the spike, {under} ms in it; back: {shown}"
        )
        self.say("\n".join(self.notes[-3:]))

    # --- the whole ----------------------------------------------------------------------------

    def at_size(self, cases: int, suffix: str) -> None:
        self.grow(cases)
        with servers.serving() as self.ports:
            pairs = asked.acts(self.ports["own"][0])
            self.say(f"{cases} cases in place; {len(pairs)} wait to be decided")
            half = len(pairs) // 2
            for clients in CLIENTS:
                first = clients == CLIENTS[0]
                many = suffix + ("" if first else f"@{clients}")
                self.track(clients, many)
                self.worklist(clients, many)
                self.intake(clients, many)
                self.act(clients, pairs[:half] if first else pairs[half:], many)
            self.pages(suffix)
            floor.clear()
            if cases == SIZES[0]:
                self.hall(suffix)
                self.rush(suffix)
        self.sentence(f"errands{suffix}", single.errands())
        self.sentence(f"verify{suffix}", single.verify())
        self.sentence(f"telephone calls{suffix}", phone_line.calls())
        self.sentence(f"sweep{suffix}", single.sweep(DUE, self.late))
        self.late += DUE + 2

    def pages(self, suffix: str) -> None:
        port, clerk, officer = self.ports["own"][0], *map(asked.session, ("clerk", OFFICER))
        director = asked.session("director")
        receipts = [f"/desk/cases/{n}/print/receipt.pdf" for n in asked.at_counter(200)]
        self.alone(f"search{suffix}", list(asked.searches(port)), 8)
        self.alone(f"tasks page{suffix}", asked.gets(port, ["/desk/tasks/"], officer), 8)
        self.alone(f"board{suffix}", asked.gets(port, ["/desk/board/"], director), 1)
        self.alone(f"receipt.pdf{suffix}", asked.gets(port, receipts, clerk), 4)

    def hall(self, suffix: str) -> None:
        """Tickets, twelve windows that call at once, and how soon 300 displays know."""
        port, enough = self.ports["own"][0], int((SLICES + 1) * SECONDS)
        by, codes = hall.ready()
        requests = list(hall.tickets(port, by, min(16_000, 1200 * enough)))
        self.crew.give(f"ticket{suffix}.own", deal(requests[::4], 8))
        self.compare(f"ticket{suffix}", None, 8)
        # three times as many wait, so that nobody calls in vain
        self.crew.give("waiting", deal([r for n, r in enumerate(requests) if n % 4], 8))
        self.crew.run("waiting", 8, 3 * enough, port=port)
        self.crew.give(f"call next{suffix}.own", deal(hall.calls(port, by, codes), len(codes)))
        self.compare(f"call next{suffix}", None, len(codes), again=True)
        hall.fill(2 * walls.CALLS)
        told = walls.measure(port, servers.PORT + 2, asked.CENTRE, by, codes)
        self.bad |= {"displays that never heard": told.missing} if told.missing else {}
        for name, ms in (("display", told.called), ("display again", told.caught_up)):
            p50, p95, p99 = (told.at(ms, share) for share in (0.5, 0.95, 0.99))
            self.lines[name + suffix] = blank(p50_ms=p50, p95_ms=p95, p99_ms=p99)
        self.notes.append(
            f"{walls.DISPLAYS} displays, {walls.CALLS} calls: the key to the display p50 "
            f"{told.at(told.called, 0.5)} ms, p95 {told.at(told.called, 0.95)} ms, last "
            f"{told.at(told.called, 1)} ms; after the process was ended and started again, "
            f"connection to the hall as it stands p95 {told.at(told.caught_up, 0.95)} ms"
        )
        self.say(self.notes[-1])

    def sentence(self, name: str, timed: single.Timed) -> None:
        """A line that is a rate alone."""
        self.lines[name] = blank(rate=round(timed.rate, 1))
        self.say(f"{name}: {timed.count} in {timed.seconds:.1f} s, {timed.rate:.0f}/s")

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
            self.growth()
            self.acknowledged()
            if not regulations.run(self.say):
                self.bad["search in regulations over its bound"] = 1
        finally:
            self.crew.end()
            pg.down(place.VAR)
        seconds, held = single.start_up(servers.PORT)
        self.lines["start"] = blank(p50_ms=round(seconds * 1000))
        parts = ", ".join(f"{name} {megabytes:.0f} MB" for name, megabytes in held.items())
        self.notes.append(f"make run the second time: {seconds:.1f} s; at rest: {parts}")
        self.say(self.notes[-1])

    def growth(self) -> None:
        """What a line's p95 (or rate) is beside the same line at the smallest size."""
        first = f"/{SIZES[0]}"
        for size in SIZES[1:]:
            parts = []
            for name, small in self.lines.items():
                large = self.lines.get(name.replace(first, f"/{size}"), {})
                what = "p95_ms" if small["p95_ms"] else "rate"
                one, other = small[what], large.get(what)
                if first in name and "." not in name and one and other:
                    parts.append(f"{name.replace(first, '')} {other / one:.2f}")
            self.notes.append(
                f"{size} cases beside {SIZES[0]} (p95, or rate where there is none): "
                + ", ".join(parts)
            )

    def acknowledged(self) -> None:
        """Every number that a client was given must exist, once."""
        with place.connect() as connection:
            found = connection.execute(
                "SELECT count(*) FROM cases_case WHERE number = ANY(%s)", [self.kept]
            ).fetchone()
        there, given, twice = int(found[0] if found else 0), len(self.kept), len(set(self.kept))
        self.notes.append(f"acknowledged: {given} numbers given, {there} of them exist")
        self.say(self.notes[-1])
        if there != given or twice != given:
            self.bad["acknowledged and lost, or given twice"] = given - min(there, twice)


def _spoken(own: Figures) -> str:
    return (
        f"{own['rate']:.0f}/s, p95 {own['p95_ms']:.0f} ms, {own['cpu_ms']:.2f} CPU ms, "
        f"{own['statements']:.1f} statements"
    )


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
    run.measure()
    report = "\n".join([table(run.lines), "", *run.notes, machine])
    (place.ROOT / "var" / "bench.json").write_text(json.dumps(run.lines, indent=1))
    (place.ROOT / "var" / "bench.txt").write_text(report + "\n")
    print("\n" + report)
    bad = [f"{r.name}: {r.bad}" for r in run.results if r.bad]
    bad += [f"{name}: {count}" for name, count in run.bad.items()]
    if bad:
        print("ERRORS: " + "; ".join(bad), file=sys.stderr)
    return 1 if bad else 0
