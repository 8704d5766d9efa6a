"""The demonstration's answers fit the catalogue as it is."""

from __future__ import annotations

import json

import pytest
from django.conf import settings

from tests.cases.world import matter
from tests.cast import party
from yimen.cases.kind import kind
from yimen.intake import loaders
from yimen.intake.answers import missing
from yimen.lib import time
from yimen.matters.queries import content_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
ANSWERS = json.loads((settings.DATA / "demo" / "answers.json").read_text("utf-8"))
PEOPLE = {"applicant": "mao", "spouse": "xia_wife"}


@pytest.mark.parametrize("code", sorted(ANSWERS))
def test_answers_are_taken_and_nothing_required_is_missing(code: str) -> None:
    content = content_of(matter(code))
    people = {role: party(key) for role, key in PEOPLE.items()}
    with time.at("2026-11-23 10:00"):
        facts = {
            field.key: loaders._fact(field, ANSWERS[code][field.key], people)
            for field in content.fields
            if field.key in ANSWERS[code]
        }
    assert set(ANSWERS[code]) == set(facts)
    kind(content.kind).clean_facts(content, facts)
    assert not missing(content.fields, facts)
