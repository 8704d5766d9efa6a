"""Sealed values open for the right key and place only."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.lib import crypto
from yimen.lib.crypto import Keyring, Unsealable

OLD = Keyring({"1": b"a" * 32}, "1", b"b" * 32)
NEW = Keyring({"1": b"a" * 32, "2": b"c" * 32}, "2", b"b" * 32)


@given(st.text(), st.text())
def test_round_trip(value: str, about: str) -> None:
    sealed = crypto.seal(value, about=about, ring=OLD)
    assert crypto.unseal(sealed, about=about, ring=OLD) == value


def test_nothing_of_the_value_shows_and_no_two_seals_are_alike() -> None:
    number = "31019919900101001X"
    one, two = (crypto.seal(number, about="p", ring=OLD) for _ in range(2))
    assert (
        one != two
        and number not in one
        and number.encode() not in base64.urlsafe_b64decode(one.split(":")[2])
    )


@given(st.integers(0, 10**6), st.sampled_from("ABQgw_="))
def test_any_changed_sign_is_found(seed: int, sign: str) -> None:
    sealed = crypto.seal("31019919900101001X", about="p", ring=NEW)
    place = seed % len(sealed)
    other = sign if sealed[place] != sign else "C"
    with pytest.raises(Unsealable):
        crypto.unseal(sealed[:place] + other + sealed[place + 1 :], about="p", ring=NEW)


def test_the_spare_bits_of_the_last_sign_are_not_free() -> None:
    """18 digits leave four bits of base64's last sign unused: another sign decodes alike."""
    sealed = crypto.seal("31019919900101001X", about="p", ring=NEW)
    assert sealed.endswith("==")
    twin = sealed[:-3] + chr(ord(sealed[-3]) + 1) + "=="
    assert base64.urlsafe_b64decode(twin[5:]) == base64.urlsafe_b64decode(sealed[5:])
    with pytest.raises(Unsealable):
        crypto.unseal(twin, about="p", ring=NEW)


def test_does_not_open_elsewhere_or_without_its_key() -> None:
    sealed = crypto.seal("x", about="person:1", ring=NEW)
    for about, ring in (("person:2", NEW), ("person:1", OLD)):
        with pytest.raises(Unsealable):
            crypto.unseal(sealed, about=about, ring=ring)


@pytest.mark.parametrize("junk", ["", "y1:1", "y1:1:", "y1:1:%%%%", "y2:1:AAAA", "y1:9:AAAA", "张"])
def test_junk(junk: str) -> None:
    with pytest.raises(Unsealable):
        crypto.unseal(junk, about="", ring=OLD)


def test_rotation() -> None:
    sealed = crypto.seal("13812345678", about="p", ring=OLD)
    assert crypto.unseal(sealed, about="p", ring=NEW) == "13812345678"
    assert not crypto.is_current(sealed, NEW)
    anew = crypto.reseal(sealed, about="p", ring=NEW)
    assert crypto.is_current(anew, NEW) and crypto.reseal(anew, about="p", ring=NEW) == anew
    assert crypto.unseal(anew, about="p", ring=NEW) == "13812345678"


def test_blind_index() -> None:
    assert crypto.blind("id", "1", OLD) == crypto.blind("id", "1", NEW)
    assert crypto.blind("id", "1", OLD) != crypto.blind("phone", "1", OLD)
    assert len(crypto.blind("id", "1", OLD)) == 64


def test_keys_from_text_and_wrong_keys() -> None:
    one, ten = (base64.b64encode(sign * 32).decode() for sign in (b"a", b"j"))
    assert crypto.keyring_from({"10": ten, "9": one}, one).current == "10"
    with pytest.raises(ValueError):
        crypto.keyring_from({}, one)
    with pytest.raises(ValueError):
        crypto.keyring_from({"1": base64.b64encode(b"short").decode()}, one)


def test_the_products_own_keys() -> None:
    assert crypto.unseal(crypto.seal("x", about="a"), about="a") == "x"
