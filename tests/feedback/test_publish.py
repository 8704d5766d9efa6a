"""A bad rating is answered before everybody: by two people, without a name (AFF-15)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import account, actor
from tests.feedback.conftest import finished
from tests.feedback.test_follow import go, insider
from yimen.feedback import actions, namesakes, queries, rules
from yimen.feedback.actions.erasing import HOLDER
from yimen.feedback.models import FollowUp, Publication
from yimen.lib.actor import ANONYMOUS, Actor
from yimen.lib.errors import Forbidden, Invalid, Problem, Refused

pytestmark = pytest.mark.django_db
SAID = {"words": "排队等了很久。", "answer": "已经增开两个窗口。"}


@pytest.fixture
def mended(monday: datetime) -> FollowUp:
    """A bad rating, put right."""
    rated = queries.of_case(finished().case)
    actions.rate(rated, level=1, by=actor("resident"), at=monday, text="排队等了很久。")
    followup = FollowUp.objects.select_related("rating").get()
    return go(followup, "fix", monday)


def propose(followup: FollowUp, at: datetime, by: Actor | None = None, **words: Any) -> Publication:
    return actions.propose(followup, **(SAID | words), by=by or insider(followup), at=at)


def test_two_people_and_then_everybody(client: Client, mended: FollowUp, monday: datetime) -> None:
    propose(mended, monday)
    assert SAID["answer"] not in client.get("/ratings/").content.decode()
    actions.release(mended, by=actor("supervisor"), at=monday)
    page = client.get("/ratings/").content.decode()
    assert SAID["words"] in page and SAID["answer"] in page
    assert mended.rating.ref not in page
    with pytest.raises(Refused):
        propose(mended, monday, answer="别的话")


def test_never_alone(mended: FollowUp, monday: datetime) -> None:
    both = actor("director")
    propose(mended, monday, by=both)
    with pytest.raises(Forbidden):
        actions.release(mended, by=both, at=monday)
    with pytest.raises(Forbidden):
        actions.release(mended, by=insider(mended), at=monday)
    row = Publication.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.update(state="published", checked_by=row.proposed_by, checked_at=monday)


def test_no_name_of_those_concerned(mended: FollowUp, monday: datetime) -> None:
    known = namesakes.names(mended)
    party = mended.rating.case.applicant.name  # type: ignore[union-attr]
    served = insider(mended)
    staff = type(mended)._meta.apps.get_model("people", "Account").objects.get(pk=served.account)
    assert party in known and staff.called in known
    for name in (party, staff.called, f"{party[0]}女士", f"小{staff.called[0]}"):
        for field in ("words", "answer"):
            with pytest.raises(Invalid) as refused:
                propose(mended, monday, **{field: f"{name}说可以"})
            assert {e.field for e in refused.value.errors} == {field}
    for number in ("13800001234", "310199198605204281"):
        with pytest.raises(Invalid):
            propose(mended, monday, answer=f"请打{number}")
    with pytest.raises(Invalid):
        propose(mended, monday, answer=" ")


def test_the_second_look_finds_who_came_meanwhile(mended: FollowUp, monday: datetime) -> None:
    propose(mended, monday)
    party = mended.rating.case.applicant.name  # type: ignore[union-attr]
    Publication.objects.update(answer=f"已经向{party}道歉")
    with pytest.raises(Invalid):
        actions.release(mended, by=actor("supervisor"), at=monday)


def test_what_was_wrong_leaves_the_page(client: Client, mended: FollowUp, monday: datetime) -> None:
    propose(mended, monday)
    actions.release(mended, by=actor("supervisor"), at=monday)
    with pytest.raises(Invalid):
        actions.send_back(mended, why=" ", by=actor("supervisor"), at=monday)
    actions.send_back(mended, why="第一句要改", by=actor("supervisor"), at=monday)
    assert SAID["answer"] not in client.get("/ratings/").content.decode()
    propose(mended, monday, answer="已经改好。")
    assert Publication.objects.get().state == "proposed"


def test_not_before_it_is_mended_and_never_a_mistaken_one(monday: datetime) -> None:
    rated = queries.of_case(finished().case)
    actions.rate(rated, level=1, by=ANONYMOUS, at=monday)
    followup = FollowUp.objects.select_related("rating").get()
    with pytest.raises(Refused):
        propose(followup, monday)
    go(followup, "appeal", monday)
    go(followup, "decide_appeal", monday, by=actor("supervisor"), mistaken=True)
    with pytest.raises(Refused):
        propose(followup, monday, by=actor("director"))


def test_what_is_erased_is_gone_for_everybody(
    client: Client, mended: FollowUp, monday: datetime
) -> None:
    propose(mended, monday)
    actions.release(mended, by=actor("supervisor"), at=monday)
    case: Any = mended.rating.case
    HOLDER.erase([case.applicant_id], by=actor("admin"), at=monday)
    made = Publication.objects.get()
    assert (made.words, made.answer) == ("", "") and made.erased_at
    assert "差评怎样整改" in client.get("/ratings/").content.decode()
    assert SAID["answer"] not in client.get("/ratings/").content.decode()


def test_page_by_page(client: Client, mended: FollowUp) -> None:
    where = f"/desk/ratings/{mended.rating_id}/publish/"
    client.force_login(account("director"))
    assert f"{mended.rating_id}" in client.get("/desk/ratings/?open=publish").content.decode()
    page = client.get(where).content.decode()
    assert "经过说明" in page, "begins with what was written when it was mended"
    wrong = client.post(where, {"do": "propose", "words": "打13800001234", "answer": "已改"})
    assert wrong.status_code == 422 and "打13800001234" in wrong.content.decode()
    assert client.post(where, {"do": "propose", **SAID}).status_code == 302
    assert client.post(where, {"do": "release"}).status_code == 403
    client.force_login(account("supervisor"))
    assert "核对无误" in client.get(where).content.decode()
    assert client.post(where, {"do": "return", "why": ""}).status_code == 422
    assert client.post(where, {"do": "release"}).status_code == 302
    assert str(mended.rating_id) not in client.get("/desk/ratings/?open=publish").content.decode()
    client.force_login(account("resident"))
    assert client.get(where).status_code == 404


def test_months_tell_what_became_of_bad_ratings(mended: FollowUp, monday: datetime) -> None:
    finished()
    since = monday.replace(year=2025)
    month = monday.date().replace(day=1)
    figures = queries.monthly(since)[month]
    assert (figures.rated, figures.finished, figures.unrated) == (1, 2, 1)
    row = queries.followed(since)[month]
    assert (row["bad"], row["to_call"], row["called"], row["fixed"], row["told"]) == (1, 0, 0, 1, 0)
    FollowUp.objects.update(fixed_at=mended.fix_due.replace(year=2027))
    assert queries.followed(since)[month]["fixed"] == 0, "late is not in time"


@given(st.text("张王李丽华", min_size=2, max_size=3), st.text("的了窗口等", max_size=6))
def test_a_name_is_found_wherever_it_stands(name: str, around: str) -> None:
    assert rules.tells_who(f"{around}{name}{around}", [name])
    assert rules.tells_who(f"{around}{name[0]}老师{around}", [name])
    assert not rules.tells_who(around, [name])


def test_nobody_outside_reads_what_is_prepared(mended: FollowUp, monday: datetime) -> None:
    with pytest.raises(Problem):
        propose(mended, monday, by=actor("resident"))
