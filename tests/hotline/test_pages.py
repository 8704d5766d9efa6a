"""The operator's day in a browser without scripts: a call, a draft, a request, an alarm, the answer,
the call back, the rates."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

from tests.cases.world import matter
from tests.cast import STREET, account, actor
from yimen.hotline import actions, queries
from yimen.hotline.actions import Taken
from yimen.hotline.models import HelpRequest, LineCall, ShiftNote, Transfer
from yimen.lib.time import ZONE, at, local, now

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
LINE = "/desk/line/"


@pytest.fixture(autouse=True)
def _monday(cast):
    for n in range(1, 9):
        matter(f"help-00{n}")
    with at(MONDAY):
        yield


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(account(username))
    return client


def said(client: Client, path: str = LINE) -> str:
    return client.get(path).content.decode()


def calling(client: Client, number: str = "13900009999") -> LineCall:
    assert client.post(f"{LINE}answer/", {"number": number, "line": "daily"}).status_code == 302
    return LineCall.objects.get(ended_at=None)


TYPED = {"need": "水龙头", "what": "关不上了", "place": f"{STREET}001", "where": "2 号门口", "party": "new",
         "name": "王阿姨"}  # fmt: skip


def test_a_call_is_taken_kept_while_typed_and_handed_in() -> None:
    client = signed_in("clerk")
    assert "接起来电" in said(client)
    calling(client)
    page = said(client)
    assert "正在通话" in page and "生活服务热线" in page and "13900009999" not in page
    assert client.post(f"{LINE}draft/", TYPED).status_code == 200
    assert "关不上了" in said(client), "a reload loses nothing"
    wrong = client.post(f"{LINE}take/", TYPED | {"need": "火箭", "do": "take"})
    assert wrong.status_code == 422 and "没有这样的求助" in wrong.content.decode()
    assert "关不上了" in wrong.content.decode()
    done = client.post(f"{LINE}take/", TYPED | {"do": "take"}, follow=True).content.decode()
    row = HelpRequest.objects.get()
    assert row.need == "repair.water" and row.case.number in done
    assert row.case.applicant.name == "王阿姨" and row.line == "daily"


def test_the_same_thing_nearby_is_shown_and_joined() -> None:
    first = actions.take(
        Taken("urgent.water", "爆管", where="梧桐路 9 号门口", place=f"{STREET}001", name="李"),
        by=actor("clerk"), at=now(),
    )  # fmt: skip
    client = signed_in("clerk")
    calling(client)
    near = client.post(
        f"{LINE}draft/", {"need": "爆管漏水", "place": f"{STREET}001"}
    ).content.decode()
    assert first.case.number in near and "梧桐路 9 号门口" in near, "known by where it is"
    event = HelpRequest.objects.get()
    typed = TYPED | {"need": "爆管漏水", "same_as": str(event.pk), "do": "take"}
    done = client.post(f"{LINE}take/", typed, follow=True).content.decode()
    along = HelpRequest.objects.exclude(pk=event.pk).get()
    assert along.event == event
    joined = f"已并入 {first.case.number}，不另派单：{local(event.taken_at):%m-%d %H:%M} 起，连这一件共 2 位"
    assert joined in done and along.case.number in done and "已登记并派出" not in done


def test_the_alarm_is_one_press() -> None:
    client = signed_in("clerk")
    call = calling(client)
    answer = client.post(f"{LINE}alarm/", {"to": "120"}, follow=True).content.decode()
    made = Transfer.objects.get()
    call.refresh_from_db()
    assert call.ended_at is None and made.request.case.number in answer, "the caller talks on"
    assert "通话没有断" in answer and "请在话机上拨 120" in answer
    client.post(f"{LINE}hang-up/")
    call.refresh_from_db()
    assert call.outcome == "request" and call.ended_at
    assert "结果还不知道" in said(client)
    assert client.post(f"{LINE}alarm/", {"to": "120"}).status_code == 404, "no call, no alarm"
    client.post(f"{LINE}transfers/{made.pk}/", {"outcome": "已送医"})
    made.refresh_from_db()
    assert made.outcome == "已送医" and "结果还不知道" not in said(client)


def test_an_empty_call_ends_with_its_reason() -> None:
    client = signed_in("clerk")
    calling(client)
    assert client.post(f"{LINE}hang-up/", {"outcome": ""}).status_code == 422
    assert client.post(f"{LINE}hang-up/", {"outcome": "silent"}).status_code == 302
    assert LineCall.objects.get().outcome == "silent"


def test_answered_called_back_and_counted() -> None:
    d = actions.take(
        Taken("care.meal", "要送餐", place=f"{STREET}001", name="赵"), by=actor("clerk"), at=now()
    )
    officer, clerk, number = signed_in("officer"), signed_in("clerk"), d.case.number
    assert "一次答复" in said(officer, f"/desk/cases/{number}/")
    there = f"{LINE}requests/{number}/reply/"
    assert officer.post(there, {"done": "yes"}).status_code == 422
    assert officer.post(there, {"done": "yes", "text": "明天起送"}).status_code == 302
    row = HelpRequest.objects.get()
    assert number in said(clerk)
    back = f"{LINE}back/{row.pk}/"
    assert clerk.post(back, {"reached": "yes"}).status_code == 422, "what did the caller say?"
    assert (
        clerk.post(back, {"reached": "yes", "solved": "yes", "content": "yes"}).status_code == 302
    )
    row.case.refresh_from_db()
    assert row.case.solved == "yes"
    rates = said(signed_in("director"), f"{LINE}rates/?by=need")
    assert "助餐送餐" in rates and "100%" in rates
    assert number in said(signed_in("director"), f"{LINE}rates/requests/?by=need&key=care.meal")
    assert signed_in("director").get(f"{LINE}rates/requests/?by=lead&key=x").status_code == 404


def test_the_shift_hands_on() -> None:
    signed_in("clerk").post(f"{LINE}notes/", {"text": "九点来电"})
    note = ShiftNote.objects.get()
    assistant = signed_in("assistant")
    assert "九点来电" in said(assistant)
    assistant.post(f"{LINE}notes/{note.pk}/")
    assert "九点来电" not in said(assistant)


def test_who_does_not_work_on_the_line_finds_nothing() -> None:
    for who in ("officer", "resident", "editor"):
        client = signed_in(who)
        for path in ("", "rates/", "rates/requests/?by=need&key=care"):
            assert client.get(f"{LINE}{path}").status_code == 404, (who, path)
        assert client.post(f"{LINE}answer/", {"number": "1"}).status_code == 404
    assert queries.calls(actor("officer")).count() == 0


def test_a_unit_objects_and_the_month_agrees_with_the_record() -> None:
    d = actions.take(
        Taken("care.meal", "想要午饭", place=f"{STREET}001"), by=actor("clerk"), at=now()
    )
    actions.reply(d.case.number, done=True, text="周一起送", by=actor("officer"), at=now())
    row = HelpRequest.objects.get(case=d.case)
    actions.call_back(row, reached=True, solved="no", content=False, by=actor("clerk"), at=now())
    back = row.calls_back.get().pk
    unit, runs = signed_in("officer"), signed_in("director")
    path = f"{LINE}back/{back}/object/"
    assert path in said(unit, f"{LINE}objections/") and path not in said(runs, f"{LINE}objections/")
    assert signed_in("clerk").get(path).status_code == 404
    assert "没有解决，不满意" in said(unit, path)
    empty = unit.post(path, {"reason": ""})
    assert empty.status_code == 422
    assert unit.post(path, {"reason": "求助人出门，没有收到"}).status_code == 302
    made = row.calls_back.get().objection
    page = f"{LINE}objections/{made.pk}/"
    assert "等热线负责人裁定" in said(unit, page) and "求助人出门" in said(runs, page)
    assert unit.post(page, {"upheld": "yes", "why": "对"}).status_code == 403
    kept = runs.post(page, {"upheld": "", "why": "写了一半的理由"})
    assert kept.status_code == 422 and "写了一半的理由" in kept.content.decode()
    assert runs.post(page, {"upheld": "yes", "why": "证据充分"}).status_code == 302
    assert "证据充分" in said(unit, page)
    month = said(runs, f"{LINE}rates/month/?month=2026-03")
    assert "登记了 1 件求助" in month and "每个数字都一致" in month and "成立 1 次" in month
    row.calls_back.update(content=True)
    row.contacted_in_time = False
    row.save()
    assert "不一致" in said(runs, f"{LINE}rates/month/?month=2026-03")
    csv = runs.get(f"{LINE}rates/facts.csv?first=2026-03-01&last=2026-03-31")
    lines = csv.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("day,need") and lines[1].startswith(
        "2026-03-02,care.meal,助餐送餐,help"
    )
    for path in ("rates/month/", "rates/facts.csv"):
        assert signed_in("officer").get(LINE + path).status_code == 404
    assert "不加密" not in said(runs, f"{LINE}rates/month/?month=无")


def test_who_may_not_see_numbers_is_not_offered_the_telephone() -> None:
    d = actions.take(
        Taken("care.meal", "想要午饭", place=f"{STREET}001"), by=actor("clerk"), at=now()
    )
    actions.reply(d.case.number, done=True, text="周一起送", by=actor("officer"), at=now())
    there = f"{LINE}back/{HelpRequest.objects.get(case=d.case).pk}/"
    assert f"{there}dial/" in said(signed_in("clerk"), there)
    page = said(signed_in("assistant"), there)
    assert f"{there}dial/" not in page and "由能看的同事打" in page
    assert signed_in("assistant").post(f"{there}dial/").status_code == 403


def test_what_is_said_is_written_down_on_the_page_that_rings_up() -> None:
    taken = Taken("care.meal", "想要午饭", place=f"{STREET}001", phone="19900000066", name="吴")
    d = actions.take(taken, by=actor("clerk"), at=now())
    actions.reply(d.case.number, done=True, text="周一起送", by=actor("officer"), at=now())
    there = f"{LINE}back/{HelpRequest.objects.get(case=d.case).pk}/"
    page = signed_in("clerk").post(f"{there}dial/")
    text = page.content.decode()
    assert "19900000066" in text and f'action="{there}"' in text and 'name="solved"' in text
    assert page.headers["Cache-Control"] == "no-store"
    assert "19900000066" not in said(signed_in("clerk"), there)
