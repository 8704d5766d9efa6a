"""From a platform's codes to our needs: one file a platform, read once. Pure beside that."""

from __future__ import annotations

import json
from collections.abc import Mapping as Pairs
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.conf import settings

from yimen.hotline.needs import tree


@dataclass(frozen=True, slots=True)
class Mapping:
    """`needs` by their code; `unknown` is the need under which the rest waits to be sorted; `returns`
    are the reasons for which the platform takes an order back, by their code in both languages."""

    needs: dict[str, str]
    unknown: str
    returns: Pairs[str, Pairs[str, str]] = field(default_factory=dict)

    def need(self, category: str) -> tuple[str, bool]:
        """Our need for their code, the nearest parent's where the code itself is not known, and
        whether somebody has to sort it."""
        code = category.strip()
        while code:
            if code in self.needs:
                return self.needs[code], False
            code = code.rpartition(".")[0]
        return self.unknown, True


def names() -> list[str]:
    """The mappings that are there."""
    return sorted(p.stem for p in (Path(settings.DATA) / "hotline" / "orders").glob("*.json"))


@cache
def mapping(name: str) -> Mapping:
    """The mapping of data/hotline/orders/NAME.json; ValueError names what is not right."""
    path = Path(settings.DATA) / "hotline" / "orders" / f"{name}.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    found = Mapping(dict(content["needs"]), content["unknown"], dict(content["returns"]))
    for need in (*found.needs.values(), found.unknown):
        if need not in tree():
            raise ValueError(f"orders/{name}: {need}")
    if not found.returns or any(len(code) > 20 for code in found.returns):
        raise ValueError(f"orders/{name}: returns")
    return found
