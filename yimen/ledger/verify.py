"""Check the whole record: every chain, every head, every root, and the columns against the fold.

What a house keeps of its own heads and state it offers by a *witness* (settings.YIMEN_WITNESSES:
stream prefix -> dotted path of an object with `heads`, `expected` and `fold`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from yimen.ledger.actions import leaf_bytes
from yimen.ledger.chain import ZERO, Fault, Head, check_chain
from yimen.ledger.models import Entry, Leaf, Root, Stream
from yimen.lib.merkle import root as merkle_root

STREAMS_AT_ONCE = 500


@dataclass
class Checked:
    """What was looked at, and the lowest fault of all."""

    entries: int = 0
    streams: int = 0
    roots: int = 0
    fault: Fault | None = None

    def found(self, fault: Fault | None) -> None:
        if fault and (self.fault is None or _order(fault) < _order(self.fault)):
            self.fault = fault


def _order(fault: Fault) -> tuple[str, str, int]:
    return (fault.street, fault.stream, fault.seq)


def verify(street: str = "", progress: Callable[[int], None] = lambda n: None) -> Checked:
    """Check everything (of one street, when given). Reads only."""
    checked = Checked()
    named = _named_heads(street)
    for batch in _batches(_streams(street, named)):
        _check_batch(batch, named, checked)
        progress(checked.entries)
    _check_roots(street, checked)
    return checked


def _named_heads(street: str) -> dict[tuple[str, str], Head]:
    """Where every stream should end, by those who keep the heads."""
    rows = Stream.objects.all()
    if street:
        rows = rows.filter(street=street)
    named = {(r.street, r.stream): Head(r.seq, bytes(r.hash)) for r in rows.iterator()}
    for path in settings.YIMEN_WITNESSES.values():
        for place, stream, head in import_string(path + ".heads")(street):
            named[place, stream] = head
    return named


def _streams(street: str, named: dict[tuple[str, str], Head]) -> list[tuple[str, str]]:
    """Every stream that exists or should."""
    rows = Entry.objects.all()
    if street:
        rows = rows.filter(street=street)
    found = set(rows.filter(seq=1).values_list("street", "stream"))
    return sorted(found | {key for key, head in named.items() if head.seq})


def _batches(streams: list[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    for start in range(0, len(streams), STREAMS_AT_ONCE):
        yield streams[start : start + STREAMS_AT_ONCE]


def _check_batch(
    batch: list[tuple[str, str]], named: dict[tuple[str, str], Head], checked: Checked
) -> None:
    chains: dict[tuple[str, str], list[Entry]] = {key: [] for key in batch}
    streets = {place for place, _stream in batch}
    entries = Entry.objects.filter(
        street__in=streets, stream__in=[stream for _place, stream in batch]
    ).order_by("street", "stream", "seq")
    for entry in entries.iterator(chunk_size=5000):
        key = (entry.street, entry.stream)
        if key in chains:
            chains[key].append(entry)
    states = _expected_states(batch)
    for key in batch:
        chain = chains[key]
        checked.entries += len(chain)
        checked.streams += 1
        fault = _check_stream(key, chain, named.get(key), states.get(key))
        checked.found(fault)


def _check_stream(
    key: tuple[str, str], chain: list[Entry], head: Head | None, state: Any
) -> Fault | None:
    if not chain:
        return Fault(*key, 1, "gap")
    fault = check_chain(chain, head)
    if fault:
        return fault
    if head is None:
        # entries whose owner is gone: the row was deleted behind the ledger's back
        return Fault(*key, chain[-1].seq, "state")
    if state is not None:
        expected, fold = state
        if fold(chain) != expected:
            return Fault(*key, chain[-1].seq, "state")
    return None


def _expected_states(batch: list[tuple[str, str]]) -> dict[tuple[str, str], Any]:
    """Column states of the streams whose house has a witness."""
    found: dict[tuple[str, str], Any] = {}
    for prefix, path in settings.YIMEN_WITNESSES.items():
        mine = {
            stream.removeprefix(prefix): (place, stream)
            for place, stream in batch
            if stream.startswith(prefix)
        }
        if not mine:
            continue
        fold = import_string(path + ".fold")
        for name, (_head, state) in import_string(path + ".expected")(list(mine)).items():
            found[mine[name]] = (state, fold)
    return found


def _check_roots(street: str, checked: Checked) -> None:
    """Every root folds its leaves and the root before it, and every leaf stands in the entries."""
    roots = Root.objects.order_by("street", "number")
    if street:
        roots = roots.filter(street=street)
    prev: dict[str, tuple[int, bytes]] = {}
    for root in roots:
        checked.roots += 1
        number, before = prev.get(root.street, (0, ZERO))
        leaves = list(root.leaf_set.order_by("stream"))
        folded = merkle_root(
            [before, *(leaf_bytes(x.stream, Head(x.seq, bytes(x.hash))) for x in leaves)]
        )
        whole = root.number == number + 1 and len(leaves) == root.leaves
        if not whole or bytes(root.prev) != before or bytes(root.hash) != folded:
            checked.found(Fault(root.street, f"root:{root.number}", root.number, "root"))
        _check_leaves([x for x in leaves if not x.stream.startswith("root:")], checked)
        prev[root.street] = (root.number, bytes(root.hash))


def _check_leaves(leaves: list[Leaf], checked: Checked) -> None:
    wanted = {(x.street, x.stream, x.seq): bytes(x.hash) for x in leaves}
    found = {
        (e.street, e.stream, e.seq): bytes(e.hash)
        for start in range(0, len(leaves), STREAMS_AT_ONCE)
        for e in Entry.objects.filter(
            street__in={x.street for x in leaves},
            stream__in=[x.stream for x in leaves[start : start + STREAMS_AT_ONCE]],
        ).only("street", "stream", "seq", "hash")
    }
    for key in sorted(wanted):
        if found.get(key) != wanted[key]:
            checked.found(Fault(*key, "root"))
