"""Code 128 and QR: what goes in comes out of a scanner."""

import pytest
import zxingcpp
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from yimen.printing.barcodes import bars, code128, qr, symbols

PRINTABLE = "".join(map(chr, range(32, 127)))


def scan(text: str) -> str:
    """Draw three dots a module and read it back."""
    row = bytes(0 if one == "1" else 255 for one in "0" * 10 + bars(text) + "0" * 10)
    picture = Image.frombytes("L", (len(row), 1), row).resize((len(row) * 3, 60), Image.NEAREST)
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.Code128)
    return found[0].text if found else ""


@settings(max_examples=120, deadline=None)
@given(
    st.one_of(
        st.text("0123456789", min_size=2, max_size=30), st.text(PRINTABLE, min_size=2, max_size=30)
    )
)
@example("9990010073518269")
@example("99")
@example("case:12345A67")
@example("12440501196720244T34421998060032026112300017")
def test_every_text_is_read_back(text):
    assert scan(text) == text


def test_digits_are_packed_two_to_a_symbol():
    assert len(symbols("31019900101202611230001757")) == 1 + 13 + 1


def test_other_signs_are_refused():
    for bad in ("", "号", "12\n"):
        with pytest.raises(ValueError):
            bars(bad)


def test_quiet_zone_is_part_of_the_picture():
    code = code128("1234")
    assert code.modules == len(bars("1234")) + 20
    assert f'viewBox="0 0 {code.modules} 40"' in code.svg
    assert "<image" not in code.svg and "<image" not in qr("x").svg
