"""Nouns of a case: the case, its tasks, terms, holds, obligations, materials, texts, results.

Columns named in `RECORDED` are written to the ledger with every act that changes them; folding
the entries gives them back (fold.py), and `yimen verify` compares.
"""

from yimen.cases.models.case import Bundle, Case, Counter, Link
from yimen.cases.models.record import Material, Note, Objection, Posting, Result
from yimen.cases.models.words import Capacity, Channel, Ending, Mode, Outcome, Stage
from yimen.cases.models.work import Hold, Obligation, Task, Term, Warning
from yimen.cases.secrets import ABOUT
from yimen.lib.crypto import SealedColumn

SEALED = [
    SealedColumn("cases.Case", "enquiry_code", "case:{number}"),
    SealedColumn("cases.Case", "secrets", ABOUT),
    SealedColumn("cases.Objection", "contact", "cases.objection:{id}"),
]

__all__ = [
    "SEALED",
    "Bundle",
    "Capacity",
    "Case",
    "Channel",
    "Counter",
    "Ending",
    "Hold",
    "Link",
    "Material",
    "Mode",
    "Note",
    "Objection",
    "Obligation",
    "Outcome",
    "Posting",
    "Result",
    "Stage",
    "Task",
    "Term",
    "Warning",
]
