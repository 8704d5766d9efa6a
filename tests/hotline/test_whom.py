"""Whom a complaint is about can be said at every way in, and where nobody said it, whoever would get it
by the matrix does not (GOV-3, HLP-1)."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.cases.world import matter
from tests.cast import CENTRE, STREET, account, actor, body, party
from yimen.bodies.queries import actor_for
from yimen.cases.dossier import load
from yimen.cases.perms import excluded
from yimen.hotline import actions, queries
from yimen.hotline.actions import Taken
from yimen.hotline.models import HelpRequest, Inbound
from yimen.hotline.whom import with_parts
from yimen.ledger.models import Entry
from yimen.lib.actor import system
from yimen.lib.errors import Problem
from yimen.lib.time import ZONE, at, now

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
PLACE = f"{STREET}001"
SENT = {"need": "complaint.office", "what": "窗口吵架", "place": PLACE}
WHO = {"name": "王阿姨", "phone": "19900000061"}


@pytest.fixture(autouse=True)
def _monday(cast):
    cache.clear()
    for n in range(1, 9):
        matter(f"help-00{n}")
    with at(MONDAY):
        yield


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(account(username))
    return client


def newest() -> HelpRequest:
    return HelpRequest.objects.order_by("-taken_at", "-id").first()


def bodies_on(row: HelpRequest) -> set:
    d = load(row.case.number)
    return {d.case.lead_id, *(t.body_id for t in d.tasks)}


def by_web(**sent: str):
    return Client().post("/help/ask/", SENT | WHO | {"do": "send"} | sent)


def by_kiosk(**sent: str):
    return Client().post(f"/kiosk/{CENTRE}/help/", SENT | WHO | {"do": "send"} | sent)


def by_worker(**sent: str):
    told = SENT | WHO | {"consent": "given", "do": "take"} | sent
    return signed_in("committee").post("/desk/help/new/", told)


def by_message(**sent: str):
    actions.get_message(
        STREET, ref=str(uuid4()), number="19900000061", text="窗口吵架", by=system(STREET, "gateway"),
        at=now(),
    )  # fmt: skip
    held = Inbound.objects.latest("received_at")
    return signed_in("clerk").post(f"/desk/line/messages/{held.pk}/", SENT | {"do": "take"} | sent)


def by_telephone(**sent: str):
    client = signed_in("clerk")
    client.post("/desk/line/answer/", {"number": "19900000077", "line": "one"})
    typed = SENT | {"party": "new", "name": "李", "do": "take"} | sent
    return client.post("/desk/line/take/", typed)


WAYS = [by_web, by_kiosk, by_worker, by_message, by_telephone]


@pytest.mark.parametrize("way", WAYS)
def test_a_complaint_must_say_whom_and_several_can_be_named(way) -> None:
    assert way().status_code == 422 and not HelpRequest.objects.exists()
    civil, justice = body("bo-civil-affairs"), body("bo-justice")
    cache.clear()
    if way is by_kiosk:
        assert way(excluded=str(civil.pk)).status_code == 200
        named = {civil.pk}
    else:
        if way is by_telephone:
            answer = signed_in("clerk").post(
                "/desk/line/take/",
                SENT | {"party": "new", "name": "李", "do": "take", "excluded": str(civil.pk),
                        "excluded2": str(justice.pk)},
            )  # fmt: skip
            assert answer.status_code == 302
        else:
            assert way(excluded=str(civil.pk), excluded2=str(justice.pk)).status_code == 302
        named = {civil.pk, justice.pk}
    row = newest()
    assert set(row.case.excluded_bodies) == named
    assert not bodies_on(row) & named
    assert not queries.visible_to(actor("officer")).filter(pk=row.pk).exists()


@pytest.mark.parametrize("way", [by_web, by_worker, by_message, by_telephone])
def test_who_is_not_named_does_not_get_it_by_the_matrix(way) -> None:
    civil = body("bo-civil-affairs")
    assert way(excluded="unknown").status_code == 302
    row = newest()
    assert civil.pk not in bodies_on(row)
    assert row.case.lead_id == civil.led_by_id, "whoever is above it"
    assert {b["code"] for b in row.case.routing["because"]} & {"unsure", "unsure_dropped"}
    assert not queries.visible_to(actor("officer")).filter(pk=row.pk).exists()


def test_what_is_no_complaint_need_not_say_whom_it_is_about() -> None:
    assert by_web(need="care.meal").status_code == 302
    row = newest()
    assert row.case.excluded_bodies == [] and row.case.lead_id == body("bo-civil-affairs").pk


def test_the_parts_of_a_centre_are_out_too_and_another_counter_keeps_it() -> None:
    centre, civil = body(f"centre-{CENTRE}"), body("bo-civil-affairs")
    asked = Taken("complaint.office", "吵架", place=PLACE, party=party("resident").pk,
                  excluded=(centre.pk,))  # fmt: skip
    row = actions.take(asked, by=actor("clerk"), at=now()).case.help_request
    assert {centre.pk, civil.pk} <= set(row.case.excluded_bodies)
    assert not bodies_on(row) & set(row.case.excluded_bodies)
    for who in ("clerk", "director", "officer", "head2"):
        assert not queries.visible_to(actor(who)).filter(pk=row.pk).exists(), who
    assert queries.visible_to(actor("clerk2")).filter(pk=row.pk).exists(), "who may call back"


def test_a_person_can_be_complained_of_and_sees_nothing_of_it() -> None:
    accused = account("officer")
    name = accused.party.name
    assert by_telephone(accused="没有这个人").status_code == 422
    client = signed_in("clerk")
    typed = SENT | {"party": "new", "name": "李", "accused": name, "do": "take"}
    assert client.post("/desk/line/take/", typed).status_code == 302
    row = newest()
    number = row.case.number
    assert row.case.excluded_bodies == [accused.pk]
    assert body("bo-civil-affairs").pk not in bodies_on(row), "nor where they sit"
    reader = actor_for(accused)
    assert excluded(reader, load(number)) and not queries.visible_to(reader).exists()
    told = "".join(Entry.objects.filter(stream__contains=number).values_list("data", flat=True))
    assert told and name not in told
    task = next(t for t in load(number).open_tasks)
    from yimen.cases.actions import perform

    with pytest.raises(Problem):
        perform(
            number, "offer", by=system(STREET), task=str(task.pk), body="bo-civil-affairs",
            assignee="officer",
        )  # fmt: skip
    assert number not in signed_in("officer").get("/desk/cases/").content.decode()


def test_on_the_web_nobody_learns_who_works_here() -> None:
    unknown, known = by_web(accused="没有这个人"), by_web(accused=account("officer").party.name)
    assert unknown.status_code == known.status_code == 302
    first, second = HelpRequest.objects.order_by("taken_at", "id")
    assert "没有这个人" in first.case.facts["what"], "the name stays in the words"
    assert first.case.excluded_bodies == [body("bo-civil-affairs").pk], "whoever it could be"
    assert second.case.excluded_bodies == [account("officer").pk]


IDS = st.integers(0, 12)


@given(st.dictionaries(IDS, st.none() | IDS), st.sets(IDS, max_size=3))
def test_parts_are_closed_and_only_parts(parents, named) -> None:
    found = with_parts(named, parents)
    assert named <= found
    assert not [one for one, above in parents.items() if above in found and one not in found]
    for one in found - named:
        seen, above = set(), one
        while above not in named and above not in seen:
            seen.add(above)
            above = parents[above]
        assert above in named


def test_what_a_complaint_must_say_is_not_called_optional() -> None:
    """Asked for by a rule, and so without the mark that other fields bear."""
    page = Client().get("/help/ask/?need=complaint.office").content.decode()
    label = re.search(r'<label[^>]*for="id_excluded".*?</label>', page, re.S)
    assert label and "投诉谁" in label[0] and "选填" not in label[0]
    other = re.search(r'<label[^>]*for="id_where".*?</label>', page, re.S)
    assert other and "选填" in other[0]
