"""The other ways a request begins: on the web with photographs, at the machine, through a committee,
by text message; addresses for the operator."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from PIL import Image

from tests.cases.world import matter
from tests.cast import CENTRE, OTHER_STREET, STREET, account, actor, body, party
from yimen.cases.models import Case
from yimen.files.models import File
from yimen.files.queries import open_file
from yimen.hotline import actions, queries
from yimen.hotline.actions import Taken
from yimen.hotline.actions.erasing import HOLDER, PHOTO, TEXT
from yimen.hotline.actions.taking import PHOTO as PURPOSE
from yimen.hotline.models import HelpRequest, Inbound, Photo
from yimen.ledger.models import Entry
from yimen.lib.actor import system
from yimen.lib.errors import Forbidden, Invalid, Refused, Unseen
from yimen.lib.time import ZONE, at, now
from yimen.notices.channels.gateway import sign
from yimen.notices.models import Message
from yimen.people import sealed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
PLACE = f"{STREET}001"
SECRET = "between-us"
SENT = {"need": "repair.water", "what": "水龙头关不上", "where": "梧桐路12弄3号", "place": PLACE}
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


def picture(name: str = "IMG_1.jpg") -> SimpleUploadedFile:
    held, exif = BytesIO(), Image.Exif()
    exif[0x010F] = "SomeMaker"
    Image.new("RGB", (40, 30), "teal").save(held, "JPEG", exif=exif)
    return SimpleUploadedFile(name, held.getvalue(), "image/jpeg")


# -- on the web --------------------------------------------------------------------------------


def test_a_need_is_found_in_plain_words_or_in_the_list() -> None:
    page = Client().get("/help/?q=水龙头坏了").content.decode()
    assert "need=repair.water" in page and "119" in page
    assert Client().get("/help/ask/?need=rocket").status_code == 302
    urgent = Client().get("/help/ask/?need=urgent.water").content.decode()
    assert "请现在打电话" in urgent
    assert (
        "先打 110、119、120 或 122" in Client().get("/help/ask/?need=danger.fire").content.decode()
    )
    assert "请现在打电话" not in Client().get("/help/ask/?need=care.meal").content.decode()


def test_a_resident_asks_with_a_photograph_in_the_own_name() -> None:
    client = signed_in("resident")
    form = client.get("/help/ask/?need=repair.water").content.decode()
    assert 'name="phone"' not in form and "林晓棠" in form
    done = client.post("/help/ask/", SENT | {"photos": [picture(), picture("2.jpg")]}, follow=True)
    row = HelpRequest.objects.get()
    assert row.case.applicant == party("resident") and row.verified and row.channel == "web"
    assert row.case.stage == "handling" and row.case.channel == "online" and row.place == PLACE
    assert row.taken_by == account("resident") and row.case.lead == body("bo-housing")
    page = done.content.decode()
    assert row.case.enquiry_no in page and "/track/" in page
    assert row.photos.count() == 2
    assert b"SomeMaker" not in open_file(row.photos.first().file)
    assert queries.visible_to(actor("resident")).filter(pk=row.pk).exists()
    assert not any("水龙头" in str(e.data) for e in Entry.objects.all())


def test_somebody_not_signed_in_is_an_unverified_caller() -> None:
    client = Client()
    wrong = client.post("/help/ask/", SENT)
    assert wrong.status_code == 422 and "水龙头关不上" in wrong.content.decode(), (
        "what was typed stays"
    )
    assert "请填写“电话”" in wrong.content.decode() and not HelpRequest.objects.exists()
    assert client.post("/help/ask/", SENT | WHO | {"phone": "12"}).status_code == 422
    done = client.post("/help/ask/", SENT | WHO, follow=True).content.decode()
    row = HelpRequest.objects.get()
    assert not row.verified and row.case.applicant.name == "王阿姨" and row.taken_by is None
    assert "先打电话核对" in done and "19900000061" not in done
    assert (
        "没有核实"
        in signed_in("clerk").get(f"/desk/line/requests/{row.case.number}/").content.decode()
    )
    assert client.get("/help/asked/").status_code == 200
    assert Client().get("/help/asked/").status_code == 302, "only this browser is told the code"


def test_who_fears_somebody_says_so_on_the_web_and_at_the_machine() -> None:
    safely = {"quiet": "on", "reach": "只在上午打"}
    Client().post("/help/ask/", SENT | WHO | safely)
    row = HelpRequest.objects.get()
    assert not Message.objects.filter(to_party=row.case.applicant, channel="sms").exists()
    page = signed_in("officer6").get(f"/desk/cases/{row.case.number}/").content.decode()
    assert "不发短信，不向别人留话。" in page and safely["reach"] in page
    there = SENT | WHO | {"do": "send", "quiet": "on"}
    Client().post(f"/kiosk/{CENTRE}/help/", there)
    assert HelpRequest.objects.get(channel="kiosk").case.facts["quiet"] is True


def test_who_says_a_known_name_and_number_is_not_that_person() -> None:
    """A name and a telephone open nobody's record."""
    known = party("resident")
    Client().post("/help/ask/", SENT | {"name": known.name, "phone": sealed.open_phone(known)})
    row = HelpRequest.objects.get()
    assert row.case.applicant_id != known.pk and not row.verified
    assert not queries.visible_to(actor("resident")).exists()


