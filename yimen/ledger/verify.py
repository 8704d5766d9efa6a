"""Check the record: every chain, every head, every root, and the columns against the fold.

Entries are read in slices, each at one moment of the database, so that a record that is being
written to is judged fairly. After a slice the caller may keep a mark (marks.py) to go on from.
Reads only. The lowest fault of all is kept, whatever order things are looked at in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import connection

from yimen.ledger import links
from yimen.ledger.abreast import each
from yimen.ledger.actions import leaf_bytes
from yimen.ledger.chain import ZERO, Fault, Head, check_chain, data_of
from yimen.ledger.links import LINKS, ORDER, Chain, Key
from yimen.ledger.models import Root
from yimen.lib.merkle import root as merkle_root

STREAMS_AT_ONCE = 1000
ENTRIES_A_SLICE = 20_000
# an entry may be stamped before a root was made and committed after it, or by a clock set back
STRADDLES = timedelta(days=1)
AMONG = "(street, stream) IN (SELECT * FROM unnest(%s::text[], %s::text[]))"
RootKey = tuple[int, str]  # number, hash in hex


@dataclass
class Checked:
    """How far a check has come, and the lowest fault so far."""

    entries: int = 0
    streams: int = 0
    roots: int = 0
    fault: Fault | None = None
    after: Key = ("", "")  # the last stream that was looked at
    tops: dict[str, RootKey] = field(default_factory=dict)  # the newest roots when it began

    def add(self, part: Checked) -> None:
        """What came of the next slice."""
        self.entries += part.entries
        self.streams += part.streams
        self.found(part.fault)
        self.after = part.after

    def found(self, fault: Fault | None) -> None:
        if fault and (self.fault is None or _order(fault) < _order(self.fault)):
            self.fault = fault


Progress = Callable[[Checked], None]


def _order(fault: Fault) -> tuple[str, str, int]:
    return (fault.street, fault.stream, fault.seq)


def verify(
    street: str = "",
    progress: Progress = lambda _c: None,
    checked: Checked | None = None,
    *,
    processes: int = 1,
) -> Checked:
    """Check everything (of one street, when given), or what is left after `checked`; slices in
    several processes at a time, added up in their order."""
    checked = checked or Checked(tops=tops(street))
    for part in each(_check_slice, _slices(street, checked.after), processes):
        checked.add(part)
        progress(checked)
    with links.snapshot():
        _check_missing(street, checked)
        _check_roots(street, {}, checked)
    return checked


def verify_new(
    street: str,
    since: datetime | None,
    vouched: dict[str, RootKey],
    progress: Progress = lambda _c: None,
) -> Checked:
    """Check every stream with an entry recorded since, and the roots on top of those `vouched`
    for by a complete check, which must stand as they stood."""
    checked = Checked(tops=tops(street))
    with links.snapshot():
        _check_vouched(vouched, checked)
        for batch in _in_batches(_moved(street, since)):
            streets, names = map(list, zip(*batch, strict=True))
            found = links.chains(f"{LINKS} WHERE {AMONG} {ORDER}", [streets, names])
            _check_chains(list(found), checked)
            progress(checked)
        _check_roots(street, vouched, checked)
    return checked


def tops(street: str = "") -> dict[str, RootKey]:
    """The newest root of each street."""
    roots = Root.objects.filter(street=street) if street else Root.objects.all()
    newest = roots.order_by("street", "-number").distinct("street")
    return {r.street: (r.number, bytes(r.hash).hex()) for r in newest}


def _in_batches(items: Iterator[Any]) -> Iterator[list[Any]]:
    while batch := list(islice(items, STREAMS_AT_ONCE)):
        yield batch


# -- chains ------------------------------------------------------------------------------------


def _slices(street: str, after: Key) -> Iterator[tuple[str, Key, Key]]:
    """Street, and the streams after which each slice begins and with which it ends."""
    while until := _end_of_slice(street, after):
        yield street, after, until
        after = until


def _end_of_slice(street: str, after: Key) -> Key | None:
    """The stream with which some thousand entries are full, else the last; None after that."""
    only, params = ("street = %s AND ", [street]) if street else ("", [])
    left = f"SELECT street, stream FROM ledger_entry WHERE {only}(street, stream) > (%s, %s)"  # noqa: S608
    last = "ORDER BY street DESC, stream DESC LIMIT 1"
    with connection.cursor() as cursor:
        for order in (f"{ORDER} LIMIT 1 OFFSET {ENTRIES_A_SLICE - 1}", last):
            cursor.execute(f"{left} {order}", [*params, *after])
            if row := cursor.fetchone():
                return row[0], row[1]
    return None


def _check_slice(street: str, after: Key, until: Key) -> Checked:
    """The streams after one up to and with another, at one moment of the database."""
    part = Checked(after=until)
    only, params = ("street = %s AND ", [street]) if street else ("", [])
    where = f"{only}(street, stream) > (%s, %s) AND (street, stream) <= (%s, %s)"
    with links.snapshot():
        found = links.chains(f"{LINKS} WHERE {where} {ORDER}", [*params, *after, *until])
        for batch in _in_batches(found):
            _check_chains(batch, part)
    return part


def _moved(street: str, since: datetime | None) -> Iterator[Key]:
    wheres, params = ["recorded_at >= %s"] if since else [], [since - STRADDLES] if since else []
    if street:
        wheres, params = [*wheres, "street = %s"], [*params, street]  # type: ignore[list-item]
    where = f"WHERE {' AND '.join(wheres)}" if wheres else ""
    sql = f"SELECT DISTINCT street, stream FROM ledger_entry {where}"  # noqa: S608
    return ((row[0], row[1]) for row in links.stream(sql, params))


def _check_chains(batch: list[Chain], checked: Checked) -> None:
    """Whole streams: chain, head, and the columns of those whose house has a witness."""
    heads, states = _known([key for key, _chain in batch])
    for key, chain in batch:
        checked.streams += 1
        checked.entries += len(chain)
        fault = check_chain(*key, chain, heads.get(key))
        if fault is None and not _tells_state(key, chain, heads, states):
            fault = Fault(*key, len(chain), "state")
        checked.found(fault)


def _tells_state(key: Key, chain: list[Any], heads: Any, states: dict[Key, Any]) -> bool:
    """A stream whose owner is gone was left when a row was deleted behind the ledger's back."""
    if key not in heads:
        return False
    if key not in states:
        return True
    state, fold = states[key]
    return bool(fold(map(data_of, chain)) == state)


