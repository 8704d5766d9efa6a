"""How long a sign-in lasts, who must show again who they are, and how all sign-ins end at once."""

from __future__ import annotations

import importlib
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.cases.world import MONDAY, hand_in
from tests.cast import PASSWORD, account, party
from yimen.ledger.models import Entry
from yimen.lib import time
from yimen.people.models import Disclosure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
DESK, LOGIN, AGAIN = "/desk/cases/", "/accounts/login/", "/accounts/reauthenticate/"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def signed_in(username: str = "officer") -> Client:
    """Somebody at their desk, whose first click was a moment ago."""
    cache.clear()
    client = Client()
    client.force_login(account(username))
    assert client.get("/arrive/").status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get(DESK).status_code == 200


# -- how long ---------------------------------------------------------------------------------


def test_an_hour_without_a_click_ends_it_and_a_click_in_between_does_not() -> None:
    with time.at(MONDAY):
        busy, away = signed_in(), signed_in("clerk")
    for minutes in (50, 100, 150):
        with time.at(MONDAY + minutes * MINUTE):
            assert is_in(busy)
    with time.at(MONDAY + 61 * MINUTE):
        answer = away.get(DESK, follow=True)
        assert "自动退出" in answer.content.decode()
        assert "_auth_user_id" not in away.session


def test_twelve_hours_end_it_however_busy() -> None:
    with time.at(MONDAY):
        client = signed_in()
    for half in range(1, 24):
        with time.at(MONDAY + half * 30 * MINUTE):
            assert is_in(client), half
    with time.at(MONDAY + 12 * HOUR + 2 * MINUTE):
        assert not is_in(client)


def test_the_limits_are_settings(settings: Any) -> None:
    settings.YIMEN_SESSION_IDLE_MINUTES = 5
    with time.at(MONDAY):
        client = signed_in()
    with time.at(MONDAY + 6 * MINUTE):
        assert not is_in(client)


def test_a_click_a_second_does_not_write_a_session_a_second(
    django_assert_max_num_queries: Any,
) -> None:
    """The note of the last click is kept to the minute."""
    with time.at(MONDAY):
        client = signed_in()
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(DESK)
    assert not [q for q in seen if q["sql"].startswith("UPDATE") and "session" in q["sql"]]


# -- again, please ----------------------------------------------------------------------------


def reveal(client: Client) -> Any:
    path = reverse("people:reveal", args=[party("resident").pk, "id_number"])
    return client.post(path, {"reason": "核对证件"})


GUARDED = [
    ("head", "get", "cases:export", ()),
    ("director", "get", "reports:export", ()),
    ("director", "get", "reports:overdue_csv", ()),
    ("director", "get", "reports:workload_csv", ()),
    ("resident", "post", "people:me_reveal", ("phone",)),
]


def test_a_screen_left_open_shows_no_number() -> None:
    with time.at(MONDAY):
        client = signed_in("officer")
        assert reveal(client).status_code == 200
    seen = Disclosure.objects.count()
    with time.at(MONDAY + 16 * MINUTE):
        asked = reveal(client)
        assert asked.status_code == 302 and asked.url.startswith(AGAIN)
        assert Disclosure.objects.count() == seen, "nothing was shown, so nothing is on record"
        page = client.get(asked.url)
        assert "请再确认一次" in page.content.decode()
        wrong = client.post(AGAIN, {"password": "wrong-password", "next": _next(asked)})
        assert wrong.status_code == 200
        assert Disclosure.objects.count() == seen
        right = client.post(AGAIN, {"password": PASSWORD, "next": _next(asked)})
        assert right.status_code == 200, "goes on with what was asked, reason and all"
        last = Disclosure.objects.latest("at")
        assert Disclosure.objects.count() == seen + 1 and last.reason == "核对证件"
        assert reveal(client).status_code == 200, "not asked again within the minutes"


def _next(answer: Any) -> str:
    from urllib.parse import parse_qs, urlsplit

    return parse_qs(urlsplit(answer.url).query)["next"][0]