def test_the_address_search_without_scripts_keeps_what_was_typed() -> None:
    page = Client().post(
        "/help/ask/", SENT | WHO | {"where": "wtl 12 3", "place": "", "do": "find"}
    )
    text = page.content.decode()
    assert page.status_code == 200 and f"{PLACE}|梧桐路12弄3号" in text
    assert "王阿姨" in text and "水龙头关不上" in text and "govuk-error-message" not in text
    Client().post(
        "/help/ask/",
        SENT | WHO | {"where": "wtl 12 3", "place": "", "picked": f"{PLACE}|梧桐路12弄3号"},
    )
    row = HelpRequest.objects.get()
    assert row.place == PLACE and row.case.facts["where"] == "梧桐路12弄3号"


def test_an_address_made_up_and_a_place_of_nowhere_are_refused() -> None:
    made_up = SENT | WHO | {"place": "", "picked": "999999999999|那里"}
    assert Client().post("/help/ask/", made_up).status_code == 422
    assert Client().post("/help/ask/", SENT | WHO | {"place": "310101001001"}).status_code == 422
    with pytest.raises(Invalid):
        actions.take(
            Taken("repair", "坏了", place="31"), by=system(STREET), at=now(), channel="web"
        )


def test_a_resident_may_ask_for_another_street() -> None:
    client = signed_in("resident")
    client.post("/help/ask/", SENT | {"place": f"{OTHER_STREET}001"})
    row = HelpRequest.objects.get()
    assert row.street == OTHER_STREET and row.case.applicant.street == OTHER_STREET
    assert row.case.applicant.name == party("resident").name


def test_what_is_no_photograph_is_said_and_nothing_is_taken() -> None:
    paper = SimpleUploadedFile("a.jpg", b"%PDF-1.4 no picture", "image/jpeg")
    page = signed_in("resident").post("/help/ask/", SENT | {"photos": [paper]})
    assert page.status_code == 422 and "照片要重新选一次" in page.content.decode()
    five = {"photos": [picture(f"{n}.jpg") for n in range(5)]}
    assert signed_in("resident").post("/help/ask/", SENT | five).status_code == 422
    assert not HelpRequest.objects.exists() and not Case.objects.filter(kind="request").exists()
    assert not File.objects.filter(purpose=PURPOSE).exists() and not Photo.objects.exists()


def test_too_often_is_slowed_by_address_and_by_number() -> None:
    for n in range(5):
        data = SENT | WHO | {"phone": f"1990000006{n}"}
        assert Client().post("/help/ask/", data).status_code == 302
    assert Client().post("/help/ask/", SENT | WHO).status_code == 429
    cache.clear()
    for n in range(3):
        far = Client(REMOTE_ADDR=f"10.0.0.{n}")
        assert far.post("/help/ask/", SENT | WHO).status_code == 302
    assert Client(REMOTE_ADDR="10.0.0.9").post("/help/ask/", SENT | WHO).status_code == 429
    assert HelpRequest.objects.count() == 8


def test_staff_do_not_ask_in_their_own_power() -> None:
    asked = Taken("repair", "坏了", place=PLACE, name="王")
    for channel in ("web", "kiosk"):
        with pytest.raises(Forbidden):
            actions.take(asked, by=actor("clerk"), at=now(), channel=channel)
    with pytest.raises(Invalid):
        actions.take(asked, by=actor("clerk"), at=now(), channel="pigeon")
    other = Taken("repair", "坏了", place=PLACE, party=party("mother").pk)
    with pytest.raises(Invalid, match="party"):
        actions.take(other, by=actor("resident"), at=now(), channel="web")


# -- at the machine ----------------------------------------------------------------------------


