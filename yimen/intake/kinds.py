"""The application: the kind of case behind nearly every matter of the affairs centre."""

from __future__ import annotations

from typing import Any, ClassVar

from yimen.cases.kind import Kind
from yimen.intake.answers import clean
from yimen.matters.content import Content


class Application(Kind):
    """A resident or a firm asks for something that a matter of the catalogue describes."""

    key: ClassVar[str] = "application"

    def clean_facts(self, content: Content, facts: dict[str, Any]) -> dict[str, Any]:
        """Answers by the types of the matter's own fields."""
        return clean(content.fields, facts)
