"""Merkle tree over an ordered list of byte strings (the shape of RFC 9162, section 2.1).

Leaves and inner nodes are hashed under different prefixes, so that no inner node can be passed
off as a leaf.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from hashlib import sha256


def _leaf(content: bytes) -> bytes:
    return sha256(b"\x00" + content).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def _fold(row: list[bytes]) -> list[bytes]:
    """The row above; a last node without a partner moves up unchanged."""
    pairs = [_node(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)]
    return pairs + row[len(row) - len(row) % 2 :]


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over `leaves` in their order; of nothing, the hash of nothing."""
    if not leaves:
        return sha256(b"").digest()
    row = [_leaf(leaf) for leaf in leaves]
    while len(row) > 1:
        row = _fold(row)
    return row[0]


def proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The neighbours that lead from leaf `index` to the root, lowest first."""
    if not 0 <= index < len(leaves):
        raise IndexError("no such leaf")
    row, path = [_leaf(leaf) for leaf in leaves], []
    while len(row) > 1:
        neighbour = index ^ 1
        if neighbour < len(row):
            path.append(row[neighbour])
        row, index = _fold(row), index // 2
    return path


def verify(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes) -> bool:
    """Does `path` prove that `leaf` stands at `index` of `size` leaves under root `expected`?"""
    if not 0 <= index < size:
        return False
    value, steps, width = _leaf(leaf), list(path), size
    while width > 1:
        if index ^ 1 < width:
            if not steps:
                return False
            neighbour = steps.pop(0)
            value = _node(neighbour, value) if index % 2 else _node(value, neighbour)
        index, width = index // 2, (width + 1) // 2
    return not steps and hmac.compare_digest(value, expected)