def test_at_the_machine_with_large_letters_and_a_number_to_keep() -> None:
    there, client = f"/kiosk/{CENTRE}/help/", Client()
    assert "?need=repair" in client.get(there).content.decode()
    assert "110" in client.get(there + "?need=urgent").content.decode()
    wrong = client.post(there, SENT | {"what": "", "do": "send"} | WHO)
    assert wrong.status_code == 422 and "王阿姨" in wrong.content.decode()
    done = client.post(there, SENT | WHO | {"do": "send"}).content.decode()
    row = HelpRequest.objects.get()
    assert row.channel == "kiosk" and not row.verified and row.case.channel == "kiosk"
    assert row.case.enquiry_no in done and "王阿姨" not in done
    assert Client().get("/kiosk/31019909999/help/").status_code == 404


def test_the_same_sheet_sent_again_is_one_request() -> None:
    there, client = f"/kiosk/{CENTRE}/help/", Client()
    page = client.get(there + "?need=repair.water").content.decode()
    once = page.split('name="once" value="')[1].split('"')[0]
    sheet = SENT | WHO | {"do": "send", "once": once}
    wrong = client.post(there, sheet | {"what": ""})
    assert wrong.status_code == 422 and once in wrong.content.decode()
    first = client.post(there, sheet).content.decode()
    number = HelpRequest.objects.get().case.enquiry_no
    assert number in first and number in client.post(there, sheet).content.decode()
    assert HelpRequest.objects.count() == 1
    client.post(there, sheet | {"once": ""})
    assert HelpRequest.objects.count() == 2, "without the sheet's mark nothing is held back"


# -- through a committee -----------------------------------------------------------------------

TOLD = SENT | {"need": "水龙头", "name": "孙爷爷", "consent": "given", "do": "take"}


def test_a_committee_tells_it_for_somebody_else() -> None:
    worker = signed_in("committee")
    assert worker.post("/desk/help/new/", TOLD | {"consent": ""}).status_code == 422
    told = TOLD | {"reporter_name": "楼下邻居", "reporter_phone": "19900000062"}
    done = worker.post("/desk/help/new/", told | {"photos": [picture()]}, follow=True)
    row = HelpRequest.objects.get()
    assert row.channel == "worker" and row.consent == "given" and row.reporter.name == "楼下邻居"
    assert row.case.applicant.name == "孙爷爷" and row.photos.count() == 1
    assert row.case.stage == "handling" and row.taken_by == account("committee")
    assert row.case.number in done.content.decode() and "孙爷爷" not in done.content.decode()
    page = signed_in("clerk").get(f"/desk/line/requests/{row.case.number}/").content.decode()
    assert "居委会代报" in page and "本人同意" in page and "楼下邻居" not in page
    # what it is about is for the body in charge and the line
    assert worker.get(f"/desk/line/requests/{row.case.number}/").status_code == 404
    assert worker.get(f"/desk/line/photos/{row.photos.get().pk}/").status_code == 404


def test_nobody_named_is_the_worker_and_only_committees_tell() -> None:
    signed_in("committee").post("/desk/help/new/", TOLD | {"consent": "unable"})
    assert HelpRequest.objects.get().reporter == account("committee").party
    for who in ("clerk", "officer", "resident", "director"):
        assert signed_in(who).get("/desk/help/new/").status_code == 404, who
        with pytest.raises(Forbidden):
            asked = Taken("repair", "坏了", place=PLACE, name="孙", consent="given")
            actions.take(asked, by=actor(who), at=now(), channel="worker")
    away = Taken("repair", "坏了", place=f"{OTHER_STREET}001", name="孙", consent="given")
    with pytest.raises(Invalid):
        actions.take(away, by=actor("committee"), at=now(), channel="worker")
    with pytest.raises(IntegrityError), transaction.atomic():
        HelpRequest.objects.update(consent="")


# -- how it came, for who works on it ----------------------------------------------------------


def test_photographs_are_seen_by_who_reads_the_case_in_full() -> None:
    signed_in("resident").post("/help/ask/", SENT | {"photos": [picture()]})
    row = HelpRequest.objects.get()
    photo, there = row.photos.get(), f"/desk/line/requests/{row.case.number}/"
    for who in ("clerk", "officer6", "director"):
        assert str(photo.pk) in signed_in(who).get(there).content.decode(), who
        answer = signed_in(who).get(f"/desk/line/photos/{photo.pk}/")
        assert answer["Content-Type"] == "image/jpeg" and "private" in answer["Cache-Control"]
    for who in ("officer2", "committee", "resident2"):
        assert signed_in(who).get(f"/desk/line/photos/{photo.pk}/").status_code == 404, who
    assert signed_in("supervisor").get(f"/desk/line/photos/{photo.pk}/").status_code == 403
    assert str(photo.pk) not in signed_in("supervisor").get(there).content.decode()
    assert "网上" in signed_in("clerk").get("/desk/line/").content.decode()


