"""Case numbers, enquiry numbers, verification codes."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from yimen.lib import numbering as n

CENTRE = "31019900101"
DAY = date(2026, 11, 23)
numbers = st.builds(
    n.case_number,
    st.text("0123456789", min_size=11, max_size=11),
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.integers(1, n.LAST_SERIAL),
)
keys = st.binary(min_size=1, max_size=32)
sequences = st.integers(0, n.ENQUIRY_NUMBERS - 1)


def test_the_form_of_a_case_number() -> None:
    number = n.case_number(CENTRE, DAY, 1)
    assert len(number) == 26 and number.startswith("310199001012026112300001")
    assert int(number) % 97 == 1  # ISO 7064 MOD 97-10
    assert n.pretty(number) == f"31019900101 20261123 00001 {number[-2:]}"


@given(numbers)
def test_round_trip(number: str) -> None:
    parts = n.parse(n.pretty(number))
    assert parts is not None and parts.street == number[:9]
    assert n.case_number(parts.centre, parts.day, parts.serial) == number


@given(numbers, st.integers(0, 25), st.sampled_from("0123456789"))
def test_any_single_wrong_digit_shows(number: str, place: int, digit: str) -> None:
    wrong = number[:place] + digit + number[place + 1 :]
    assume(wrong != number)
    assert not n.check(wrong)


@given(numbers, st.integers(0, 24))
def test_any_two_swapped_neighbours_show(number: str, place: int) -> None:
    wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assume(wrong != number)
    assert not n.check(wrong)


@pytest.mark.parametrize(
    "typed", ["", "1", "x" * 26, "²" * 26, n.case_number(CENTRE, DAY, 1) + "0"]
)
def test_what_is_no_case_number(typed: str) -> None:
    assert not n.check(typed)


def test_check_digits_alone_do_not_make_a_case_number() -> None:
    for body in ("310199001012026133100001", "310199001012026112300000"):
        assert not n.check(body + n.check_digits(body))


@pytest.mark.parametrize(("centre", "serial"), [("310199001", 1), (CENTRE, 0), (CENTRE, 100_000)])
def test_refuses_to_make_a_wrong_one(centre: str, serial: int) -> None:
    with pytest.raises(ValueError):
        n.case_number(centre, DAY, serial)


@given(sequences, keys)
def test_enquiry_number_has_an_inverse(sequence: int, key: bytes) -> None:
    number = n.enquiry_number(sequence, key)
    assert len(number) == 8 and number.isdecimal()
    assert n.enquiry_sequence(number, key) == sequence


@given(sequences, keys)
def test_every_enquiry_number_is_some_sequence(number: int, key: bytes) -> None:
    typed = f"{number:08d}"
    assert n.enquiry_number(n.enquiry_sequence(typed, key), key) == typed


def test_enquiry_numbers_do_not_repeat_and_do_not_follow() -> None:
    made = [int(n.enquiry_number(i, b"key")) for i in range(5000)]
    assert len(set(made)) == 5000
    assert sum(abs(a - b) < 10_000 for a, b in zip(made, made[1:], strict=False)) < 20
    assert n.enquiry_number(1, b"key") != n.enquiry_number(1, b"other")


@pytest.mark.parametrize("sequence", [-1, n.ENQUIRY_NUMBERS])
def test_enquiry_numbers_run_out(sequence: int) -> None:
    with pytest.raises(ValueError):
        n.enquiry_number(sequence, b"key")


def test_enquiry_code() -> None:
    codes = {n.new_enquiry_code() for _ in range(200)}
    assert len(codes) > 190 and all(len(c) == 6 and c.isdecimal() for c in codes)


codes = st.text(n.ALPHABET, min_size=11, max_size=11).map(
    lambda body: body + n.ALPHABET[n._check_value(body)]
)


def test_verification_code_as_made_and_as_typed() -> None:
    code = n.new_verification_code()
    assert n.verification_code(n.pretty_code(code)) == code
    assert n.verification_code(f" {n.pretty_code(code).lower()} ") == code
    assert n.verification_code(code.replace("0", "O").replace("1", "l")) == code


@given(codes, st.integers(0, 11), st.sampled_from(n.ALPHABET))
def test_any_single_wrong_sign_of_a_code_shows(code: str, place: int, sign: str) -> None:
    wrong = code[:place] + sign + code[place + 1 :]
    assume(wrong != code)
    assert n.verification_code(code) == code and n.verification_code(wrong) is None


@given(codes, st.integers(0, 10))
def test_any_two_swapped_neighbours_of_a_code_show(code: str, place: int) -> None:
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assume(wrong != code)
    assert n.verification_code(wrong) is None


@given(st.text(max_size=20))
def test_a_code_may_be_typed_anyhow(typed: str) -> None:
    found = n.verification_code(typed)
    assert found is None or len(found) == 12
