"""A group's filing is a kind: two data files, one small class, one line of settings (ASC-4)."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.apps import apps

from tests.cases.world import MONDAY, ZONE, do, hand_in, matter
from yimen.associations.kinds import GroupFiling
from yimen.cases import ticks
from yimen.cases.models import Link
from yimen.ledger.verify import verify
from yimen.lib import time
from yimen.lib.errors import Invalid

pytestmark = pytest.mark.django_db
ROSTER = [
    {"name": "虚构甲", "sex": "2", "birth_year": 1958, "role": "队长", "joined_on": "2020-05-01"}
]
FORM = {"team_name": "梧桐里晨舞队", "members": 12, "roster": ROSTER}


@pytest.fixture(autouse=True)
def world(cast):
    with time.at(MONDAY):
        yield


def filed(**more):
    """A filing that went through both tiers and was granted."""
    d = do(hand_in("groups-001", facts=FORM, **more), "accept")
    tiers = []
    while d.open_task("decide") is None:
        task = next(t for t in d.open_tasks if t.required)
        tiers.append(task.body.code)
        d = do(d, "finish", task=str(task.pk))
    assert tiers == ["bo-groups", "leading-group-office"]
    assert d.open_task("decide").body.code == "leading-group-office"
    d = do(d, "decide", outcome="granted")
    return do(do(d, "deliver"), "confirm")


def test_two_tiers_then_a_certificate_for_a_year() -> None:
    result = filed().valid_result
    assert (result.valid_from, result.valid_until) == (date(2026, 3, 2), date(2027, 3, 1))
    assert result.renew_from == date(2027, 1, 30)


def test_no_model_and_no_state_of_its_own() -> None:
    assert not list(apps.get_app_config("associations").get_models())
    own = {name for name in vars(GroupFiling) if not name.startswith("_")}
    assert own <= {"key", "lapses", "clean_facts", "after_lapse"}


def test_a_roster_may_not_carry_an_id_number() -> None:
    with pytest.raises(Invalid):
        hand_in("groups-001", facts=FORM | {"roster": [ROSTER[0] | {"id_number": "1"}]})


def test_a_change_of_leader_points_to_the_filing() -> None:
    old = filed()
    d = hand_in("groups-002", links=(("about", old.case.pk),))
    assert Link.objects.get(from_case=d.case).to_case_id == old.case.pk
    assert verify().fault is None


def test_the_yearly_renewal_is_reminded_and_is_a_new_filing() -> None:
    old = filed()
    with time.at(datetime(2027, 2, 1, 9, tzinfo=ZONE)):
        assert ticks.renewals(time.now()) == 1
        new = filed(links=(("renews", old.case.pk),))
    assert new.valid_result.valid_until == date(2028, 1, 31)


def test_without_renewal_it_lapses_and_the_roster_is_erased() -> None:
    d = filed()
    with time.at(datetime(2027, 3, 1, 9, tzinfo=ZONE)):
        assert ticks.expiries(time.now()) == 0  # the last day still counts
    with time.at(datetime(2027, 3, 2, 0, 30, tzinfo=ZONE)):
        assert ticks.expiries(time.now()) == 1
        assert ticks.expiries(time.now()) == 0
    d.case.refresh_from_db()
    assert "roster" not in d.case.facts and d.case.facts["team_name"] == FORM["team_name"]
    assert d.case.results.get().state == "lapsed"
    assert verify().fault is None


def test_changed_answers_are_found_out() -> None:
    """The entry proves the answers without holding them."""
    d = filed()
    type(d.case).objects.filter(pk=d.case.pk).update(facts=FORM | {"members": 13})
    fault = verify().fault
    assert fault is not None and fault.reason == "state"
    assert matter("groups-001")
