"""How GeoReport v2 says things: the same values as JSON or as XML. Pure."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

from yimen.lib.time import local

FORMATS = {"json": "application/json", "xml": "text/xml"}
# What one of a list is called in XML; JSON has lists without names.
ONE_OF = {
    "services": "service", "service_requests": "request", "errors": "error",
    "attributes": "attribute", "values": "value", "endpoints": "endpoint", "formats": "format",
}  # fmt: skip


def moment(at: datetime | None) -> str | None:
    """W3 date and time, with the offset, as the specification wants it."""
    return local(at).isoformat(timespec="seconds") if at else None


def render(root: str, content: Any, form: str) -> bytes:
    """An answer: `content` is the value of the element `root`."""
    if form == "json":
        return json.dumps(content, ensure_ascii=False).encode()
    top = _element(root, content)
    return ElementTree.tostring(top, encoding="utf-8", xml_declaration=True)


def _element(name: str, value: Any) -> ElementTree.Element:
    made = ElementTree.Element(name)
    if isinstance(value, dict):
        made.extend([_element(key, inner) for key, inner in value.items()])
    elif isinstance(value, list):
        made.extend([_element(ONE_OF[name], inner) for inner in value])
    else:
        made.text = _text(value)
    return made


def _text(value: Any) -> str | None:
    """XML has no way to hold control characters; nobody misses them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "".join(c for c in str(value) if c >= " " or c in "\t\n") if value is not None else None
