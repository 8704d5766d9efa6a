"""Record filing of a residents' activity group, as a kind of case."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext as _

from yimen.cases.kind import Kind
from yimen.intake.answers import clean
from yimen.lib.errors import FieldError, Invalid
from yimen.matters.content import Content

# what older paper forms asked for and nobody may ask a dancing group (system.md, across all)
PEOPLE = ("roster", "leader", "deputies", "teacher")
FORBIDDEN = ("id_number", "party_membership", "religion", "address", "political_status")


class GroupFiling(Kind):
    """Two tiers are two stages of the matter's procedure; the yearly renewal is the validity of
    its result. Nothing here touches the clock."""

    key: ClassVar[str] = "group_filing"
    lapses: ClassVar[bool] = True

    def clean_facts(self, content: Content, facts: dict[str, Any]) -> dict[str, Any]:
        """The form's answers; a roster that carries more than it may is refused."""
        kept = clean(content.fields, facts)
        errors = [
            FieldError(f"facts.roster.{n}.{key}", _("花名册不收集这一项，请删去。"))
            for n, row in enumerate(kept.get("roster", []))
            for key in row
            if key in FORBIDDEN
        ]
        if errors:
            raise Invalid("roster", _("花名册里有不应收集的内容。"), tuple(errors))
        return kept

    def after_lapse(self, facts: dict[str, Any]) -> dict[str, Any]:
        """The roster and the people named go when the filing lapses (ASC-4)."""
        return {key: value for key, value in facts.items() if key not in PEOPLE}
