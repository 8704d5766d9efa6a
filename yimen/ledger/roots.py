"""Fold the heads that moved into a root per street, and the streets' roots into the city's."""

from __future__ import annotations

from collections import defaultdict

from yimen.ledger import links
from yimen.ledger.actions import make_root
from yimen.ledger.chain import Head


def fold_roots() -> int:
    """Make a root for every street whose streams moved since the last one. Returns how many."""
    moved: dict[str, list[tuple[str, Head]]] = defaultdict(list)
    with links.snapshot():
        for street, name, seq, digest in links.stream(_moved()):
            moved[street].append((name, Head(seq, bytes(digest))))
    city = moved.pop("0", [])
    made = [root for street in sorted(moved) if (root := make_root(street, moved[street]))]
    city += [(f"root:{r.street}", Head(r.number, bytes(r.hash))) for r in made]
    if city:
        make_root("0", city)
    return len(made)


def _moved() -> str:
    """Heads that no leaf has reached yet."""
    return f"""SELECT street, stream, seq, hash FROM ({links.heads()}) h WHERE seq > 0
        AND NOT EXISTS (SELECT FROM ledger_leaf l
            WHERE l.street = h.street AND l.stream = h.stream AND l.seq >= h.seq)"""  # noqa: S608