def _known(keys: list[Key]) -> tuple[dict[Key, Head], dict[Key, Any]]:
    """Where these streams should end, and what state they should tell and how to fold it."""
    streets, names = map(list, zip(*keys, strict=True))
    kept = f"SELECT street, stream, seq, hash FROM ledger_stream WHERE {AMONG}"  # noqa: S608
    rows = links.stream(kept, [streets, names])
    heads = {(street, name): Head(seq, digest) for street, name, seq, digest in rows}
    states: dict[Key, Any] = {}
    for prefix, witness in links.witnesses().items():
        mine = {
            name.removeprefix(prefix): (street, name)
            for street, name in keys
            if name.startswith(prefix)
        }
        for name, (head, state) in witness.expected(list(mine)).items() if mine else ():
            heads[mine[name]], states[mine[name]] = head, (state, witness.fold)
    return heads, states


def _check_missing(street: str, checked: Checked) -> None:
    """Heads whose entries are all gone."""
    only = "AND h.street = %s" if street else ""
    sql = f"""SELECT h.street, h.stream FROM ({links.heads()}) h WHERE h.seq > 0 {only}
        AND NOT EXISTS (SELECT FROM ledger_entry e
            WHERE e.street = h.street AND e.stream = h.stream AND e.seq = 1)"""  # noqa: S608
    for place, name in links.stream(sql, [street] if street else []):
        checked.found(Fault(place, name, 1, "gap"))


# -- roots -------------------------------------------------------------------------------------


def _check_vouched(vouched: dict[str, RootKey], checked: Checked) -> None:
    kept = {(r.street, r.number): bytes(r.hash).hex() for r in _at_the_top_of(vouched)}
    for street, (number, digest) in vouched.items():
        if kept.get((street, number)) != digest:
            checked.found(Fault(street, f"root:{number}", number, "root"))


def _at_the_top_of(vouched: dict[str, RootKey]) -> Iterable[Root]:
    numbers = {number for number, _hash in vouched.values()}
    return Root.objects.filter(street__in=vouched, number__in=numbers)


def _check_roots(street: str, vouched: dict[str, RootKey], checked: Checked) -> None:
    """Every root (above those vouched for) folds its leaves and the root before it, and every
    leaf stands in the entries, or is a root itself."""
    roots = Root.objects.order_by("street", "number")
    before = {place: (number, bytes.fromhex(digest)) for place, (number, digest) in vouched.items()}
    looked_at = []
    for root in roots.filter(street=street) if street else roots:
        number, prev = before.get(root.street, (0, ZERO))
        if root.number <= number and root.street in vouched:
            continue
        looked_at.append(root.pk)
        checked.roots += 1
        if root.number != number + 1 or bytes(root.prev) != prev or not _folds(root, prev):
            checked.found(Fault(root.street, f"root:{root.number}", root.number, "root"))
        before[root.street] = (root.number, bytes(root.hash))
    _check_leaves(looked_at, checked)


def _folds(root: Root, prev: bytes) -> bool:
    sql = "SELECT stream, seq, hash FROM ledger_leaf WHERE root_id = %s"
    rows = sorted(links.stream(sql, [root.pk]))
    leaves = [(name, Head(seq, digest)) for name, seq, digest in rows]
    folded = merkle_root([prev, *(leaf_bytes(name, head) for name, head in leaves)])
    return len(leaves) == root.leaves and bytes(root.hash) == folded


# a leaf of the city's root is a street's root; of any other, an entry
STRAY_ENTRIES = """
SELECT l.street, l.stream, l.seq FROM ledger_leaf l
LEFT JOIN ledger_entry e ON (e.street, e.stream, e.seq) = (l.street, l.stream, l.seq)
WHERE l.root_id = ANY(%s) AND l.stream NOT LIKE 'root:%%' AND e.hash IS DISTINCT FROM l.hash
"""
STRAY_ROOTS = """
SELECT substr(l.stream, 6), l.stream, l.seq FROM ledger_leaf l
LEFT JOIN ledger_root r ON (r.street, r.number) = (substr(l.stream, 6), l.seq)
WHERE l.root_id = ANY(%s) AND l.stream LIKE 'root:%%' AND r.hash IS DISTINCT FROM l.hash
"""


def _check_leaves(roots: Iterable[Any], checked: Checked) -> None:
    for street, name, seq in links.stream(STRAY_ENTRIES, [list(roots)]):
        checked.found(Fault(street, name, seq, "root"))
    for street, _name, number in links.stream(STRAY_ROOTS, [list(roots)]):
        checked.found(Fault(street, f"root:{number}", number, "root"))
