"""A place in the queue, on a strip of 80 mm as ticket printers have it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from yimen.printing.documents.base import CENTRE, MOMENT, Qr, Sheet, Text


@dataclass(frozen=True, kw_only=True)
class Turn(Sheet):
    """`number` is what is called. Nobody's name stands here, and no reason for an earlier turn."""

    desk: Text
    taken_at: datetime
    follow: Qr
    before: int = 0
    low_min: int | None = None
    high_min: int | None = None
    again: bool = False  # a second paper: the code of the first one is dead

    @classmethod
    def sample(cls) -> Self:
        return cls(
            number="A012",
            issuer=CENTRE,
            issued_at=MOMENT,
            demo=True,
            desk={"zh": "社保、医保和就业", "en": "Social and health insurance, work"},
            taken_at=MOMENT,
            follow=Qr("http://localhost:8000/q/x4Tn8vQ2LmZ0aYb7/"),
            before=4,
            low_min=5,
            high_min=15,
        )