@pytest.mark.parametrize(("who", "method", "name", "args"), GUARDED)
def test_what_carries_data_away_asks_again(
    who: str, method: str, name: str, args: tuple[Any, ...]
) -> None:
    with time.at(MONDAY):
        client = signed_in(who)
        address = reverse(name, args=args)
        assert getattr(client, method)(address).status_code == 200
    with time.at(MONDAY + 16 * MINUTE):
        asked = getattr(client, method)(address)
        assert asked.status_code == 302 and asked.url.startswith(AGAIN), name


def test_every_export_and_every_unmasking_is_guarded() -> None:
    """A new address that hands out a table or a number cannot be forgotten: it is told by its name,
    and its view must call `step_up`."""
    import inspect

    from tests.doors.samples import names

    telling = ("export", "csv", "reveal", "contact", "erase", "issue_token")
    for name, view in names().items():
        word = name.split(":")[-1]
        if name.startswith(("api:", "contacts:")) or not any(t in word for t in telling):
            continue
        assert "step_up(" in inspect.getsource(inspect.unwrap(view)), name


def test_the_api_says_so_to_a_browser_and_asks_no_machine() -> None:
    from yimen.lib.actor import system
    from yimen.people.actions import issue_token

    path = f"/api/v1/people/{party('resident').pk}/disclosures"
    body = {"field": "phone", "reason": "核对电话"}
    with time.at(MONDAY):
        client = signed_in("officer")
        token = issue_token(account("officer"), by=system(), at=time.now())
    with time.at(MONDAY + 16 * MINUTE):
        refused = client.post(path, body, content_type="application/json")
        assert refused.status_code == 403
        assert refused.json()["type"].endswith("step_up")
        by_token = Client().post(
            path, body, content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )  # fmt: skip
        assert by_token.status_code == 200


def test_who_may_not_is_told_so_and_not_asked_for_a_password() -> None:
    with time.at(MONDAY):
        client = signed_in("clerk2")
        d = hand_in("civil-affairs-001")
    with time.at(MONDAY + 16 * MINUTE):
        path = reverse("cases:reveal", args=[d.case.number])
        assert client.post(path, {"reason": "看看"}).status_code == 404


def test_a_new_password_for_somebody_never_waits_in_the_session() -> None:
    with time.at(MONDAY):
        client = signed_in("admin")
    with time.at(MONDAY + 16 * MINUTE):
        path = reverse("bodies:password", args=[account("clerk").pk])
        asked = client.post(path, {"password": "a-very-new-secret"})
        assert asked.status_code == 302 and asked.url.startswith(AGAIN)
        assert "a-very-new-secret" not in str(dict(client.session))


# -- everywhere -------------------------------------------------------------------------------


def test_out_everywhere_by_the_person() -> None:
    here, there, other = signed_in("clerk"), signed_in("clerk"), signed_in("officer")
    assert here.post(reverse("people:me_sign_out")).status_code == 302
    assert not is_in(here) and not is_in(there)
    assert is_in(other)
    entry = Entry.objects.filter(stream=f"account:{account('clerk').pk}").latest("seq")
    assert entry.act == "signed_out_everywhere"
    assert is_in(signed_in("clerk")), "and in again"


def test_out_everywhere_by_the_administrator_only() -> None:
    there, admin = signed_in("clerk"), signed_in("admin")
    path = reverse("bodies:sign_out", args=[account("clerk").pk])
    assert signed_in("director").post(path).status_code == 403
    assert is_in(there)
    assert admin.post(path).status_code == 302
    assert not is_in(there) and is_in(admin)


def test_signing_out_clears_the_browser() -> None:
    answer = signed_in().post("/accounts/logout/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


# -- cookies ----------------------------------------------------------------------------------


def test_cookies_are_bound_to_the_host_and_https_where_the_site_has_https(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from yimen.config import settings as module

    monkeypatch.setenv("YIMEN_SITE_URL", "https://yimen.example")
    try:
        found = importlib.reload(module)
        assert found.SESSION_COOKIE_SECURE and found.CSRF_COOKIE_SECURE
        assert found.LANGUAGE_COOKIE_SECURE and found.CSRF_COOKIE_HTTPONLY
        assert found.SESSION_COOKIE_NAME == "__Host-sessionid"
        assert found.CSRF_COOKIE_NAME == "__Host-csrftoken"
        assert found.SECURE_HSTS_SECONDS >= 365 * 24 * 3600
    finally:
        monkeypatch.delenv("YIMEN_SITE_URL")
        importlib.reload(module)
