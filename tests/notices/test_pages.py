"""The inbox, the outbox, background work and a resident's own messages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.cast import STREET, account, actor, body
from yimen.ledger import actions as ledger
from yimen.ledger.models import Errand
from yimen.lib.actor import system
from yimen.lib.time import now
from yimen.notices import actions
from yimen.notices.models import Message

pytestmark = pytest.mark.django_db
NUMBER = "31019900101202611230000137"


@pytest.fixture(autouse=True)
def _world(cast: None) -> None:
    return None


def tell(key: str, template: str = "case.urged", **to: Any) -> Message:
    made = actions.tell(
        street=STREET, template=template, facts={"number": NUMBER}, about=f"case:{NUMBER}",
        key=key, by=system(STREET), at=now(), **to,
    )  # fmt: skip
    return Message.objects.get(pk=made)


def as_(client: Client, name: str) -> Client:
    client.force_login(account(name))
    return client


def test_read_by_ticking_and_by_opening(client: Client) -> None:
    first = tell("a", to_account=account("officer"))
    second = tell("b", to_body=body("bo-civil-affairs"))
    stranger = tell("c", to_body=body("bo-medical-insurance"))
    page = as_(client, "officer").get("/desk/inbox/").content.decode()
    assert str(first.pk) in page and str(second.pk) in page and str(stranger.pk) not in page
    assert "催办" in page and NUMBER in page
    client.post("/desk/inbox/read/", {"message": [str(first.pk), "rubbish"]})
    opened = client.post("/desk/inbox/read/", {"message": str(second.pk), "open": "1"})
    assert opened.status_code == 302 and opened["Location"] != ""
    assert not Message.objects.filter(pk__in=[first.pk, second.pk], read_at=None).exists()
    assert client.post("/desk/inbox/read/", {"message": str(stranger.pk)}).status_code == 404
    assert NUMBER in client.get("/desk/inbox/?all=1").content.decode()


def test_the_outbox_shows_no_number_in_full(client: Client) -> None:
    tell("a", "case.accepted", to_party=actor("resident").party)
    page = as_(client, "director").get("/desk/outbox/")
    text = page.content.decode()
    assert page.status_code == 200 and "演示环境" in text and "已受理" in text
    assert "****" in text or "***" in text or "*" in text


@pytest.mark.parametrize(
    ("name", "status"),
    [("director", 200), ("assistant", 200), ("admin", 200), ("auditor", 200), ("clerk", 403),
     ("officer", 403), ("resident", 404)],
)  # fmt: skip
def test_who_reads_the_outbox(client: Client, name: str, status: int) -> None:
    assert as_(client, name).get("/desk/outbox/").status_code == status


def test_a_failed_message_is_resent_from_the_page(client: Client) -> None:
    message = tell("a", "case.accepted", to_party=actor("resident").party)
    Message.objects.filter(pk=message.pk).update(channel="sms", state="queued")
    actions.fail(message.pk, reason="no_answer", by=system(STREET), at=now())
    page = as_(client, "director").get("/desk/outbox/?state=failed").content.decode()
    assert "no_answer" in page and "重新发送" in page
    assert client.post(f"/desk/outbox/{message.pk}/resend/").status_code == 302
    assert client.post(f"/desk/outbox/{message.pk}/resend/").status_code == 409
    assert client.post(f"/desk/outbox/{message.pk}/burn/").status_code == 404


def test_a_letter_is_printed_and_posted(client: Client) -> None:
    message = tell("a", "case.accepted", to_party=actor("resident").party, channel="paper")
    sheet = as_(client, "director").get(f"/desk/outbox/{message.pk}/letter/")
    assert sheet.status_code == 200 and NUMBER in sheet.content.decode()
    client.post(f"/desk/outbox/{message.pk}/post/")
    message.refresh_from_db()
    assert message.state == "sent"


def test_failed_background_work_comes_first_and_is_run_again(client: Client) -> None:
    for key in ("old", "new"):
        ledger.queue("notices.send", street=STREET, key=key, payload={}, at=now())
    Errand.objects.filter(key="old").update(state="failed", last_error="Trouble")
    failed = Errand.objects.get(key="old")
    page = as_(client, "admin").get("/desk/errands/").content.decode()
    assert "Trouble" in page and page.index("Trouble") < page.index("等待</strong>")
    client.post(f"/desk/errands/{failed.pk}/resend/")
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == ("waiting", 0)
    assert as_(client, "clerk").get("/desk/errands/").status_code == 403
    assert client.post(f"/desk/errands/{failed.pk}/resend/").status_code == 403


def test_a_resident_reads_their_own(client: Client) -> None:
    tell("a", "case.accepted", to_party=actor("resident").party)
    mine = as_(client, "resident").get("/me/messages/").content.decode()
    assert NUMBER in mine
    assert NUMBER not in as_(client, "resident2").get("/me/messages/").content.decode()
    client.logout()
    assert client.get("/me/messages/").status_code == 302


def test_in_english(client: Client) -> None:
    tell("a", to_account=account("officer"))
    client.cookies["django_language"] = "en"
    page = as_(client, "officer").get("/desk/inbox/").content.decode()
    assert "You are urged to act on case" in page


def test_the_lists_ask_the_same_number_of_questions_however_long(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    for n in range(15):
        tell(f"k{n}", to_account=account("officer"))
    as_(client, "officer")
    with django_assert_max_num_queries(20):
        client.get("/desk/inbox/")


def test_the_inbox_is_paged_over_all_addresses_newest_first(client: Client) -> None:
    whom = [{"to_account": account("officer")}, {"to_body": body("bo-civil-affairs")}]
    told = [str(tell(f"m{n}", **whom[n % 2]).pk) for n in range(25)]
    page, seen = as_(client, "officer").get("/desk/inbox/"), []
    while page is not None:
        found = page.context["page"]
        seen += [str(m.pk) for m in found]
        page = client.get("/desk/inbox/", {"cursor": found.next}) if found.next else None
    assert seen == told[::-1]
