"""The desk's pages: whom to call back, which calls there were, done and undone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from tests.cast import CENTRE, account, actor
from yimen.contacts import actions as contacts
from yimen.contacts.models import Enquiry
from yimen.ledger.models import Entry
from yimen.lib.actor import system
from yimen.lib.errors import Forbidden, Refused, Unseen
from yimen.lib.time import now
from yimen.people.models import Disclosure
from yimen.phone import actions, queries
from yimen.phone.models import Call, CallBack
from yimen.places.models import ServicePoint

pytestmark = [
    pytest.mark.django_db(databases=["default", "journal"]),
    pytest.mark.usefixtures("cast"),
]
NIGHT = datetime(2026, 11, 24, 22, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
NUMBER = "13901234567"


def owe(number: str = NUMBER, at: datetime | None = None) -> CallBack:
    centre = ServicePoint.objects.get(pk=CENTRE)
    by = system(centre.street, "phone")
    return actions.ask_back(number, centre=centre, call=None, about="", by=by, at=at or now())


def signed_in(username: str) -> Client:
    browser = Client()
    browser.force_login(
        account(username), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return browser


def record_call(said: list[list[Any]] | None = None, at: datetime | None = None) -> UUID:
    log = actions.Log(adapter="fastagi", centre=CENTRE, started_at=at or now())
    log.said, log.outcome, log.ended_at = said or [], "told", log.started_at
    actions.write_down(log)
    return log.id


def acts(owed: CallBack) -> list[str]:
    found = Entry.objects.filter(stream=f"callback:{owed.pk}").order_by("seq")
    return list(found.values_list("act", flat=True))


def test_done_undone_done_and_a_second_click() -> None:
    owed, clerk = owe(), actor("clerk")
    actions.done(owed.pk, by=clerk, at=now())
    actions.done(owed.pk, by=clerk, at=now())
    assert CallBack.objects.get().done_by_id == clerk.account
    actions.undo(owed.pk, by=clerk, at=now())
    assert CallBack.objects.get().is_open
    assert acts(owed) == ["asked", "done", "undone"]


def test_whose_it_is_decides_who_may() -> None:
    owed = owe()
    for stranger in ("officer", "clerk2", "resident", "editor"):
        with pytest.raises(Unseen):
            actions.done(owed.pk, by=actor(stranger), at=now())
    with pytest.raises(Forbidden):
        actions.done(owed.pk, by=actor("auditor"), at=now())
    assert CallBack.objects.get().is_open
    actions.done(owed.pk, by=actor("director"), at=now())


def test_an_answered_question_needs_no_call_any_more() -> None:
    owed, clerk = owe(), actor("clerk")
    contacts.answer(Enquiry.objects.get().pk, "可以。", by=clerk, at=now())
    row = CallBack.objects.get()
    assert row.done_at and row.done_by_id is None
    with pytest.raises(Refused):
        actions.undo(owed.pk, by=clerk, at=now())
    assert acts(owed) == ["asked", "question_ended"]


def test_who_called_again_since_is_not_owed_twice() -> None:
    first, clerk = owe(), actor("clerk")
    actions.done(first.pk, by=clerk, at=now())
    second = owe()
    assert second.pk != first.pk and second.party_id == first.party_id
    with pytest.raises(Refused):
        actions.undo(first.pk, by=clerk, at=now())


def test_the_list_masks_and_showing_is_on_record() -> None:
    owed, browser = owe(), signed_in("clerk")
    page = browser.get("/desk/phone/").content.decode()
    assert "139****4567" in page and NUMBER not in page and owed.question in page
    shown = browser.post(
        f"/desk/people/{owed.party_id}/reveal/phone/",
        {"reason": f"回电 {owed.question}"},
        follow=True,
    )
    if shown.redirect_chain:  # the password is asked for once more before a number is shown
        assert "reauthenticate" in shown.redirect_chain[0][0]
    else:
        assert NUMBER in shown.content.decode() and Disclosure.objects.count() == 1
    assert browser.post(f"/desk/phone/{owed.pk}/done/", follow=True).status_code == 200
    assert "没有要回的电话" in browser.get("/desk/phone/").content.decode()
    past = browser.get("/desk/phone/?list=past").content.decode()
    assert owed.question in past and "没有回，恢复" in past


def test_an_empty_desk_says_so() -> None:
    browser = signed_in("clerk")
    assert "没有要回的电话" in browser.get("/desk/phone/").content.decode()
    assert "还没有回过电话" in browser.get("/desk/phone/?list=past").content.decode()
    assert "还没有来电" in browser.get("/desk/phone/calls/").content.decode()


def test_calls_page_by_page_and_one_of_them(django_assert_max_num_queries: Any) -> None:
    for n in range(25):
        record_call(at=NIGHT + timedelta(minutes=n))
    one = record_call([[0, "greeting"], [65, "told"], [70, "taken"]], at=NIGHT + timedelta(hours=1))
    browser = signed_in("director")
    with django_assert_max_num_queries(15):
        page = browser.get("/desk/phone/calls/").content.decode()
    assert page.count("/desk/phone/calls/0") == 20 and "cursor=" in page
    detail = browser.get(f"/desk/phone/calls/{one}/").content.decode()
    assert (
        "自动查询电话" in detail and "1:05" in detail and "办件的进度" in detail and "…" in detail
    )
    assert queries.visible_to(actor("clerk")).count() == 26
    assert not queries.visible_to(actor("officer")).exists()
    assert Call.objects.count() == 26


def test_who_wants_a_visit_at_home_is_marked_also_when_a_call_is_owed_already(cast) -> None:
    row = owe()
    assert row.wish == ""
    again = actions.ask_back(
        NUMBER, centre=row.centre, call=None, about="", wish="home", by=system(), at=now()
    )
    assert again.pk == row.pk and CallBack.objects.get(pk=row.pk).wish == "home"
    assert Entry.objects.filter(stream=f"callback:{row.pk}", act="wished").count() == 1