# -- text messages -----------------------------------------------------------------------------


@pytest.fixture
def _gateway(settings):
    settings.YIMEN_SMS_GATEWAY = {"secret": SECRET}


def deliver(ref: str = "m1", text: str = "三楼水管爆了", number: str = "19900000029", **more: str):
    content = json.dumps(
        {"id": ref, "from": number, "to": "10690000", "text": text} | more
    ).encode()
    moment = int(now().timestamp())
    headers = {"X-Yimen-Time": str(moment), "X-Yimen-Signature": sign(SECRET, moment, content)}
    return Client().post(
        "/gateway/sms/messages/", content, content_type="application/json", headers=headers
    )


@pytest.mark.usefixtures("_gateway")
def test_a_message_arrives_once_however_often_it_is_delivered() -> None:
    assert deliver().status_code == 201 and deliver().status_code == 200
    one = Inbound.objects.get()
    assert one.street == STREET and one.state == "waiting" and one.sender == party("resident")
    assert deliver("m2", number="19900000063").status_code == 201
    stranger = Inbound.objects.get(ref="m2").sender
    assert stranger.name == "来电人" and stranger.phone_mask
    deliver("m3", number="106980095533")
    assert Inbound.objects.get(ref="m3").sender is None
    assert not any(
        "爆了" in str(e.data) or "19900000063" in str(e.data) for e in Entry.objects.all()
    )
    assert "三楼水管爆了" in signed_in("clerk").get("/desk/line/").content.decode()


@pytest.mark.usefixtures("_gateway")
def test_the_door_opens_to_the_gateway_only() -> None:
    unsigned = Client().post("/gateway/sms/messages/", b"{}", content_type="application/json")
    assert unsigned.status_code == 401
    old = {"X-Yimen-Time": "1", "X-Yimen-Signature": sign(SECRET, 1, b"{}")}
    there = "/gateway/sms/messages/"
    assert (
        Client().post(there, b"{}", content_type="application/json", headers=old).status_code == 401
    )
    for wrong in ({"text": " "}, {"id": "x" * 121}, {"id": ""}):
        assert (
            deliver(
                **({"ref": "m9"} | {"ref" if k == "id" else k: v for k, v in wrong.items()})
            ).status_code
            == 422
        )
    assert not Inbound.objects.exists()


@pytest.mark.usefixtures("_gateway")
def test_which_street_a_message_belongs_to(settings) -> None:
    settings.YIMEN_SMS_STREETS = {"10690002": OTHER_STREET, "*": STREET}
    deliver("a", number="19900000064", to="10690002")
    deliver("b", number="19900000064", to="10690000")
    deliver("c", number="19900000037", to="10690000")  # known in the other street only
    found = dict(Inbound.objects.values_list("ref", "street"))
    assert found["a"] == OTHER_STREET and found["c"] == OTHER_STREET
    assert found["b"] == OTHER_STREET, "known there by now"
    deliver("d", number="19900000065")
    assert Inbound.objects.get(ref="d").street == STREET


@pytest.mark.usefixtures("_gateway")
def test_an_operator_sorts_a_message_into_a_request() -> None:
    deliver()
    one, clerk = Inbound.objects.get(), signed_in("clerk")
    there = f"/desk/line/messages/{one.pk}/"
    assert "三楼水管爆了" in clerk.get(there).content.decode()
    sent = {"need": "", "what": one.text, "place": PLACE, "where": "3 号", "do": "take"}
    wrong = clerk.post(there, sent)
    assert wrong.status_code == 422 and "3 号" in wrong.content.decode()
    assert clerk.post(there, sent | {"need": "爆管漏水"}).status_code == 302
    row = HelpRequest.objects.get()
    one.refresh_from_db()
    assert row.channel == "sms" and row.need == "urgent.water" and one.request == row
    assert row.case.applicant == party("resident") and one.state == "taken"
    assert clerk.post(there, sent | {"need": "爆管漏水"}).status_code == 409, "sorted already"
    assert HelpRequest.objects.count() == 1
    assert "三楼水管爆了" in clerk.get(f"/desk/line/requests/{row.case.number}/").content.decode()


