"""A bad rating is followed up and answered, or somebody above hears of it every working day."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.cast import actor, body
from tests.feedback.conftest import finished
from yimen.feedback import actions, perms, queries, ticks
from yimen.feedback.models import FollowUp, Rating
from yimen.lib.actor import ANONYMOUS, Actor
from yimen.lib.errors import Forbidden, Invalid, Problem, Refused, Unseen
from yimen.notices.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(monday: datetime) -> FollowUp:
    """A named bad rating of a civil affairs case."""
    rated = queries.of_case(finished().case)
    actions.rate(rated, level=1, by=actor("resident"), at=monday, named=True, text="等太久")
    return FollowUp.objects.select_related("rating").get()


def insider(followup: FollowUp) -> Actor:
    """Somebody who works in the rated body."""
    names = ["clerk", "officer", "officer2", "head", "clerk2"]
    found = [a for a in map(actor, names) if perms.may_answer(a, followup)]
    assert found, "nobody of the rated body is in the cast"
    return found[0]


def go(followup: FollowUp, verb: str, at: datetime, by: Any = None, **more: Any) -> FollowUp:
    act = getattr(actions, verb)
    return act(followup, text="经过说明", by=by or insider(followup), at=at, **more)


def test_call_then_fix_then_one_more_rating(opened: FollowUp, monday: datetime) -> None:
    with pytest.raises(Refused) as early:
        go(opened, "fix", monday)
    assert early.value.code == "call_first"
    go(opened, "call_back", monday)
    fixed = go(opened, "fix", monday)
    assert (fixed.state, fixed.next_action_at) == ("fixed", None)
    told = Message.objects.get(template="rating.fixed")
    assert told.to_party_id == actor("resident").party
    again = queries.of_case(opened.rating.case)
    second = actions.rate(again, level=5, by=actor("resident"), at=monday, named=True)
    assert second.again_of_id == opened.rating_id
    with pytest.raises(Refused):
        actions.rate(again, level=5, by=actor("resident"), at=monday)
    figures = queries.figures(monday.replace(year=2025), "matter")
    assert next(iter(figures.values())).levels == {1: 1}, "the first rating is not washed out"


def test_the_other_bodies_do_not_answer(opened: FollowUp, monday: datetime) -> None:
    stranger = next(
        a for a in map(actor, ["officer2", "officer3", "officer4", "groups"])
        if opened.body_id not in a.bodies()
    )  # fmt: skip
    with pytest.raises((Unseen, Forbidden)):
        go(opened, "reply", monday, by=stranger)
    with pytest.raises((Unseen, Forbidden)):
        go(opened, "reply", monday, by=actor("resident"))


def test_nothing_without_words(opened: FollowUp, monday: datetime) -> None:
    with pytest.raises(Invalid):
        actions.reply(opened, text="  ", by=insider(opened), at=monday)


def test_an_appeal_is_decided_outside_the_body(opened: FollowUp, monday: datetime) -> None:
    inside = insider(opened)
    go(opened, "appeal", monday)
    with pytest.raises(Problem):
        go(opened, "decide_appeal", monday, by=inside, mistaken=True)
    decided = go(opened, "decide_appeal", monday, by=actor("supervisor"), mistaken=True)
    assert (decided.state, decided.outcome) == ("closed", "mistaken")
    assert Rating.objects.get().mistaken and Rating.objects.get().level == 1
    figures = next(iter(queries.figures(monday.replace(year=2025), "matter").values()))
    assert (figures.rated, figures.mistaken, figures.unrated) == (0, 1, 0)


def test_an_upheld_rating_goes_on_to_its_fix(opened: FollowUp, monday: datetime) -> None:
    go(opened, "appeal", monday)
    with pytest.raises(Refused):
        go(opened, "fix", monday)
    decided = go(opened, "decide_appeal", monday, by=actor("supervisor"), mistaken=False)
    assert decided.state == "open" and decided.next_action_at
    with pytest.raises(Refused) as second:
        go(opened, "appeal", monday)
    assert second.value.code == "appealed_before"


def test_an_appeal_has_five_working_days(opened: FollowUp) -> None:
    with pytest.raises(Refused) as late:
        go(opened, "appeal", opened.appeal_due + timedelta(seconds=1))
    assert late.value.code == "appeal_late"


def test_time_warns_of_the_call_and_of_the_fix(opened: FollowUp) -> None:
    assert opened.call_back_due
    assert ticks.follow_ups(opened.call_back_due - timedelta(seconds=1)) == 0
    assert ticks.follow_ups(opened.call_back_due) == 1
    assert ticks.follow_ups(opened.call_back_due) == 0
    templates = set(Message.objects.values_list("template", flat=True))
    assert "rating.call_back_due" in templates and "rating.fix_due" not in templates
    told = Message.objects.filter(template="rating.call_back_due")
    assert told.filter(to_body=opened.body_id).exists() and told.count() >= 2
    assert ticks.follow_ups(opened.fix_due) == 1
    assert Message.objects.filter(template="rating.fix_due", to_body=opened.body_id).count() == 1
    assert ticks.follow_ups(opened.fix_due + timedelta(days=4)) == 1, "again every working day"


def test_a_fixed_one_is_left_in_peace(opened: FollowUp, monday: datetime) -> None:
    go(opened, "call_back", monday)
    go(opened, "fix", monday)
    assert ticks.follow_ups(opened.fix_due + timedelta(days=30)) == 0


def test_a_rater_without_a_name_is_not_called(monday: datetime) -> None:
    rated = queries.of_case(finished().case)
    actions.rate(rated, level=1, by=ANONYMOUS, at=monday)
    followup = FollowUp.objects.get()
    with pytest.raises(Refused):
        go(followup, "call_back", monday)
    go(followup, "fix", monday)
    assert not Message.objects.filter(template="rating.fixed").exists()


def test_who_sees_a_rating(opened: FollowUp) -> None:
    def sees(who: Actor) -> bool:
        return queries.visible_to(who).filter(pk=opened.rating_id).exists()

    assert sees(insider(opened)) and sees(actor("director")) and sees(actor("supervisor"))
    assert sees(actor("auditor"))
    assert not sees(actor("resident")) and not sees(ANONYMOUS)
    assert body("bo-medical-insurance").pk == opened.body_id or not sees(actor("officer2"))
