"""The storm itself: clients, kills in turn, a time to settle, the comparison, the table."""

from __future__ import annotations

import json
import random
import statistics
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chaos.clients import Client, Tally
from chaos.gateway import Gateway
from chaos.site import Site, empty

VICTIMS = ("web", "worker", "database", "server", "live")
LONGEST_S = 3600.0


@dataclass
class Outcome:
    """What was seen. `faults` is empty for every promise that was kept."""

    seconds: float = 0.0
    done: int = 0
    back_s: dict[str, list[float]] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    faults: dict[str, list[str]] = field(default_factory=dict)
    figures: dict[str, int] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        return not any(self.faults.values())

    @property
    def kills(self) -> int:
        return sum(map(len, self.back_s.values()))


def run(folder: Path, *, ops: int, clients: int, kills: int, settle_s: float) -> Outcome:
    """At least `ops` acknowledged intakes and acts, at least `kills` kills, in a new place."""
    empty(folder)
    gateway, outcome = Gateway(), Outcome()
    site = Site(
        folder,
        YIMEN_CHANNELS=json.dumps({"sms": "yimen.notices.channels.gateway.SmsGateway"}),
        YIMEN_SMS_GATEWAY=json.dumps(
            {"url": gateway.url, "secret": "chaos", "sign": "演练", "deadline_s": 2}
        ),
    )
    made = site.run("chaos.town")
    if made.returncode:
        raise RuntimeError(f"the community was not made:\n{made.stderr}")
    site.start()
    try:
        tally = _storm(site, json.loads(made.stdout), outcome, ops, clients, kills, settle_s)
    finally:
        status = site.stop()  # before the books are closed: until then the worker sends
        gateway.close()
    books = {"cases": tally.as_json(), "taken": dict(gateway.taken)}
    (folder / "books.json").write_text(json.dumps(books))
    outcome.faults["it ended cleanly on Ctrl-C"] = [f"exit {status}"] if status else []
    _compare(site, outcome)
    return outcome


def _storm(
    site: Site, tokens: dict[str, str], outcome: Outcome, ops: int, clients: int, kills: int,
    settle_s: float,
) -> Tally:  # fmt: skip
    tally, stop = Tally(), threading.Event()
    threads = [Client(n, site.port, tokens, tally, stop) for n in range(clients)]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    try:
        _kill_in_turn(site, outcome, tally, ops, kills, begun)
    finally:
        stop.set()
    for thread in threads:
        thread.join(timeout=120)
    outcome.seconds = time.monotonic() - begun
    stuck = [t.name for t in threads if t.is_alive()]
    _settle(site, settle_s)
    outcome.done, outcome.answers, outcome.waits = tally.done(), dict(tally.answers), tally.waits
    outcome.faults["every client got every answer"] = stuck + tally.unexpected[:20]
    return tally


def _kill_in_turn(
    site: Site, outcome: Outcome, tally: Tally, ops: int, kills: int, begun: float
) -> None:
    """Each part is killed when the one before is back, after a moment of calm that is never the
    same, so that kills meet every step of an act."""
    chance = random.Random(7)
    while outcome.kills < kills or tally.done() < ops:
        if time.monotonic() - begun > LONGEST_S:
            outcome.faults["it was fast enough"] = [f"{tally.done()} of {ops} in {LONGEST_S:.0f} s"]
            return
        time.sleep(chance.uniform(0.3, 2.0))
        if outcome.kills >= kills:
            continue
        victim = VICTIMS[outcome.kills % len(VICTIMS)]
        took = site.kill(victim)
        if took is not None:
            outcome.back_s.setdefault(victim, []).append(took)


def _settle(site: Site, settle_s: float) -> None:
    """Let the worker finish what is due, as far as it gets in this time."""
    until = time.monotonic() + settle_s
    while time.monotonic() < until:
        if site.health().get("status") == "ok" and not _waiting(site):
            return
        time.sleep(1.0)


def _waiting(site: Site) -> int:
    """Errands not yet done, as /metrics says."""
    import urllib.request

    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{site.port}/metrics", timeout=10) as said:
            lines = said.read().decode().splitlines()
    except OSError:
        return -1
    return next(int(x.split()[1]) for x in lines if x.startswith("yimen_errands_waiting "))


def _compare(site: Site, outcome: Outcome) -> None:
    """In new processes: nothing in memory can help."""
    verified = site.run("yimen", "verify")
    said = verified.stdout.strip() or verified.stderr.strip()[-300:]
    outcome.faults["every chain is whole (yimen verify)"] = [said] if verified.returncode else []
    checked = site.run("chaos.checks", str(site.folder / "books.json"))
    if checked.returncode:
        outcome.faults["the comparison ran"] = [checked.stderr[-500:]]
        return
    found: dict[str, Any] = json.loads(checked.stdout)
    outcome.faults |= found["faults"]
    outcome.figures = found["figures"]


def table(outcome: Outcome) -> str:
    """For the terminal."""
    rate = outcome.done / outcome.seconds if outcome.seconds else 0
    lines = [
        f"{outcome.done} intakes and acts acknowledged in {outcome.seconds:.0f} s ({rate:.0f}/s), "
        f"{outcome.kills} kills",
        "",
        f"{'killed with -9':<16}{'times':>6}{'back after (s): median':>24}{'longest':>9}",
    ]
    for victim, took in outcome.back_s.items():
        lines.append(f"{victim:<16}{len(took):>6}{statistics.median(took):>24.1f}{max(took):>9.1f}")
    lines += ["", "clients met"]
    lines += [f"  {n:>7}  {what}" for what, n in sorted(outcome.answers.items())]
    if outcome.waits:
        ranked = sorted(outcome.waits)
        lines.append(
            f"  {statistics.median(ranked) * 1000:>7.0f}  ms median from first try to answer, "
            f"longest {ranked[-1]:.1f} s"
        )
    lines += ["", "errands"]
    lines += [f"  {n:>7}  {what}" for what, n in outcome.figures.items()]
    lines += ["", "promises"]
    for promise, broken in outcome.faults.items():
        lines.append(f"  {'BROKEN' if broken else 'kept':<7}  {promise}")
        lines += [f"           {fault}" for fault in broken[:5]]
    return "\n".join(lines)
