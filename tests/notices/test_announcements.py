"""Announcements: where and when they show, put right without a trace lost, by whom."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import CENTRE, CENTRE_2, STREET, account, actor
from yimen.counters import queries as hall
from yimen.ledger.models import Entry
from yimen.lib.actor import ANONYMOUS
from yimen.lib.errors import Forbidden, Invalid, Refused
from yimen.lib.ids import new_id
from yimen.lib.time import at as clock
from yimen.lib.time import local, now
from yimen.notices.actions import announcing
from yimen.notices.actions.announcing import Words
from yimen.notices.models import Announcement
from yimen.notices.queries import announced, announcements_for, everywhere
from yimen.places.models import ServicePoint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
HOUR = timedelta(hours=1)


def words(text: str = "今天下午三点停水", **more: Any) -> Words:
    begins = more.pop("begins_at", now())
    return Words(text, begins, more.pop("ends_at", begins + HOUR), **more)


def announce(text: str = "今天下午三点停水", **more: Any) -> Announcement:
    return announcing.announce(STREET, words(text, **more), by=actor("director"), at=now())


def texts(rows: Any) -> list[str]:
    return [one.text for one in rows]


def test_each_hall_shows_its_own_and_the_streets_in_their_time_urgent_first() -> None:
    moment = now()
    with clock(moment):
        announce("全街道的")
        announce("一号中心的", centre=CENTRE)
        announce("二号中心的", centre=CENTRE_2, urgent=True)
        announce("明天才开始", begins_at=moment + timedelta(days=1))
    assert set(texts(announced(CENTRE, moment))) == {"全街道的", "一号中心的"}
    assert texts(announced(CENTRE_2, moment))[0] == "二号中心的"
    assert texts(everywhere(moment)) == ["全街道的"]
    assert texts(announced(CENTRE, moment + HOUR)) == [], "the last moment is outside"
    assert texts(announced(CENTRE, moment + timedelta(days=1))) == ["明天才开始"]


def test_a_correction_ends_the_old_words_and_keeps_them_on_record() -> None:
    old = announce("三号停水")
    new = announcing.correct(old.pk, words("三点停水"), by=actor("director"), at=now())
    assert texts(announced(CENTRE, now())) == ["三点停水"]
    old.refresh_from_db()
    assert old.text == "三号停水" and new.corrects_id == old.pk
    with pytest.raises(Refused):
        announcing.correct(old.pk, words("又一条"), by=actor("director"), at=now())
    announcing.end(new.pk, by=actor("director"), at=now())
    assert not announced(CENTRE, now())
    stream = f"announcement:{new.pk}"
    said = Entry.objects.filter(stream=stream).order_by("seq").values_list("act", "data")
    assert [act for act, _data in said] == ["written", "announced", "ended"]
    assert "三点" not in "".join(data for _act, data in said)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "请 310101199001011234 到窗口"}, "text"),
        ({"ends_at": now()}, "ends_at"),
        ({"ends_at": now() + timedelta(days=91)}, "ends_at"),
        ({"centre": "31010100101"}, "centre"),
        ({"place": "310199002001"}, "place"),
        ({"text": "长" * 71}, "short"),
        ({"text_en": "x" * 121}, "short_en"),
        ({"text": "请打 19900000071"}, "text"),
    ],
)
def test_what_cannot_be_announced_is_said_at_its_field(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as told:
        announce(**wrong)
    assert field in [e.field for e in told.value.errors]
    assert not Announcement.objects.exists()


@pytest.mark.parametrize("who", ["clerk", "officer", "auditor"])
def test_who_does_not_run_the_house_announces_nothing(who: str, client: Client) -> None:
    with pytest.raises(Forbidden):
        announcing.announce(STREET, words(), by=actor(who), at=now())
    client.force_login(account(who))
    page = client.get("/desk/announcements/").status_code
    assert page == (200 if who == "clerk" else 403), "the counters may write drafts"


def test_a_draft_is_seen_by_nobody_until_somebody_else_releases_it(client: Client) -> None:
    row = announcing.write(STREET, words("草稿的话"), by=actor("clerk"), at=now())
    with pytest.raises(Forbidden):
        announcing.release(row.pk, by=actor("clerk"), at=now())
    assert not announced(CENTRE, now())
    assert client.get(f"/announcements/{row.pk}/").status_code == 404
    announcing.rewrite(row.pk, words("改过的话"), by=actor("clerk"), at=now())
    announcing.release(row.pk, by=actor("director"), at=now())
    announcing.release(row.pk, by=actor("director"), at=now())
    row.refresh_from_db()
    assert texts(announced(CENTRE, now())) == ["改过的话"]
    assert row.released_by == account("director") and row.written_by == account("clerk")
    acts = Entry.objects.filter(stream=row.about).order_by("seq").values_list("act", flat=True)
    assert list(acts) == ["written", "rewritten", "announced"], "two clicks release once"
    with pytest.raises(Refused):
        announcing.rewrite(row.pk, words("又改"), by=actor("director"), at=now())


def test_a_second_click_writes_no_second_draft() -> None:
    pk = new_id()
    for _click in range(2):
        announcing.write(STREET, words(), by=actor("clerk"), at=now(), pk=pk)
    assert Announcement.objects.count() == 1


def test_a_place_and_a_group_see_their_own() -> None:
    point = ServicePoint.objects.get(pk=CENTRE_2)
    served = next(code for code in point.serves if code not in
                  ServicePoint.objects.get(pk=CENTRE).serves)  # fmt: skip
    announce("只在这个居委会", place=served)
    announce("给有账号的", group="residents")
    announce("给同事的", group="staff")
    assert texts(announced(CENTRE_2, now())) == ["只在这个居委会"]
    assert texts(announced(CENTRE, now())) == [] == texts(everywhere(now()))
    seen = {who: set(texts(announcements_for(actor(who), now()))) for who in ("clerk", "resident")}
    assert "给同事的" in seen["clerk"] and "给同事的" not in seen["resident"]
    assert "给有账号的" in seen["resident"]
    assert set(texts(announcements_for(ANONYMOUS, now()))) == {"只在这个居委会"}


def test_the_display_and_the_machine_and_the_front_page_say_it(client: Client) -> None:
    announce("今天下午三点停水", text_en="No water at three", urgent=True)
    said = {"text": "今天下午三点停水", "text_en": "No water at three", "urgent": True}
    (shown,) = hall.snapshot(CENTRE)["announcements"]
    assert shown.pop("until") and shown == said
    for page in (f"/wall/{CENTRE}/", f"/kiosk/{CENTRE}/", "/", "/announcements/"):
        assert "今天下午三点停水" in client.get(page).content.decode(), page
    english = client.get("/", headers={"accept-language": "en"}).content.decode()
    assert "No water at three" in english


def test_at_the_desk_from_writing_to_taking_down(client: Client) -> None:
    client.force_login(account("director"))
    begin = local(now())
    typed = {
        "text": "周六体检，电话 021-0000 1200", "begins_at": f"{begin:%Y-%m-%dT%H:%M}",
        "ends_at": f"{begin - HOUR:%Y-%m-%dT%H:%M}", "centre": CENTRE, "group": "everybody",
        "id": str(new_id()),
    }  # fmt: skip
    refused = client.post("/desk/announcements/new/", typed)
    assert refused.status_code == 422 and "周六体检" in refused.content.decode()
    typed["ends_at"] = f"{begin + HOUR:%Y-%m-%dT%H:%M}"
    for _click in range(2):
        assert client.post("/desk/announcements/new/", typed).status_code == 302
    row = Announcement.objects.get()
    desk = f"/desk/announcements/{row.pk}/"
    preview = client.get(desk).content.decode()
    assert "零二幺零零零零幺二零零" in preview and "【" in preview and "草稿" in preview
    assert client.post(f"{desk}release/").status_code == 302
    assert client.get(f"{desk}column.pdf").content.startswith(b"%PDF")
    assert "下面再播送一遍" in client.get(f"{desk}script/").content.decode()
    assert "周六体检" in client.get("/desk/announcements/?q=体检&state=on").content.decode()
    assert "周六体检" not in client.get("/desk/announcements/?state=draft").content.decode()
    page = client.get(f"{desk}correct/").content.decode()
    assert "周六体检" in page
    assert client.post(f"{desk}end/").status_code == 302
    again = client.post(f"{desk}end/")
    assert again.status_code == 409


def test_a_correction_strikes_the_old_words_where_they_can_be_read(client: Client) -> None:
    old = announce("三号停水")
    new = announcing.correct(old.pk, words("三点停水"), by=actor("director"), at=now())
    page = client.get("/announcements/").content.decode()
    assert "三点停水" in page and "三号停水" not in page and "更正" in page
    assert "<del>三号停水</del>" in client.get(f"/announcements/{new.pk}/").content.decode()
    assert client.get(f"/announcements/{old.pk}/").status_code == 404


def test_the_live_process_looks_again_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing rings when an announcement begins: every hall that is watched is read again."""
    from yimen.counters import live

    class Quiet:
        async def _none(self) -> Any:
            return
            yield

        def notifies(self, **_how: Any) -> Any:
            return self._none()

    async def read(_db: Any, centre: str) -> bytes:
        return f"{centre} {len(seen)}".encode()

    seen: list[bytes] = []
    monkeypatch.setattr(live, "_read", read)
    halls = live.Halls()
    halls.watching[CENTRE].add(asyncio.Queue())
    halls._send = lambda centre, event: seen.append(event)  # type: ignore[method-assign]

    async def turns() -> None:
        await halls._turn(Quiet())  # type: ignore[arg-type]
        await halls._turn(Quiet())  # type: ignore[arg-type]
        halls.looked -= live.LOOK_S + 1
        await halls._turn(Quiet())  # type: ignore[arg-type]

    asyncio.run(turns())
    assert len(seen) == 2


