"""The catalogue's answers to the search over everything."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yimen.lib.actor import Actor
from yimen.look.hits import Hit
from yimen.matters.search import search

MOST = 5


def find(actor: Actor, text: str) -> Iterator[Hit]:
    """Matters for a text; they are public, so every actor gets the same."""
    for hit in search(text, get_language() or "zh-hans", limit=MOST):
        if hit.sort == "matter":
            href = reverse("matters:guide", args=[hit.code])
            yield Hit(hit.name, href, _("事项"), hit.department, exact=hit.code == text.strip())