@pytest.mark.usefixtures("_gateway")
def test_whoever_writes_a_message_may_ask_for_care() -> None:
    """Told in the message, written down by who sorts it: the answer comes by no message."""
    deliver("m1", text="他在旁边，别打电话别回短信，上午他上班")
    held, clerk = Inbound.objects.get(), signed_in("clerk")
    page = clerk.get(f"/desk/line/messages/{held.pk}/").content.decode()
    assert "怎样联系才安全" in page and "不发短信" in page
    form = {"do": "take", "need": "邻里纠纷", "place": PLACE, "quiet": "on", "secret": "on",
            "reach": "只在上午打"}  # fmt: skip
    assert clerk.post(f"/desk/line/messages/{held.pk}/", form).status_code == 302
    row = HelpRequest.objects.get()
    assert row.secret and row.case.facts["quiet"] is True
    assert row.case.facts["reach"] == "只在上午打"
    told = Message.objects.filter(about=row.case.number, to_party=row.case.applicant_id)
    assert told and {m.channel for m in told} == {"inbox"}


@pytest.mark.usefixtures("_gateway")
def test_a_message_joins_what_is_open_or_is_answered_or_let_go() -> None:
    asked = Taken("urgent.water", "爆管", place=PLACE, party=party("resident").pk)
    d = actions.take(asked, by=actor("clerk"), at=now())
    row, clerk = HelpRequest.objects.get(), signed_in("clerk")
    for ref in ("m1", "m2", "m3"):
        deliver(ref)
    first, second, third = Inbound.objects.order_by("ref")
    page = clerk.get(f"/desk/line/messages/{first.pk}/").content.decode()
    assert d.case.number in page
    clerk.post(f"/desk/line/messages/{first.pk}/", {"do": "join", "request": str(row.pk)})
    clerk.post(f"/desk/line/messages/{second.pk}/", {"do": "answer", "answer": "ring"})
    clerk.post(f"/desk/line/messages/{third.pk}/", {"do": "drop"})
    states = list(Inbound.objects.order_by("ref").values_list("state", "request"))
    assert states == [("joined", row.pk), ("answered", None), ("empty", None)]
    told = Message.objects.get(template="line.sms_ring")
    assert told.channel == "sms" and told.to_party == party("resident")
    with pytest.raises(Refused):
        actions.drop_message(first, by=actor("clerk"), at=now())
    with pytest.raises(Forbidden):
        actions.drop_message(first, by=actor("officer"), at=now())
    with pytest.raises(Unseen):
        actions.drop_message(first, by=actor("clerk3"), at=now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Inbound.objects.filter(pk=first.pk).update(request=None)


# -- what is kept, and until when --------------------------------------------------------------


@pytest.mark.usefixtures("_gateway")
def test_photographs_and_messages_go_with_their_person_and_by_their_term() -> None:
    signed_in("resident").post("/help/ask/", SENT | {"photos": [picture()]})
    deliver()
    who = party("resident")
    assert [k.code for k in HOLDER.keeps([who.pk], at=now())] == ["help.message"]
    told = HOLDER.tell([who.pk])
    assert told["photos"] == 1 and told["texts"][0]["text"] == "三楼水管爆了"
    one = Inbound.objects.get()
    actions.drop_message(one, by=actor("clerk"), at=now())
    later = now() + timedelta(days=1)
    assert HOLDER.due(TEXT, before=later) == 1 and HOLDER.due(PHOTO, before=later) == 0
    assert HOLDER.let_go(TEXT, before=later, at=now(), limit=10) == 1
    assert HOLDER.due(TEXT, before=later) == 0
    HOLDER.erase([who.pk], by=actor("admin"), at=now())
    one.refresh_from_db()
    assert one.text == "—" and one.sender is None
    assert File.objects.get(purpose=PURPOSE).erased_at


# -- addresses for the operator ----------------------------------------------------------------


def test_the_operator_finds_addresses_of_the_own_street() -> None:
    found = signed_in("clerk").get("/desk/line/addresses/?q=wtl 12 3 401").json()["items"]
    assert found[0] == {
        "text": "梧桐路12弄3号401室", "place": PLACE, "committee": "梧桐一村居委会",
    }  # fmt: skip
    assert signed_in("clerk").get("/desk/line/addresses/?q=银杏路 5").json()["items"] == []
    assert Client().get("/help/addresses/?q=银杏路 5").json()["items"]
    assert signed_in("officer").get("/desk/line/addresses/?q=wtl").status_code == 404
    assert signed_in("clerk").get("/desk/line/addresses/?q=" + "9" * 5000).json()["items"] == []
