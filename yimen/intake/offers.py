"""What else an applicant may have, said by houses above (settings.YIMEN_OFFERS)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.module_loading import import_string

from yimen.people.models import Party


@dataclass(frozen=True)
class Offer:
    """One sentence for the clerk to say, and the page on which it is taken up."""

    words: str
    href: str
    action: str


def offers_for(applicant: Party, day: date) -> list[Offer]:
    """Everything that the houses above offer to this person today."""
    found = [import_string(dotted)(applicant, day) for dotted in settings.YIMEN_OFFERS]
    return [one for one in found if one is not None]
