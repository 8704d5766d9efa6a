"""A secret answer in full, with a reason, on record: written down before it is handed out."""

from __future__ import annotations

from datetime import datetime

from yimen.cases import secrets
from yimen.cases.dossier import Dossier
from yimen.lib.actor import Actor
from yimen.lib.errors import Unseen
from yimen.people.actions import disclose_other


def reveal_answer(d: Dossier, key: str, *, reason: str, by: Actor, at: datetime) -> str:
    """The answer to the question `key`. Whether the case is read in full is for the caller."""
    values = secrets.opened(d.case.pk, d.case.secrets)
    if key not in values:
        raise Unseen("field")
    party, about = d.case.applicant, d.case.number
    disclose_other(party, f"fact:{key}", reason=reason, about=about, by=by, at=at)
    return values[key]
