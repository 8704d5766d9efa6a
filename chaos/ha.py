"""What a running site goes through when the leader of its PostgreSQL is killed and a replica takes
over: two servers under Patroni with synchronous replication, etcd, and clients all the while.

    apt-get install etcd-server
    /usr/bin/python3 -m venv /tmp/patroni
    /tmp/patroni/bin/pip install 'patroni[etcd3]==4.1.5' 'psycopg[binary]'
    .venv/bin/python -m chaos.ha --patroni /tmp/patroni/bin/patroni

Both programs must be where PostgreSQL's own user may enter. Not part of the tests: it wants more of
a machine than they may ask for.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from chaos.clients import Client, Tally
from chaos.own import Cluster, entered_by_server
from chaos.site import Site, free_port

TTL_S = 20
CONFIG = """
scope: chaos
name: {name}
restapi: {{listen: "127.0.0.1:{rest}", connect_address: "127.0.0.1:{rest}"}}
etcd3: {{host: "127.0.0.1:{etcd}"}}
bootstrap:
  dcs:
    ttl: {ttl}
    loop_wait: 5
    retry_timeout: 5
    synchronous_mode: true
    postgresql: {{use_pg_rewind: true, parameters: {{max_connections: 60, wal_log_hints: "on"}}}}
  initdb: [{{encoding: UTF8}}, {{locale: C.UTF-8}}, {{auth: trust}}]
postgresql:
  listen: "127.0.0.1:{port}"
  connect_address: "127.0.0.1:{port}"
  data_dir: {data}
  bin_dir: {bin}
  parameters: {{unix_socket_directories: ""}}
  pg_hba: ["host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust"]
  authentication:
    superuser: {{username: postgres}}
    replication: {{username: postgres}}
"""


class Node(Cluster):
    """One PostgreSQL with the Patroni that keeps it."""

    def __init__(self, above: Path, name: str, etcd: int) -> None:
        super().__init__(above, name)
        self.rest, self.name = free_port(), name
        self.config = above / f"{name}.yml"
        self.config.write_text(
            CONFIG.format(
                name=name, rest=self.rest, etcd=etcd, port=self.port, data=self.data,
                bin=self.binaries.folder, ttl=TTL_S,
            )
        )  # fmt: skip
        self.patroni: subprocess.Popen[bytes] | None = None

    def begin(self, program: str) -> None:
        with self.log.open("ab") as log:
            self.patroni = subprocess.Popen(
                [program, str(self.config)],
                stdout=log, stderr=log, cwd="/", start_new_session=True, **self.as_owner(),
            )  # fmt: skip

    def is_role(self, role: str) -> bool:
        """Patroni's own word: leader, or sync (the replica that may take over)."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.rest}/{role}", timeout=3):
                return True
        except (urllib.error.HTTPError, OSError):
            return False

    def kill(self) -> None:
        """kill -9 of Patroni and of the server it keeps: a machine that lost its power."""
        postmaster = int((self.data / "postmaster.pid").read_text().split()[0])
        assert self.patroni
        for pid in (self.patroni.pid, postmaster):
            os.kill(pid, signal.SIGKILL)
        self.patroni.wait()

    def end(self) -> None:
        if self.patroni and self.patroni.poll() is None:
            self.patroni.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.patroni.wait(timeout=40)


@dataclass
class Seen:
    """One take-over as the clients met it."""

    without_writes_s: float = 0.0
    acknowledged: int = 0


@dataclass
class Watch:
    """When writes were acknowledged: the longest pause is the outage."""

    tally: Tally
    moments: list[tuple[float, int]] = field(default_factory=list)

    def follow(self, stop: threading.Event) -> None:
        while not stop.wait(0.05):
            self.moments.append((time.monotonic(), self.tally.done()))

    def longest_pause(self, since: float) -> float:
        last, longest = since, 0.0
        known = next((n for t, n in self.moments if t >= since), 0)
        for moment, n in self.moments:
            if moment < since:
                continue
            if n > known:
                last, known = moment, n
            longest = max(longest, moment - last)
        return longest


def wait_for(what: str, nodes: list[Node], role: str, patience_s: float = 180) -> Node:
    """The first node that has the role."""
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        for node in nodes:
            if node.is_role(role):
                return node
        time.sleep(0.2)
    raise TimeoutError(f"{what}: nobody is {role} after {patience_s:.0f} s")


def etcd(above: Path, port: int) -> subprocess.Popen[bytes]:
    peer, log = free_port(), (above / "etcd.log").open("ab")
    client, other = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{peer}"
    return subprocess.Popen(
        ["etcd", "--name", "e", "--data-dir", str(above / "etcd"), "--listen-client-urls", client,
         "--advertise-client-urls", client, "--listen-peer-urls", other,
         "--initial-advertise-peer-urls", other, "--initial-cluster", f"e={other}"],
        stdout=log, stderr=log, start_new_session=True,
    )  # fmt: skip


