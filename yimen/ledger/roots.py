"""Fold the heads that moved into a root per street, and the streets' roots into the city's."""

from __future__ import annotations

from collections import defaultdict

from django.conf import settings
from django.db.models import Max
from django.utils.module_loading import import_string

from yimen.ledger.actions import make_root
from yimen.ledger.chain import Head
from yimen.ledger.models import Leaf, Stream


def fold_roots() -> int:
    """Make a root for every street whose streams moved since the last one. Returns how many."""
    last = {
        (row["street"], row["stream"]): row["seq"]
        for row in Leaf.objects.values("street", "stream").annotate(seq=Max("seq"))
    }
    moved: dict[str, list[tuple[str, Head]]] = defaultdict(list)
    for street, stream, head in _heads():
        if head.seq > last.get((street, stream), 0):
            moved[street].append((stream, head))
    city = moved.pop("0", [])
    made = [root for street in sorted(moved) if (root := make_root(street, moved[street]))]
    city += [(f"root:{r.street}", Head(r.number, bytes(r.hash))) for r in made]
    if city:
        make_root("0", city)
    return len(made)


def _heads() -> list[tuple[str, str, Head]]:
    found = [
        (s.street, s.stream, Head(s.seq, bytes(s.hash))) for s in Stream.objects.all().iterator()
    ]
    for path in settings.YIMEN_WITNESSES.values():
        found += list(import_string(path + ".heads")(""))
    return found
