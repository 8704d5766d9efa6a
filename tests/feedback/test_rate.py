"""Rating: by those who were served, once, once more after the fix, and never under a name that
was not given."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from tests.cases.world import do, hand_in
from tests.cast import actor
from tests.feedback.conftest import finished
from yimen.cases.models import Bundle, Case
from yimen.feedback import actions, queries
from yimen.feedback.models import FollowUp, Rating
from yimen.feedback.queries import Rateable
from yimen.ledger.models import Entry
from yimen.lib.actor import ANONYMOUS
from yimen.lib.errors import Forbidden, Invalid, Refused
from yimen.notices.models import Message

pytestmark = pytest.mark.django_db


def subject() -> Rateable:
    return queries.of_case(finished().case)


def entry(rating: Rating) -> Entry:
    return Entry.objects.get(stream=f"rating:{rating.pk}", act="rated")


def test_a_good_rating_opens_nothing(monday: datetime) -> None:
    rating = actions.rate(subject(), level=5, by=ANONYMOUS, at=monday, text="很快")
    assert not FollowUp.objects.exists()
    assert "很快" not in entry(rating).data
    assert rating.solved == "unanswered", "nothing said is not a yes"


@pytest.mark.parametrize("name", ["clerk", "officer", "director", "supervisor", "admin"])
def test_no_member_of_staff_rates(monday: datetime, name: str) -> None:
    with pytest.raises(Forbidden):
        actions.rate(subject(), level=5, by=actor(name), at=monday, solved="yes")
    assert not Rating.objects.exists()


def test_only_what_has_ended(monday: datetime) -> None:
    going = queries.of_case(hand_in("civil-affairs-008", missing=True).case)
    with pytest.raises(Refused) as refused:
        actions.rate(going, level=5, by=ANONYMOUS, at=monday)
    assert refused.value.code == "not_finished"


def test_once_per_matter(monday: datetime) -> None:
    rated = subject()
    actions.rate(rated, level=4, by=ANONYMOUS, at=monday)
    with pytest.raises(Refused):
        actions.rate(rated, level=1, by=ANONYMOUS, at=monday)
    first = Rating.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.create(
            street=first.street, subject="case", ref=first.ref, case=first.case,
            body=first.body, level=1, channel="web", at=monday,
        )  # fmt: skip


def test_a_bad_rating_opens_its_follow_up(monday: datetime) -> None:
    rated = subject()
    actions.rate(rated, level=1, by=actor("resident"), at=monday, named=True)
    followup = FollowUp.objects.get()
    assert followup.body_id == rated.body
    assert followup.call_back_due and followup.call_back_due.date().isoformat() == "2026-03-03"
    assert followup.fix_due.date().isoformat() == "2026-03-23"
    assert followup.appeal_due.date().isoformat() == "2026-03-09"
    assert Message.objects.filter(template="rating.bad", to_body=rated.body).count() == 1


def test_a_rater_without_a_name_is_not_found_out(monday: datetime) -> None:
    rated = subject()
    rating = actions.rate(rated, level=2, by=actor("resident"), at=monday, solved="no")
    assert FollowUp.objects.get().call_back_due is None
    written = entry(rating)
    assert written.account is None and rated.ref not in written.data
    told = Message.objects.get(template="rating.bad")
    assert rated.ref not in json.dumps(told.facts) + told.about
    assert Case.objects.get(number=rated.ref).solved == "", "the case would give the rater away"


def test_the_named_applicant_says_on_the_case_that_it_is_solved(monday: datetime) -> None:
    rated = subject()
    actions.rate(rated, level=4, by=actor("resident"), at=monday, solved="partly", named=True)
    assert Case.objects.get(number=rated.ref).solved == "partly"


def test_wrong_values_are_named(monday: datetime) -> None:
    with pytest.raises(Invalid) as wrong:
        actions.rate(
            subject(), level=6, by=ANONYMOUS, at=monday, solved="maybe",
            indicators={"attitude": 9, "unknown": 1},
        )  # fmt: skip
    assert {e.field for e in wrong.value.errors} == {"level", "solved", "indicators"}


def test_a_visit_is_rated_as_one(monday: datetime) -> None:
    case = finished().case
    visit = Bundle.objects.create(street=case.street, centre=case.centre, opened_at=monday)
    rated = queries.of_visit(visit)
    assert rated is not None
    rating = actions.rate(rated, level=3, by=ANONYMOUS, at=monday, channel="device")
    assert rating.body.sort == "centre"
    with pytest.raises(Refused):
        actions.rate(rated, level=5, by=ANONYMOUS, at=monday)


def test_a_not_accepted_case_can_be_rated_too(monday: datetime) -> None:
    d = hand_in("civil-affairs-008")
    if d.case.stage == "received":
        d = do(d, "not_accept", reason="不属于本机关", direction="请到区民政局")
        actions.rate(queries.of_case(d.case), level=2, by=ANONYMOUS, at=monday)
        assert FollowUp.objects.count() == 1


def test_figures_count_first_ratings_and_silence_apart(monday: datetime) -> None:
    code = "civil-affairs-008"
    subjects = [queries.of_case(finished(code).case) for _ in range(4)]
    for rated, level in zip(subjects[:3], (5, 3, 1), strict=True):
        actions.rate(rated, level=level, by=ANONYMOUS, at=monday, solved="yes")
    since = monday.replace(year=2025)
    by_matter = queries.figures(since, "matter")[code]
    assert by_matter.levels == {5: 1, 3: 1, 1: 1}
    assert (by_matter.finished, by_matter.unrated, by_matter.solved_yes) == (4, 1, 3)
    by_centre = queries.figures(since, "centre", subjects[0].street)
    assert by_centre[subjects[0].centre].levels == by_matter.levels
    assert queries.figures(monday.replace(year=2027), "matter") == {}
