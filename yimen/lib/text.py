"""What people type, brought to one form: width, spaces, middle dots.

Names keep their characters: compatibility folding (NFKC) would replace rare characters that
stand in somebody's identity card, so it is used for searching only.
"""

from __future__ import annotations

import re
import unicodedata

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_INVISIBLE = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD])
_DOTS = {ord(dot): "·" for dot in "•・‧∙⋅･．"}
_HAN = "㐀-鿿豈-﫿\U00020000-\U000323af"
_GAP_IN_HAN = re.compile(f"(?<=[{_HAN}·])\\s+(?=[{_HAN}·])")


def half_width(text: str) -> str:
    """Full-width letters, digits, signs and spaces as their ordinary forms."""
    return text.translate(_WIDE)


def squeeze(text: str) -> str:
    """Half-width, without invisible characters, runs of white space as one blank, trimmed."""
    return " ".join(half_width(text).translate(_INVISIBLE).split())


def person_name(text: str) -> str:
    """A name as it is kept: `张　三` is `张三`, `阿依古丽•买买提` has the one middle dot."""
    return _GAP_IN_HAN.sub("", squeeze(text.translate(_DOTS)))


def code(text: str) -> str:
    """A number or code as it is kept: half-width, upper case, no blanks or dashes."""
    return re.sub(r"[\s\-‐-―−_]", "", squeeze(text)).upper()


def search_key(text: str) -> str:
    """A form in which two spellings of the same thing compare equal."""
    return " ".join(unicodedata.normalize("NFKC", squeeze(text)).casefold().split())
