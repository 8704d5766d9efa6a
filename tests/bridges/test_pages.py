"""Pages about departments' systems: who may connect, the secret once, resending, copying out."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest

from tests.cases.browsing import client, get, said
from tests.cases.world import MONDAY, do, hand_in
from tests.cast import actor, body
from yimen.bridges import actions, ticks
from yimen.bridges.loaders import demo
from yimen.bridges.models import System
from yimen.cases.dossier import load
from yimen.ledger import jobs
from yimen.ledger.models import Entry, Errand
from yimen.lib import time
from yimen.lib.crypto import unseal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
JOBS = "employment-013"


@pytest.fixture(autouse=True)
def monday() -> Any:
    with time.at(MONDAY) as moment:
        yield moment


def connect(code: str = "jobs", sort: str = "closed", **more: Any) -> System:
    url = "http://127.0.0.1:9/events" if sort == "open" else ""
    given = {"body": body("bo-employment"), "answer_days": 3, "url": url} | more
    system, _secret = actions.connect(
        street="310199001", code=code, name="就业管理系统", sort=sort, by=actor("admin"),
        at=time.now(), **given,
    )  # fmt: skip
    return system


FORM = {
    "code": "jobs", "name": "就业管理系统", "sort": "open", "url": "http://127.0.0.1:9/x",
    "answer_days": "5",
}  # fmt: skip


def test_the_secret_is_shown_once_and_kept_sealed() -> None:
    browser = client("admin")
    form = FORM | {"body": str(body("bo-employment").pk), "events": ["accept", "decide"]}
    answer = browser.post("/desk/bridges/connect/", form)
    system = System.objects.get(code="jobs")
    secret = unseal(system.secret, about=f"bridges.system:{system.pk}")
    assert secret in said(answer) and secret not in system.secret
    assert answer["Cache-Control"] == "no-store"
    assert system.events == ["accept", "decide"]
    for path in ("", "jobs/", "jobs/change/"):
        assert secret not in browser.get(f"/desk/bridges/{path}").content.decode()
    entry = Entry.objects.get(stream="system:jobs", act="connected")
    assert secret not in entry.data


def test_what_was_typed_survives_a_refusal() -> None:
    browser = client("admin")
    form = FORM | {"body": str(body("bo-employment").pk), "url": "http://example.org/"}
    answer = browser.post("/desk/bridges/connect/", form)
    assert answer.status_code == 422
    assert "只能用加密的 https 地址" in said(answer)
    assert 'value="http://example.org/"' in answer.content.decode()
    again = browser.post("/desk/bridges/connect/", form | {"code": "connect"})
    assert "这个代码不能用" in said(again)
    assert not System.objects.exists()


def test_changing_resting_and_waking() -> None:
    system, browser = connect(sort="open"), client("admin")
    change = {"name": "新名称", "url": system.url, "answer_days": "4", "version": "1"}
    assert browser.post("/desk/bridges/jobs/change/", change).status_code == 302
    stale = browser.post("/desk/bridges/jobs/change/", change | {"name": "又一个名称"})
    assert stale.status_code == 412 and "别人刚刚修改了" in said(stale)
    assert "停止期间发生的办理" in said(browser.get("/desk/bridges/jobs/rest/"))
    browser.post("/desk/bridges/jobs/rest/")
    assert System.objects.get().resting_since == time.now()
    assert "已停止" in said(browser.get("/desk/bridges/"))
    browser.post("/desk/bridges/jobs/rest/")
    found = System.objects.get()
    assert (found.name, found.answer_days, found.resting_since) == ("新名称", 4, None)


def test_a_delivery_that_failed_for_good_is_sent_anew_by_hand() -> None:
    connect(sort="open")
    ticks.events(time.now())
    with time.at(MONDAY + timedelta(minutes=1)):
        hand_in(JOBS)
    with time.at(MONDAY + timedelta(minutes=2)):
        ticks.events(time.now())
    errand = Errand.objects.get(name="bridges.deliver")
    for day in range(1, 1 + jobs.MAX_ATTEMPTS):  # nobody listens on port 9
        with time.at(MONDAY + timedelta(days=day)):
            jobs.run_errand(str(errand.pk))
    errand.refresh_from_db()
    assert errand.state == "failed"
    assert "1 次失败" in said(get("admin", "/desk/bridges/"))
    page = said(get("admin", "/desk/bridges/jobs/"))
    assert "ConnectionError" in page and "重新推送" in page
    path = f"/desk/bridges/jobs/deliveries/{errand.pk}/resend/"
    assert client("officer5").post(path).status_code == 403
    assert client("admin").post(path).status_code == 302
    errand.refresh_from_db()
    assert (errand.state, errand.attempts) == ("waiting", 0)


def test_copying_out_gives_their_number_to_our_case() -> None:
    connect()
    d = do(hand_in(JOBS), "accept")
    page = get("officer5", "/desk/bridges/jobs/copy-out/")
    assert d.case.number in said(page)
    sheet = re.search(r'href="([^"]+case-sheet\.pdf)"', page.content.decode())
    assert sheet is not None
    printed = get("officer5", html.unescape(sheet.group(1)))
    assert printed.status_code == 200 and printed["Content-Type"] == "application/pdf"
    browser = client("officer5")
    empty = browser.post("/desk/bridges/jobs/copy-out/", {"number": d.case.number})
    assert empty.status_code == 422 and "请填写“对方系统的编号”" in said(empty)
    sent = {"number": d.case.number, "external_number": "JY-2026-17"}
    assert browser.post("/desk/bridges/jobs/copy-out/", sent).status_code == 302
    assert load(d.case.number).case.external_number == "JY-2026-17"
    page = get("officer5", "/desk/bridges/jobs/copy-out/")
    assert page.context["rows"] == []
    assert [row["case"].number for row in page.context["copied"]] == [d.case.number]
    assert page.context["silent"] == []
    with time.at(MONDAY + timedelta(days=4)):  # Thursday was the third working day
        for path in ("jobs/", "jobs/copy-out/"):
            silent = get("officer5", f"/desk/bridges/{path}").context["silent"]
            assert [row["case"].number for row in silent] == [d.case.number]
        assert get("officer5", "/desk/bridges/").context["rows"][0]["silent"] == 1


def test_a_number_is_written_only_on_cases_of_the_list() -> None:
    connect()
    other = do(hand_in("civil-affairs-001"), "accept")
    sent = {"number": other.case.number, "external_number": "JY-1"}
    assert client("officer5").post("/desk/bridges/jobs/copy-out/", sent).status_code == 404
    mine = do(hand_in(JOBS), "accept")
    sent["number"] = mine.case.number
    assert client("auditor").post("/desk/bridges/jobs/copy-out/", sent).status_code == 403
    assert load(mine.case.number).case.external_number == ""


@pytest.mark.parametrize(
    ("who", "status"),
    [("admin", 200), ("director", 200), ("assistant", 200), ("officer5", 200), ("auditor", 200),
     ("editor", 403), ("resident", 404), (None, 302)],
)  # fmt: skip
def test_who_may_look(who: str | None, status: int) -> None:
    connect()
    assert get(who, "/desk/bridges/").status_code == status
    assert get(who, "/desk/bridges/jobs/").status_code == status
    changing = status if who in ("admin", "resident", None) else 403
    for path in ("connect/", "jobs/change/", "jobs/rest/"):
        assert get(who, f"/desk/bridges/{path}").status_code == changing, path


def test_an_office_sees_its_own_systems_only() -> None:
    connect()
    assert get("officer", "/desk/bridges/").context["rows"] == []
    for who in ("officer", "clerk"):
        assert get(who, "/desk/bridges/jobs/").status_code == 404
    assert get("officer12", "/desk/bridges/jobs/").status_code == 404


def test_the_demonstration_has_two_closed_systems() -> None:
    assert (demo(), demo()) == (2, 0)
    assert set(System.objects.values_list("sort", flat=True)) == {"closed"}
