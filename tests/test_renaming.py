"""After the centre was given another name, no page and no print says the old one (HLP-9)."""

from __future__ import annotations

from typing import Any

import pypdfium2 as pdfium
import pytest
from django.core.cache import cache

from tests.cast import STREET, actor
from tests.doors.people import Visitor
from tests.doors.samples import operations, samples
from tests.doors.town import Town, town
from yimen.bodies.actions import Named, name_gateway
from yimen.bodies.gateway import in_force
from yimen.lib.time import now

__all__ = ["town"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "journal"])
WHO = ("anon", "owner", "clerk", "officer", "director", "auditor", "admin")
# Names of before belong there: the history itself, what was said then in the words of then, and a
# selection that was posted: its figures stay as they were published.
HISTORY = {
    "hotline:gateway", "notices:inbox", "notices:outbox", "notices:mine", "notices:letter",
    "supervision:posting", "supervision:figures", "supervision:selection",
}  # fmt: skip
NEW = Named("百步亭便民中心", "Baibuting Help Centre", "021-0000 1200")


def text_of(response: Any) -> str:
    """What a page or a print says."""
    if getattr(response, "streaming", False):
        return ""
    kind = response.headers.get("Content-Type", "")
    if kind.startswith("application/pdf"):
        sheets = pdfium.PdfDocument(response.content)
        return "".join(sheet.get_textpage().get_text_range() for sheet in sheets)
    if kind.startswith(("text/", "application/json", "application/xml")):
        return str(response.content.decode())
    return ""


def test_no_page_and_no_print_says_the_old_name(town: Town) -> None:
    old = in_force(STREET)["name"]
    name_gateway(STREET, NEW, seen=0, by=actor("director"), at=now())
    known, said, shown = operations(), [], 0
    visitors = [Visitor(who, town) for who in WHO]
    for name, tried in samples(town).items():
        if name in HISTORY or "GET" not in known.get(name, {"GET"}):
            continue
        for sample in tried:
            for visitor in visitors:
                cache.clear()
                response = visitor.get(sample)
                if response.status_code != 200:
                    continue
                shown += 1
                text = text_of(response)
                said += [(sample.row, visitor.who, one) for one in old.values() if one in text]
    assert shown > 500, "the walk saw the town"
    assert not said
