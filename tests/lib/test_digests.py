"""Canonical bytes, salted digests, Merkle trees."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.lib import hashing, merkle
from yimen.lib.time import ZONE

leaves = st.lists(st.binary(max_size=8), min_size=1, max_size=40)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), values))
def test_the_order_of_keys_is_irrelevant(value: dict[str, object]) -> None:
    turned = dict(reversed(list(value.items())))
    assert hashing.canonical(value) == hashing.canonical(turned)


def test_the_same_moment_is_the_same_bytes() -> None:
    here = datetime(2026, 11, 23, 18, 30, tzinfo=ZONE)
    assert hashing.digest({"at": here}) == hashing.digest({"at": here.astimezone(UTC)})
    assert hashing.canonical([date(2026, 1, 2), UUID(int=1), "张"]) == (
        '["2026-01-02","00000000-0000-0000-0000-000000000001","张"]'.encode()
    )


@pytest.mark.parametrize("value", [1.5, {"a": [0.1]}, {1: "x"}, datetime(2026, 1, 1), object()])
def test_refuses_what_has_no_single_form(value: object) -> None:
    with pytest.raises(TypeError):
        hashing.canonical(value)


def test_salted_digest() -> None:
    salt = hashing.new_salt()
    assert hashing.digest_text("不予受理", salt) == hashing.digest_text("不予受理", salt)
    assert hashing.digest_text("不予受理", salt) != hashing.digest_text(
        "不予受理", hashing.new_salt()
    )
    with pytest.raises(ValueError):
        hashing.digest_text("不予受理", "")


def test_root_of_known_trees() -> None:
    # RFC 9162's shape: 0x00 before a leaf, 0x01 before a pair, an odd node moves up.
    from hashlib import sha256

    def h(value: bytes) -> bytes:
        return sha256(value).digest()

    a, b, c = (h(b"\x00" + x) for x in (b"a", b"b", b"c"))
    assert merkle.root([]) == h(b"")
    assert merkle.root([b"a"]) == a
    assert merkle.root([b"a", b"b", b"c"]) == h(b"\x01" + h(b"\x01" + a + b) + c)


@given(leaves)
def test_every_proof_holds_and_only_for_its_leaf(content: list[bytes]) -> None:
    root, size = merkle.root(content), len(content)
    for i, leaf in enumerate(content):
        path = merkle.proof(content, i)
        assert merkle.verify(leaf, i, size, path, root)
        assert not merkle.verify(leaf + b"!", i, size, path, root)
        assert not merkle.verify(leaf, i, size, [*path, root], root)
        assert not merkle.verify(leaf, size, size, path, root)
        if path:
            assert not merkle.verify(leaf, i, size, path[:-1], root)


@given(leaves, st.data())
def test_any_change_changes_the_root(content: list[bytes], data: st.DataObject) -> None:
    i = data.draw(st.integers(0, len(content) - 1))
    changed = [*content[:i], content[i] + b"!", *content[i + 1 :]]
    assert merkle.root(changed) != merkle.root(content)
    assert merkle.root(content[:-1]) != merkle.root(content)


def test_an_inner_node_is_no_leaf() -> None:
    left, right = (merkle.root([x]) for x in (b"a", b"b"))
    assert merkle.root([left + right]) != merkle.root([b"a", b"b"])


def test_no_proof_for_a_leaf_that_is_not_there() -> None:
    with pytest.raises(IndexError):
        merkle.proof([b"a"], 1)
