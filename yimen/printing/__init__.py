"""Printing: a template and facts become a PDF (AFF-2, AFF-9). It knows no domain: whoever prints
hands in finished facts (names already masked, days already computed).

Verbs: `render(template, facts, lang)`. What each template needs is in `documents`; the
templates are Typst files in `templates/`, drawn from the parts in `base.typ`. A citizen's text
travels as JSON data and can never become markup. Barcodes are vectors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yimen.printing.documents import Sheet


def render(template: str, facts: Mapping[str, Any] | Sheet, lang: str = "zh-hans") -> bytes:
    """The PDF of `template` (a file name without ending) filled with `facts`.

    The press is loaded on first use: most processes never print.
    """
    from yimen.printing.press import render as press

    return press(template, facts, lang)
