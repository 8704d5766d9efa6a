"""The doors: who gets in where, and what the front page and the search show."""

from __future__ import annotations

import pytest
from django.test import override_settings

from tests.cast import account
from yimen.lib.actor import Actor
from yimen.look.hits import Hit

pytestmark = pytest.mark.django_db
PUBLIC = ["/", "/about/", "/accessibility/", "/privacy/"]


def case_hits(actor: Actor, text: str) -> list[Hit]:
    exact = text == "310199001-20261123-0007"
    return [Hit("高龄津贴", f"/desk/found/{actor.name}/", "办件", stage="handling", exact=exact)]


def person_hits(actor: Actor, text: str) -> list[Hit]:
    return [Hit("<b>陈桂英", "/desk/people/1/", "人员", text="有 2 件")]


HOOKS = [f"{__name__}.case_hits", f"{__name__}.person_hits"]


@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_public_pages_need_no_account(client, path, language):
    client.cookies["django_language"] = language
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.content.count(b"<h1") == 1


def test_the_front_page_shows_everyday_matters_and_life_events(client, cast):
    from yimen.lib.actor import system
    from yimen.lib.time import now
    from yimen.matters import actions, queries

    event = {"key": "birth", "name": {"zh": "孩子出生", "en": "A birth"}, "matters": []}
    event["lead"] = {"zh": "一张表", "en": "One form"}
    actions.put_life_events([event], by=system(), at=now())
    assert queries.life_events()
    text = client.get("/").content.decode()
    assert "孩子出生" in text
    assert "/life-events/birth/" in text
    assert "021-0000-0101" in text


def test_strangers_are_sent_to_sign_in(client):
    for path in ("/desk/", "/desk/search/", "/desk/look/", "/arrive/"):
        answer = client.get(path)
        assert answer.status_code == 302
        assert answer.url.startswith("/accounts/login/")


def test_residents_do_not_find_the_desk(client, cast):
    client.force_login(account("resident"))
    assert client.get("/arrive/").url == "/my/cases/"
    for path in ("/desk/", "/desk/search/?q=x", "/desk/look/"):
        assert client.get(path).status_code == 404


def test_no_number_of_a_person_stays_in_an_address(client, cast):
    """The desk's box sends by POST; a search by address is asked again without the number."""
    number = "310199198605204281"
    client.force_login(account("clerk"))
    assert 'action="/desk/search/" method="post"' in client.get("/desk/").content.decode()
    assert "林晓棠" in client.post("/desk/search/", {"q": number}, follow=True).content.decode()
    for path, rest in (("/desk/search/", ""), ("/matters/", "?department=x")):
        answer = client.get(f"{path}{rest or '?'}&q={number}")
        assert (answer.status_code, answer.url) == (302, path + rest)
    assert client.get("/desk/search/?q=31019900101202611280000116").status_code == 200


def test_staff_arrive_at_the_desk_and_read_who_they_are(client, cast):
    client.force_login(account("clerk"))
    assert client.get("/arrive/").url == "/desk/"
    text = client.get("/desk/").content.decode()
    assert "沈若溪" in text and ">clerk<" not in text
    assert "梧桐里街道社区事务受理服务中心" in text


@override_settings(YIMEN_SEARCH=HOOKS)
def test_search_asks_every_house_and_groups(client, cast):
    client.force_login(account("clerk"))
    text = client.get("/desk/search/?q=陈").content.decode()
    assert "办件" in text
    assert "人员" in text
    assert "有 2 件" in text
    assert "<b>陈" not in text


@override_settings(YIMEN_SEARCH=HOOKS)
def test_a_scanned_number_opens_its_case(client, cast):
    client.force_login(account("clerk"))
    answer = client.get("/desk/search/", {"q": " 310199001-20261123-0007 "})
    assert answer.status_code == 302
    assert answer.url == "/desk/found/clerk/"


@override_settings(YIMEN_SEARCH=HOOKS)
def test_nothing_is_asked_for_an_empty_search(client, cast):
    client.force_login(account("clerk"))
    assert "陈桂英" not in client.get("/desk/search/?q=+").content.decode()


@pytest.mark.parametrize("path", PUBLIC)
def test_public_doors_take_no_posts(client, path):
    assert client.post(path).status_code == 405


def test_a_missing_page_says_what_to_do(client):
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "没有找到这个页面" in answer.content.decode()
    machine = client.get("/api/v1/nowhere")
    assert machine.status_code == 404
    assert machine.headers["Content-Type"].startswith("application/problem+json")
