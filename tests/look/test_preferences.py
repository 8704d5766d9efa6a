"""Language, type size and contrast: one cookie each, by plain form, and nothing else."""

from __future__ import annotations

import pytest

from yimen.look.preferences import CONTRAST_COOKIE, LARGE_COOKIE

pytestmark = pytest.mark.django_db
URL = "/look/preferences/"


def test_large_type_is_kept_and_shown(client):
    answer = client.post(URL, {"type": "large", "next": "/about/"})
    assert answer.status_code == 302
    assert answer.url == "/about/"
    assert client.cookies[LARGE_COOKIE].value == "large"
    assert b"y-large" in client.get("/about/").content


def test_contrast_can_be_switched_off_again(client):
    client.post(URL, {"contrast": "high"})
    assert b"y-contrast" in client.get("/about/").content
    client.post(URL, {"contrast": "normal"})
    assert client.cookies[CONTRAST_COOKIE].value == "normal"
    assert b"y-contrast" not in client.get("/about/").content


@pytest.mark.parametrize("place", ["https://evil.example/", "//evil.example/", "javascript:1", ""])
def test_it_sends_nobody_elsewhere(client, place):
    assert client.post(URL, {"type": "large", "next": place}).url == "/"


def test_unknown_values_are_dropped(client):
    answer = client.post(URL, {"type": "huge", "contrast": "<x>", "language": "tlh"})
    assert not answer.cookies


def test_getting_it_changes_nothing(client):
    answer = client.get(URL)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"


@pytest.mark.parametrize(
    ("header", "tag"),
    [("", b'lang="zh-Hans"'), ("en-GB,en;q=0.8", b'lang="en"'), ("zh-TW", b'lang="zh-Hans"')],
)
def test_language_follows_the_browser_and_chinese_is_the_default(client, header, tag):
    headers = {"accept-language": header} if header else {}
    assert tag in client.get("/about/", headers=headers).content


def test_a_chosen_language_wins_over_the_browser(client):
    client.post(URL, {"language": "en"})
    page = client.get("/about/", headers={"accept-language": "zh-CN"}).content
    assert b'lang="en"' in page


def test_the_choice_needs_no_token(client):
    client.handler.enforce_csrf_checks = True
    assert client.post(URL, {"type": "large"}).status_code == 302
