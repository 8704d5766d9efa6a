"""Numbers that people read out, type in and scan.

- case number: centre 11 + day 8 + serial 5 + check 2 = 26 digits, ISO 7064 MOD 97-10. An even
  count of digits, so Code 128 packs two in a symbol (set C).
- enquiry number: 8 digits for the telephone, a keyed permutation of a running number, so that
  neighbours do not follow from one another.
- verification code: 12 characters that anybody can check a result document with.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from yimen.lib import text

CENTRE, DAY, SERIAL = 11, 8, 5
LAST_SERIAL = 10**SERIAL - 1
_NUMBER = re.compile(r"[0-9]{26}", re.ASCII)


def check_digits(body: str) -> str:
    """The two digits that make `body` + digits equal 1 modulo 97 (ISO 7064 MOD 97-10)."""
    return f"{98 - int(body) * 100 % 97:02d}"


def case_number(centre: str, day: date, serial: int) -> str:
    """The number of the `serial`-th case that `centre` took in on `day`."""
    if not re.fullmatch(rf"[0-9]{{{CENTRE}}}", centre, re.ASCII):
        raise ValueError("a centre's code has 11 digits")
    if not 1 <= serial <= LAST_SERIAL:
        raise ValueError(f"a day's serial runs from 1 to {LAST_SERIAL}")
    body = f"{centre}{day:%Y%m%d}{serial:0{SERIAL}d}"
    return body + check_digits(body)


def normal(number: str) -> str:
    """A case number as typed, without blanks, dashes and full-width digits."""
    return text.code(number)


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """The parts of a case number."""

    centre: str
    day: date
    serial: int

    @property
    def street(self) -> str:
        return self.centre[:9]


def parse(number: str) -> CaseNumber | None:
    """The parts of a case number; None if it is not one."""
    plain = normal(number)
    if not _NUMBER.fullmatch(plain) or check_digits(plain[:24]) != plain[24:]:
        return None
    try:
        day = date.fromisoformat(plain[11:19])
    except ValueError:
        return None
    serial = int(plain[19:24])
    return CaseNumber(plain[:11], day, serial) if serial else None


def check(number: str) -> bool:
    """Is this a well-formed case number, check digits right?"""
    return parse(number) is not None


def pretty(number: str) -> str:
    """In groups, for print and screen: `31019900101 20261123 00001 37`."""
    plain = normal(number)
    return " ".join((plain[:11], plain[11:19], plain[19:24], plain[24:])).strip()


# -- enquiry number ----------------------------------------------------------------------

ENQUIRY_NUMBERS = 10**8
_HALF = 10**4
_ROUNDS = 10


def _round(key: bytes, turn: int, half: int) -> int:
    mac = hmac.digest(key, b"enquiry" + bytes([turn]) + half.to_bytes(2, "big"), sha256)
    return int.from_bytes(mac[:8], "big") % _HALF


def enquiry_number(sequence: int, key: bytes) -> str:
    """The `sequence`-th enquiry number: a Feistel network over pairs of four-digit halves.

    Every round adds modulo 10,000, so the whole is a bijection of 0 .. 10^8 - 1: no two
    sequences share a number, whatever the key.
    """
    if not 0 <= sequence < ENQUIRY_NUMBERS:
        raise ValueError("enquiry numbers are used up: a sequence has at most 8 digits")
    left, right = divmod(sequence, _HALF)
    for turn in range(_ROUNDS):
        left, right = right, (left + _round(key, turn, right)) % _HALF
    return f"{left * _HALF + right:08d}"


def enquiry_sequence(number: str, key: bytes) -> int:
    """The running number behind an enquiry number (the inverse of `enquiry_number`)."""
    left, right = divmod(int(number), _HALF)
    for turn in reversed(range(_ROUNDS)):
        left, right = (right - _round(key, turn, left)) % _HALF, left
    return left * _HALF + right


def new_enquiry_code() -> str:
    """Six random digits that go with an enquiry number."""
    return f"{secrets.randbelow(10**6):06d}"


# -- verification code of a result document ----------------------------------------------

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
_VALUE = {sign: value for value, sign in enumerate(ALPHABET)}
_TYPED = str.maketrans({"O": "0", "I": "1", "L": "1"})
CODE_LENGTH = 12


def _double(value: int) -> int:
    """Times x in the field of 32 elements, modulo x^5 + x^2 + 1."""
    value <<= 1
    return value ^ 0b100101 if value & 0b100000 else value


def _check_value(signs: str) -> int:
    """Horner's rule over the field: a wrong sign or two swapped neighbours always show."""
    total = 0
    for sign in signs:
        total = _double(total ^ _VALUE[sign])
    return total


def new_verification_code() -> str:
    """A fresh code, 55 random bits and a check sign, without separators."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH - 1))
    return body + ALPHABET[_check_value(body)]


def verification_code(typed: str) -> str | None:
    """A code as typed, brought to its one form; None if it cannot be one."""
    signs = text.code(typed).translate(_TYPED)
    if len(signs) != CODE_LENGTH or any(sign not in _VALUE for sign in signs):
        return None
    return signs if _check_value(signs[:-1]) == _VALUE[signs[-1]] else None


def pretty_code(code: str) -> str:
    """In groups of four, for print: `7K3M-9QXA-2B4T`."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))
