"""The desk's pages of custody, as a clerk with a scanner and an officer meet them."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.cast import STREET, account, actor
from tests.printing.pictures import codes, pages, text
from yimen.custody import actions
from yimen.custody.actions import NewPaper
from yimen.custody.models import Paper, Transfer
from yimen.lib import time
from yimen.lib.time import now

CASE = "31019900101202611230001757"
CENTRE, CIVIL = "centre-31019900101", "bo-civil-affairs"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast", "monday")]


@pytest.fixture
def papers():
    wanted = [NewPaper("户口簿", "original", must_return=True), NewPaper("申请表")]
    return actions.register_papers(
        CASE, wanted, street=STREET, body=CENTRE, by=actor("clerk"), at=now()
    )


def signed_in(client, name):
    client.force_login(account(name))
    return client


def to_civil():
    from tests.cast import body

    return str(body(CIVIL).pk)


def test_send_by_scanner_and_tick_then_slip(client, papers):
    signed_in(client, "clerk")
    page = client.get(reverse("custody:scan"))
    assert "autofocus" in page.content.decode().split('name="code"')[1].split(">")[0]
    answer = client.post(
        reverse("custody:send"),
        {"to_body": to_civil(), "codes": f"{papers[0].code}\n", "paper": [papers[1].code]},
    )
    made = Transfer.objects.get()
    assert answer.headers["Location"] == reverse("custody:transfer", args=[made.code])
    shown = client.get(answer.headers["Location"]).content.decode()
    assert "户口簿" in shown and "尚未扫码" in shown
    slip = client.get(reverse("custody:slip", args=[made.code]))
    assert slip["Content-Type"] == "application/pdf" and slip["X-Content-Type-Options"] == "nosniff"
    assert made.code in codes(pages(slip.content, 300)[0])["Code128"]
    assert "户口簿" in text(slip.content)


def test_scan_by_the_officer(client, papers):
    actions.send(papers, CIVIL, by=actor("clerk"), at=now())
    signed_in(client, "officer")
    assert papers[0].code in client.get(reverse("custody:scan")).content.decode()
    done = client.post(reverse("custody:scan"), {"code": papers[0].code}, follow=True)
    assert "已接收：户口簿" in done.content.decode()
    assert Paper.objects.get(pk=papers[0].pk).holder_body == CIVIL


def test_slips_and_cases_open_their_pages(client, papers):
    slip = actions.send(papers, CIVIL, by=actor("clerk"), at=now())
    signed_in(client, "officer")
    for code, name in ((slip.code, "custody:transfer"), (CASE, "custody:case")):
        answer = client.post(reverse("custody:scan"), {"code": code})
        assert answer.headers["Location"] == reverse(name, args=[code])
        assert client.get(answer.headers["Location"]).status_code == 200


def test_wrong_code_keeps_what_was_typed(client):
    signed_in(client, "clerk")
    answer = client.post(reverse("custody:scan"), {"code": "9990010000000000"})
    shown = answer.content.decode()
    assert "没有这个条码的材料" in shown and "9990010000000000" in shown
    answer = client.post(
        reverse("custody:send"), {"to_body": to_civil(), "codes": "123", "note": "急"}
    )
    assert answer.status_code == 422
    assert "123" in answer.content.decode() and "急" in answer.content.decode()


def test_overdue_names_a_person(client, papers, monday):
    actions.send(papers, CIVIL, by=actor("clerk"), at=now())
    with time.at(monday + timedelta(hours=5)):
        for name, sees in (("clerk", True), ("assistant", True), ("officer2", False)):
            signed_in(client, name)
            shown = client.get(reverse("custody:overdue")).content.decode()
            assert ("户口簿" in shown) is sees, name


def test_endings_on_the_papers_page(client, papers):
    signed_in(client, "clerk")
    address = reverse("custody:paper", args=[papers[0].code])
    assert client.post(address, {"act": "return", "to": ""}).status_code == 422
    assert client.post(address, {"act": "archive"}).status_code == 422
    assert client.post(address, {"act": "return", "to": "欧阳㛃"}).status_code == 302
    assert "欧阳㛃" in client.get(address).content.decode()


def test_labels_are_read_back(client, papers):
    signed_in(client, "clerk")
    made = client.get(reverse("custody:labels", args=[CASE]))
    found = [codes(picture)["Code128"] for picture in pages(made.content, 300)]
    assert sorted(found, key=min) == sorted(({p.code} for p in papers), key=min)


def test_parcel_by_hand(client, papers, settings):
    settings.YIMEN_COURIER = "yimen.custody.couriers.ByHand"
    parcel = actions.order_parcel(CASE, papers, by=actor("clerk"), at=now())
    signed_in(client, "clerk")
    address = reverse("custody:parcel", args=[parcel.pk])
    client.post(address, {"tracking": "EA123", "state": "picked_up", "place": "梧桐里"})
    shown = client.get(address).content.decode()
    assert "EA123" in shown and "已揽收" in shown and "梧桐里" in shown
    assert "EA123" in client.get(reverse("custody:parcels")).content.decode()


@pytest.mark.parametrize("name", ["resident", "officer2"])
def test_what_is_not_ones_own_does_not_exist(client, papers, name):
    slip = actions.send(papers[1], CIVIL, by=actor("clerk"), at=now())
    parcel = actions.order_parcel(CASE, [papers[0]], by=actor("clerk"), at=now())
    signed_in(client, name)
    for address in (
        reverse("custody:paper", args=[papers[0].code]),
        reverse("custody:case", args=[CASE]),
        reverse("custody:labels", args=[CASE]),
        reverse("custody:transfer", args=[slip.code]),
        reverse("custody:slip", args=[slip.code]),
        reverse("custody:parcel", args=[parcel.pk]),
    ):
        assert client.get(address).status_code == 404, address


def test_strangers_are_asked_to_sign_in(client):
    assert client.get(reverse("custody:scan")).status_code == 302


def test_pages_ask_few_questions(client, papers, django_assert_max_num_queries):
    wanted = [NewPaper(f"材料{n}") for n in range(30)]
    more = actions.register_papers(
        CASE, wanted, street=STREET, body=CENTRE, by=actor("clerk"), at=now()
    )
    actions.send(more[:15], CIVIL, by=actor("clerk"), at=now())
    signed_in(client, "clerk")
    for name in ("custody:scan", "custody:send", "custody:overdue"):
        with django_assert_max_num_queries(22):
            client.get(reverse(name))
