"""Nouns of supervision."""

from yimen.supervision.models.complaints import Complaint
from yimen.supervision.models.visits import (
    Benchmark,
    Item,
    Measure,
    Objection,
    Photo,
    Score,
    Visit,
)

__all__ = [
    "Benchmark", "Complaint", "Item", "Measure", "Objection", "Photo", "Score", "Visit",
]  # fmt: skip
