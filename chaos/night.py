"""A night of the help line while its parts are killed: `python -m chaos.night` starts a site of its
own, lets callers ring and operators work through real HTTP, kills web process and worker with -9 in
turn, and compares what was acknowledged with what is on record.

YIMEN_DATA=... python -m chaos.night --books FILE      the comparison, in a process of its own
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import threading
import time
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from chaos import town
from chaos.site import ROOT, Site, empty
from yimen.config.simulation import calls
from yimen.config.simulation.calls import Caller, Span, Writer
from yimen.config.simulation.night import Night, Order, Report

VICTIMS = ("web", "worker")
RUN, DIALLED, STREET = "storm", "962200", "310199001"
SECRET = "the-word-of-an-exchange-in-a-storm"
SIGN_INS = 6  # of each operator, made beforehand: the storm itself has no database


@dataclass
class Outcome:
    report: Report
    back_s: dict[str, list[float]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return self.report.good and not self.faults

    def text(self) -> str:
        lines = [self.report.text()]
        for name, took in self.back_s.items():
            lines.append(
                f"{name} killed {len(took)} times, back after {statistics.median(took):.1f} s, "
                f"at most {max(took):.1f} s"
            )
        return "\n".join(lines + [f"BROKEN: {fault}" for fault in self.faults])


def set_up(seats: int) -> dict[str, Any]:
    """Beside the site, before it starts: the community, the needs' matters, operators."""
    from django.conf import settings

    from yimen.config.simulation import staging
    from yimen.hotline.needs import tree
    from yimen.matters.loaders import load

    town.fill()
    needed = sorted({need.matter for need in tree().values()})
    load(*[Path(settings.DATA) / "matters" / f"{code}.json" for code in needed])
    names, sign_in = staging.operators(STREET, seats), staging.SignIns()
    return {
        "cookie": settings.SESSION_COOKIE_NAME,
        "keys": {name: [sign_in(name) for _n in range(SIGN_INS)] for name in names},
    }


def people(count: int, every_s: float, seed: int) -> tuple[list[Caller], list[Writer]]:
    """Calls of every sort, one each few seconds; one in nine is not patient."""
    folder = ROOT / "data" / "hotline"
    known, sample = calls.facts(folder), calls.profile(folder)
    luck = random.Random(seed)
    drawn = calls.callers(known, sample, Span.read("20-22"), max(10.0, count / 20), luck)[-count:]
    found = [
        replace(
            c, no=n + 1, calls_s=n * every_s, patience_s=2.0 if n % 9 == 8 else 9e5,
            talk_s=min(c.talk_s, 150.0),
        )
        for n, c in enumerate(drawn)
    ]  # fmt: skip
    ways = [
        Writer(n, n * 4 * every_s, "sms", "", n, 3000 + n) for n in range(1, max(2, count // 8))
    ]
    ways += [Writer(n, n * 9 * every_s, "web", "street.light", n, 2000 + n) for n in (1, 2, 3)]
    return found, ways


def run(folder: Path, *, count: int, kills: int, seats: int, speed: float, seed: int = 1) -> Outcome:  # fmt: skip
    empty(folder)
    site = Site(
        folder, YIMEN_DEMO="true", YIMEN_LINE_EVENT_SECRET=SECRET,
        YIMEN_SMS_GATEWAY=json.dumps({"secret": SECRET}),
        YIMEN_HELP_LINES=json.dumps({DIALLED: {"street": STREET, "line": "one"}}),
    )  # fmt: skip
    made = site.run("chaos.night", "--set-up", "--seats", str(seats))
    if made.returncode:
        raise RuntimeError(f"the community was not made:\n{made.stderr}")
    told = json.loads(made.stdout.splitlines()[-1])
    site.start()
    try:
        night = _night(site, told, count, speed, seed)
        outcome = _live(site, night, kills)
    finally:
        status = site.stop()
    if status:
        outcome.faults.append(f"it did not end cleanly: exit {status}")
    _compare(site, outcome)
    return outcome


def _night(site: Site, told: dict[str, Any], count: int, speed: float, seed: int) -> Night:
    keys: dict[str, list[str]] = told["keys"]

    def sign_in(name: str) -> str:
        mine = keys[name]
        return mine.pop() if len(mine) > 1 else mine[0]

    order = Order(
        site=f"http://127.0.0.1:{site.port}", run=RUN, cookie=told["cookie"], secret=SECRET,
        sms_secret=SECRET, dialled=DIALLED, span=Span.read("20-8"), seats=[len(keys)] * 24,
        operators=list(keys), sign_in=sign_in, speed=speed, after_s=30.0, within_s=15.0,
        most_ms=0.0, seed=seed,
    )  # fmt: skip
    return Night(order, *people(count, 12.0, seed), lambda line: print(line, file=sys.stderr))


def _live(site: Site, night: Night, kills: int) -> Outcome:
    """The first kill when some calls are in hand, the others spread over the rest."""
    back: dict[str, list[float]] = {}
    faults: list[str] = []
    ended = threading.Event()

    def kill() -> None:
        luck, total = random.Random(7), len(night.callers)
        for n in range(kills):
            while night.done["picked"] < total * (n + 0.5) / (kills + 1) and not ended.is_set():
                time.sleep(0.02)
            if ended.is_set():
                faults.append(f"the night was over after {n} of {kills} kills")
                return
            time.sleep(luck.uniform(0, 0.4))
            victim = VICTIMS[n % len(VICTIMS)]
            took = site.kill(victim)
            if took is not None:
                back.setdefault(victim, []).append(took)

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    report = night.live()
    ended.set()
    killer.join(timeout=120)
    return Outcome(report, back, faults)


def _compare(site: Site, outcome: Outcome) -> None:
    """In new processes: nothing in memory can help."""
    books = site.folder / "night.json"
    books.write_text(json.dumps(asdict(outcome.report.told)))
    verified = site.run("yimen", "verify")
    if verified.returncode:
        outcome.faults.append(f"yimen verify: {verified.stdout or verified.stderr[-300:]}")
    checked = site.run("chaos.night", "--books", str(books))
    if checked.returncode:
        outcome.faults.append(f"the comparison did not run: {checked.stderr[-500:]}")
    else:
        outcome.report.books = json.loads(checked.stdout.splitlines()[-1])


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m chaos.night", description=__doc__)
    parser.add_argument("--calls", type=int, default=600)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seats", type=int, default=12)
    parser.add_argument("--speed", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "chaos-night")
    parser.add_argument("--books", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--set-up", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(argv)
    if given.set_up:
        town.ready()
        print(json.dumps(set_up(given.seats)))
        return 0
    if given.books:
        town.ready()
        from yimen.config.simulation import staging

        print(json.dumps(staging.compare(json.loads(given.books.read_text()), RUN)))
        return 0
    outcome = run(
        given.folder, count=given.calls, kills=given.kills, seats=given.seats, speed=given.speed,
        seed=given.seed,
    )  # fmt: skip
    print(outcome.text())
    return 0 if outcome.good else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
