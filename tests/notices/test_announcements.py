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
from yimen.lib.errors import Forbidden, Invalid, Refused
from yimen.lib.time import at as clock
from yimen.lib.time import local, now
from yimen.notices.actions import announcing
from yimen.notices.actions.announcing import Words
from yimen.notices.models import Announcement
from yimen.notices.queries import announced, everywhere

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
    assert [act for act, _data in said] == ["announced", "ended"]
    assert "三点" not in "".join(data for _act, data in said)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "请 310101199001011234 到窗口"}, "text"),
        ({"ends_at": now()}, "ends_at"),
        ({"ends_at": now() + timedelta(days=91)}, "ends_at"),
        ({"centre": "31010100101"}, "centre"),
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
    assert client.get("/desk/announcements/").status_code == 403


def test_the_display_and_the_machine_and_the_front_page_say_it(client: Client) -> None:
    announce("今天下午三点停水", text_en="No water at three", urgent=True)
    said = {"text": "今天下午三点停水", "text_en": "No water at three", "urgent": True}
    assert hall.snapshot(CENTRE)["announcements"] == [said]
    for page in (f"/wall/{CENTRE}/", f"/kiosk/{CENTRE}/", "/"):
        assert "今天下午三点停水" in client.get(page).content.decode(), page
    english = client.get("/", headers={"accept-language": "en"}).content.decode()
    assert "No water at three" in english


def test_at_the_desk_from_writing_to_taking_down(client: Client) -> None:
    client.force_login(account("director"))
    begin = local(now())
    typed = {
        "text": "周六体检", "begins_at": f"{begin:%Y-%m-%dT%H:%M}",
        "ends_at": f"{begin - HOUR:%Y-%m-%dT%H:%M}", "centre": CENTRE,
    }  # fmt: skip
    refused = client.post("/desk/announcements/", typed)
    assert refused.status_code == 422 and "周六体检" in refused.content.decode()
    typed["ends_at"] = f"{begin + HOUR:%Y-%m-%dT%H:%M}"
    assert client.post("/desk/announcements/", typed).status_code == 302
    row = Announcement.objects.get()
    page = client.get(f"/desk/announcements/{row.pk}/correct/").content.decode()
    assert "周六体检" in page
    assert client.post(f"/desk/announcements/{row.pk}/end/").status_code == 302
    again = client.post(f"/desk/announcements/{row.pk}/end/")
    assert again.status_code == 409


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