def run(program: str, take_overs: int, clients: int) -> int:
    above = Path(tempfile.mkdtemp(prefix="yimen-ha-"))
    above.chmod(0o755)
    entered_by_server(above)
    port = free_port()
    store = etcd(above, port)
    nodes = [Node(above, name, port) for name in ("one", "two")]
    try:
        for node in nodes:
            node.begin(program)
        leader = wait_for("first start", nodes, "leader")
        wait_for("first start", nodes, "sync")
        leader.do("CREATE ROLE yimen LOGIN", "CREATE DATABASE yimen OWNER yimen",
                  database="postgres")  # fmt: skip
        return storm(above, program, nodes, take_overs, clients)
    finally:
        for node in nodes:
            node.end()
        store.terminate()
        store.wait()
        shutil.rmtree(above, ignore_errors=True)


def storm(above: Path, program: str, nodes: list[Node], take_overs: int, clients: int) -> int:
    ports = ",".join(str(node.port) for node in nodes)
    hosts = ",".join("127.0.0.1" for _ in nodes)
    url = f"postgresql://yimen@/yimen?host={hosts}&port={ports}&target_session_attrs=read-write"
    folder = above / "var"
    site = Site(folder, DATABASE_URL=url)
    folder.mkdir()
    for words in (("yimen", "init"), ("chaos.town",)):
        made = site.run(*words)
        if made.returncode:
            raise RuntimeError(made.stderr)
    site.start()
    tally, stop, seen = Tally(), threading.Event(), []
    watch = Watch(tally)
    threads: list[threading.Thread] = [
        Client(n, site.port, json.loads(made.stdout), tally, stop) for n in range(clients)
    ]
    threads.append(threading.Thread(target=watch.follow, args=(stop,), daemon=True))
    for thread in threads:
        thread.start()
    try:
        for _ in range(take_overs):
            seen.append(take_over(nodes, program, tally, watch))
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=120)
        site.stop()
    return report(site, tally, seen)


def take_over(nodes: list[Node], program: str, tally: Tally, watch: Watch) -> Seen:
    """Kill the leader under load, wait until writes go on, bring the dead one back as a replica."""
    time.sleep(10)
    leader = wait_for("before the kill", nodes, "leader")
    wait_for("before the kill", nodes, "sync")
    done, killed = tally.done(), time.monotonic()
    leader.kill()
    others = [node for node in nodes if node is not leader]
    wait_for("take-over", others, "leader")
    until = time.monotonic() + 60
    after = tally.done()
    while tally.done() < after + 20 and time.monotonic() < until:
        time.sleep(0.1)
    seen = Seen(watch.longest_pause(killed), done)
    leader.begin(program)
    wait_for("the dead one comes back", [leader], "sync")
    return seen


def report(site: Site, tally: Tally, seen: list[Seen]) -> int:
    books = site.folder / "books.json"
    books.write_text(json.dumps({"cases": tally.as_json(), "taken": {}}))
    verified = site.run("yimen", "verify")
    checked = site.run("chaos.checks", str(books))
    if checked.returncode:
        raise RuntimeError(checked.stderr)
    faults = json.loads(checked.stdout)["faults"]
    faults.pop("every message is sent once, or visibly pending")  # the demonstration's channel
    for n, one in enumerate(seen, 1):
        print(
            f"take-over {n}: {one.without_writes_s:.1f} s without writes (ttl {TTL_S} s), "
            f"{one.acknowledged} intakes and acts acknowledged before"
        )
    lost = len(faults["no acknowledged receipt is lost"])
    print(f"{tally.done()} acknowledged in all, {lost} of {len(tally.cases)} receipts lost")
    for what, n in sorted(tally.answers.items()):
        print(f"  {n:>6}  {what}")
    print(f"  {verified.stdout.strip()}")
    for promise, broken in faults.items():
        print(f"  {'BROKEN' if broken else 'kept':<7} {promise} {broken[:3] if broken else ''}")
    unexpected = tally.unexpected[:5]
    print(*unexpected, sep="\n")
    return 1 if verified.returncode or any(faults.values()) or unexpected else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m chaos.ha")
    parser.add_argument("--patroni", default=shutil.which("patroni"), help="the program")
    parser.add_argument("--take-overs", type=int, default=2)
    parser.add_argument("--clients", type=int, default=8)
    given = parser.parse_args()
    if not given.patroni or not shutil.which("etcd"):
        print("skipped: needs Patroni and etcd; how to get them: see the top of chaos/ha.py")
        return 2
    return run(given.patroni, given.take_overs, given.clients)


if __name__ == "__main__":
    raise SystemExit(main())
