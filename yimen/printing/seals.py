"""Drawings of seals. What we draw ourselves is a sample and says so across its middle."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

RED = "#c1121f"
SIZE = 400
SWEEP = 250.0  # degrees of the circle that a name may fill
WIDEST = 24.0  # degrees between two characters of a short name


def sample_seal(name: str) -> str:
    """A round seal with `name` along its rim and 样章 where a real one carries a star."""
    signs = "".join(_sign(sign, angle) for sign, angle in _around(name))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}">'
        f'<g fill="{RED}" font-family="Noto Sans SC, sans-serif" text-anchor="middle">'
        f'<circle cx="200" cy="200" r="188" fill="none" stroke="{RED}" stroke-width="10"/>'
        f"{signs}"
        '<text x="200" y="226" font-size="76" font-weight="700" letter-spacing="6">样章</text>'
        '<text x="200" y="292" font-size="26">仅供演示 · 无效力</text>'
        "</g></svg>\n"
    )


def _around(name: str) -> list[tuple[str, float]]:
    """Each character with its angle from the top, clockwise."""
    step = min(WIDEST, SWEEP / max(1, len(name) - 1))
    first = -step * (len(name) - 1) / 2
    return [(sign, first + step * place) for place, sign in enumerate(name)]


def _sign(sign: str, angle: float) -> str:
    size = 46
    return (
        f'<text x="200" y="66" font-size="{size}" font-weight="700" '
        f'transform="rotate({angle:.2f} 200 200)">{escape(sign)}</text>'
    )


def seal(code: str) -> str:
    """The image of a body's seal as SVG; "" where there is none. The code is a file name."""
    from django.conf import settings

    path = Path(settings.YIMEN_SEALS) / f"{code}.svg"
    if not re.fullmatch(r"[A-Za-z0-9_-]+", code) or not path.is_file():
        return ""
    return path.read_text("utf-8")
