"""Nouns of supervision."""

from yimen.supervision.models.complaints import Complaint
from yimen.supervision.models.selections import Candidate, PostingObjection, Selection
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
    "Benchmark", "Candidate", "Complaint", "Item", "Measure", "Objection", "Photo",
    "PostingObjection", "Score", "Selection", "Visit",
]  # fmt: skip
