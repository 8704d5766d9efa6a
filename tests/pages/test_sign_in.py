"""Signing in: the page in both languages, closed registration, a password without e-mail."""

from __future__ import annotations

import pytest
from django.test import override_settings

from tests.cast import PASSWORD, account

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


def test_the_sign_in_page_is_chinese_first(client):
    assert "用户名" in client.get(LOGIN).content.decode()
    client.cookies["django_language"] = "en"
    english = client.get(LOGIN).content.decode()
    assert "User name" in english
    assert "用户名" not in english


@pytest.mark.parametrize("demo", [True, False])
def test_demo_accounts_are_listed_in_a_demonstration_only(client, demo):
    with override_settings(YIMEN_DEMO=demo):
        text = client.get(LOGIN).content.decode()
    assert ("yimen-demo" in text) is demo
    assert ("deputydirector" in text) is demo


def test_right_and_wrong_password(client, cast):
    wrong = client.post(LOGIN, {"login": "clerk", "password": "nonsense-words"})
    assert wrong.status_code == 200
    text = wrong.content.decode()
    assert "govuk-error-summary" in text
    assert 'value="clerk"' in text
    right = client.post(LOGIN, {"login": "clerk", "password": PASSWORD})
    assert right.status_code == 302
    assert right.url == "/arrive/"


def test_registration_is_closed_unless_a_centre_opens_it(client):
    assert "窗口凭本人证件开通" in client.get("/accounts/signup/").content.decode()
    with override_settings(YIMEN_SIGNUP=True):
        assert 'name="username"' in client.get("/accounts/signup/").content.decode()


def test_a_resident_who_registers_has_no_powers(client):
    with override_settings(YIMEN_SIGNUP=True):
        words = {
            "username": "newcomer",
            "password1": "wutong-2026-li",
            "password2": "wutong-2026-li",
        }
        assert client.post("/accounts/signup/", words).status_code == 302
    assert account("newcomer").kind == "resident"
    assert client.get("/desk/").status_code == 404


def test_a_forgotten_password_is_no_dead_end(client):
    text = client.get("/accounts/password/reset/").content.decode()
    assert "到任一服务中心窗口" in text


def test_changing_the_password(client, cast):
    client.post(LOGIN, {"login": "clerk", "password": PASSWORD})
    words = {"oldpassword": PASSWORD, "password1": "wutong-2026-li", "password2": "wutong-2026-li"}
    assert client.post("/accounts/password/change/", words).status_code == 302
    assert account("clerk").check_password("wutong-2026-li")


def test_signing_out_asks_first(client, cast):
    client.force_login(account("clerk"))
    assert "看不到您的件" in client.get("/accounts/logout/").content.decode()
    assert client.get("/desk/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/desk/").status_code == 302