def test_a_bell_reaches_the_halls_of_its_street_only() -> None:
    from yimen.counters import live

    halls = live.Halls()
    for centre in (CENTRE, CENTRE_2, "31019900201"):
        halls.watching[centre].add(asyncio.Queue())
    assert halls._moved(live.ANNOUNCED, STREET) == {CENTRE, CENTRE_2}
    assert halls._moved(live.CHANNEL, f'{{"centre": "{CENTRE}"}}') == {CENTRE}
    assert halls._moved(live.CHANNEL, '{"centre": "31019900109"}') == set()


def sent(text: str, text_en: str, **more: str) -> dict[str, str]:
    begins = local(now())
    return {
        "text": text, "text_en": text_en, "group": "everybody",
        "begins_at": f"{begins:%Y-%m-%dT%H:%M}", "ends_at": f"{begins + HOUR:%Y-%m-%dT%H:%M}", **more,
    }  # fmt: skip


def test_who_corrects_the_chinese_is_asked_about_the_english(client: Client) -> None:
    """The English would say the old hour to whoever reads only English."""
    old = announce("三号停水", text_en="No water on the 3rd")
    client.force_login(account("director"))
    there = f"/desk/announcements/{old.pk}/correct/"
    asked = client.post(there, sent("三点停水", "No water on the 3rd\r\n"))
    assert asked.status_code == 422 and "中文改了，英文还是原来的" in asked.text
    assert "三点停水" in asked.text and "same_en" in asked.text, "what was typed stays"
    assert Announcement.objects.count() == 1
    assert client.post(there, sent("三点停水", "No water at 3")).status_code == 302
    new = Announcement.objects.get(corrects=old)
    there = f"/desk/announcements/{new.pk}/correct/"
    same = client.post(there, sent("三点起停水", "No water at 3", same_en="on"))
    assert same.status_code == 302, "somebody looked: it still says the same"


def test_who_changes_both_or_no_words_is_not_asked(client: Client) -> None:
    client.force_login(account("director"))
    for text, text_en in (
        ("三号停水", "No water"),
        ("三号停水", "No water today"),
        ("四号停水", ""),
    ):
        old = announce("三号停水", text_en="No water")
        done = client.post(f"/desk/announcements/{old.pk}/correct/", sent(text, text_en))
        assert done.status_code == 302, (text, text_en)


def test_each_language_is_looked_at_once(client: Client) -> None:
    row = announce("三号停水", text_en="No water on the 3rd", short="停水", short_en="No water")
    client.force_login(account("director"))
    page = client.get(f"/desk/announcements/{row.pk}/", headers={"accept-language": "en"}).text
    assert page.count("No water on the 3rd") == 1
    assert 'lang="zh-Hans"' in page and "三号停水" in page
