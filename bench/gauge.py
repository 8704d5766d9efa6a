"""Gauges: CPU time and memory of process trees from /proc, statements from pg_stat_statements."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import psycopg

TICKS = os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the state on (the name may hold blanks and brackets)."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def tree(root: int) -> list[int]:
    """`root` and everything below it that lives now."""
    parents: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                parents.setdefault(int(_stat(int(entry))[1]), []).append(int(entry))
            except (OSError, IndexError):
                continue
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += parents.get(pid, [])
    return found


def cpu(root: int) -> float:
    """Seconds of CPU that the tree has used, of children that ended too (their parent keeps
    their sum)."""
    total = 0
    for pid in tree(root):
        try:
            total += sum(int(field) for field in _stat(pid)[11:15])
        except (OSError, IndexError):
            continue
    return total / TICKS


def memory(pids: Iterable[int]) -> float:
    """Megabytes that these processes hold, what they share counted once (PSS)."""
    total = 0
    for pid in pids:
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += next(int(line.split()[1]) for line in text.splitlines() if line[:4] == "Pss:")
    return total / 1024


def statements(connection: psycopg.Connection[tuple[object, ...]], database: str) -> int:
    """Statements that the database has been sent so far, BEGIN and COMMIT included, but for what
    foreign keys ask when a transaction ends (nobody sent that)."""
    row = connection.execute(
        "SELECT coalesce(sum(calls), 0)::bigint FROM pg_stat_statements s "
        "JOIN pg_database d ON d.oid = s.dbid WHERE d.datname = %s AND query NOT LIKE %s",
        [database, "SELECT % FROM ONLY %"],
    ).fetchone()
    assert row is not None
    return int(str(row[0]))


def machine() -> str:
    """One line about where the figures were taken."""
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    memory_kb = int(Path("/proc/meminfo").read_text().split()[1])
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} x {model}, {memory_kb / 2**20:.0f} GiB, load at start {load:.1f}"
