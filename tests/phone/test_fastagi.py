"""The line behind an exchange: what callers hear, what is written down, and what goes wrong."""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.db import OperationalError

from tests.cases.world import hand_in
from tests.cast import CENTRE
from tests.phone.exchange import NUMBER, Exchange, Shared, call_in, service, words_of
from yimen.bodies.queries import centre_body
from yimen.cases import by_phone
from yimen.cases.dossier import Dossier
from yimen.contacts.models import Enquiry, Words
from yimen.ledger.models import Entry
from yimen.lib import time
from yimen.lib.crypto import unseal
from yimen.notices.models import Message
from yimen.people.models import Party
from yimen.phone import actions, ticks
from yimen.phone.models import Call, CallBack
from yimen.phone.rules import Not
from yimen.phone.sounds import Sounds
from yimen.phone.wording import WORDS

pytestmark = [
    pytest.mark.django_db(databases=["default", "journal"]),
    pytest.mark.usefixtures("cast", "_fresh"),
]
ZONE = ZoneInfo("Asia/Shanghai")
OPEN = datetime(2026, 11, 24, 10, 0, tzinfo=ZONE)  # a Tuesday
NIGHT = datetime(2026, 11, 24, 22, 0, tzinfo=ZONE)


@pytest.fixture
def _fresh(settings: Any) -> None:
    cache.clear()
    settings.YIMEN_PHONE_LINES = {"*": CENTRE}


@pytest.fixture
def case() -> Dossier:
    return hand_in("civil-affairs-001")


def keys_of(d: Dossier) -> tuple[str, str]:
    return d.case.enquiry_no, unseal(d.case.enquiry_code, about=f"case:{d.case.number}")


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def spoken(*codes: str) -> list[str]:
    return [str(WORDS[code]) for code in codes]


def test_number_and_code_then_the_state_in_words(
    sounds: Sounds, case: Dossier, caplog: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    number, code = keys_of(case)
    call = call_in(sounds, Exchange(number + code + "#"))[0]
    answer = by_phone.enquire("somebody else", number, code).sentences
    assert case.content.name.zh in answer and "已收件" in answer
    assert words_of(sounds, call) == [
        *spoken("greeting", "offer_home", "ask_number", "ask_code"), *answer, *spoken("menu", "goodbye"),
    ]  # fmt: skip
    row = Call.objects.get()
    assert (row.outcome, row.told, row.wrong, row.hung_up) == ("told", 1, 0, False)
    assert row.centre_id == CENTRE and row.ended_at and row.ended_at >= row.started_at
    assert [code for _s, code in row.said][:4] == [
        "greeting",
        "offer_home",
        "ask_number",
        "ask_code",
    ]
    kept = json.dumps(row.said) + caplog.text
    assert number not in kept and code not in kept and NUMBER not in kept


def test_again_and_another_one(sounds: Sounds, case: Dossier) -> None:
    number, code = keys_of(case)
    call = call_in(sounds, Exchange(number + code + "1" + "2" + number + code + "-" * 9))[0]
    name = case.content.name.zh
    assert words_of(sounds, call).count(name) == 3
    assert Call.objects.get().told == 2


def test_a_wrong_number_and_a_wrong_code_cannot_be_told_apart(
    sounds: Sounds, case: Dossier
) -> None:
    number, code = keys_of(case)
    nobody = "99999999" if number != "99999999" else "99999998"
    first, second = call_in(
        sounds, Exchange(nobody + code + "-" * 9, caller="02164370001"),
        Exchange(number + wrong(code) + "-" * 9, caller="02164370002"),
    )  # fmt: skip
    assert words_of(sounds, first) == words_of(sounds, second)
    assert spoken("not_found")[0] in words_of(sounds, first)
    assert {c.outcome for c in Call.objects.all()} == {"wrong"}


def test_wrong_codes_are_slowed_by_line_as_on_the_web(sounds: Sounds, case: Dossier) -> None:
    number, code = keys_of(case)
    tries = (number + wrong(code)) * 3
    with time.at(OPEN):
        for _call in range(4):  # three a call, ten a minute
            last = call_in(sounds, Exchange(tries + "-" * 9))[0]
        assert spoken("too_many")[0] in words_of(sounds, last)
        slowed = call_in(sounds, Exchange(number + code + "-" * 9))[0]
        assert case.content.name.zh not in words_of(sounds, slowed), "right, but from that line"
        other = call_in(sounds, Exchange(number + code + "-" * 9, caller="02164370003"))[0]
        assert case.content.name.zh in words_of(sounds, other)
    with time.at(OPEN.replace(minute=2)):
        later = call_in(sounds, Exchange(number + code + "-" * 9))[0]
        assert case.content.name.zh in words_of(sounds, later)


@pytest.mark.django_db(transaction=True, databases=["default", "journal"])
def test_two_lines_at_once_hear_each_their_own(sounds: Sounds) -> None:
    cases = [hand_in("civil-affairs-001"), hand_in("housing-005")]
    calls = call_in(
        sounds,
        *[
            Exchange("".join(keys_of(d)) + "#", caller=f"0216437000{n}")
            for n, d in enumerate(cases)
        ],
        threads=True,
    )
    for call, mine, other in zip(calls, cases, cases[::-1], strict=True):
        heard = words_of(sounds, call)
        assert mine.content.name.zh in heard and other.content.name.zh not in heard


def test_a_call_back_becomes_the_desks_question(sounds: Sounds, case: Dossier) -> None:
    with time.at(NIGHT):
        call = call_in(sounds, Exchange("".join(keys_of(case)) + "0" + "1"))[0]
    heard = words_of(sounds, call)
    assert "".join(heard).count("服务时间是") == 1 and "8点30分到16点30分" in "".join(heard)
    owed, question = CallBack.objects.get(), Enquiry.objects.get()
    assert (owed.question, owed.body_id) == (question.number, centre_body(CENTRE).pk)
    assert "".join(heard).endswith(f"编号是：{question.number}我们最迟在11月25日给您回电。再见。")
    assert question.owner_body_id == owed.body_id and question.channel == "phone"
    assert question.first_body_id == owed.body_id and question.due_at == owed.due_at
    assert case.case.number in Words.objects.get(enquiry=question).body
    party = Party.objects.get(pk=owed.party_id)
    assert (party.name, party.phone_mask) == (actions.CALLER, "139****4567")
    assert Call.objects.get().outcome == "call_back" and owed.call_id == Call.objects.get().pk
    assert Message.objects.filter(to_body=owed.body_id, template="enquiry.new").exists()
    kept = json.dumps(list(Entry.objects.values_list("data", flat=True)), default=str)
    assert NUMBER not in kept
    assert not [w for w in heard if NUMBER in w]


@pytest.mark.django_db(transaction=True, databases=["default", "journal"])
def test_who_calls_twice_is_called_back_once(sounds: Sounds) -> None:
    with time.at(NIGHT):
        call_in(sounds, Exchange("0#1"), Exchange("0#1"), threads=True)
        call_in(sounds, Exchange("0#1"), threads=True)
    assert CallBack.objects.count() == Enquiry.objects.count() == 1


def test_another_number_is_read_back_digit_by_digit(sounds: Sounds) -> None:
    with time.at(NIGHT):
        call = call_in(sounds, Exchange("0#" + "2" + "123#1" + "02164371234#1", caller="anonymous"))
    # withheld: asked at once; 2123 is no number
    heard = words_of(sounds, call[0])
    assert spoken("no_such_number")[0] in heard
    place = heard.index("您输入的号码是：", heard.index(spoken("no_such_number")[0]))
    assert heard[place + 1 : place + 12] == list("02164371234")
    assert Party.objects.get(pk=CallBack.objects.get().party_id).phone_mask.endswith("34")


def test_in_hours_the_desk_is_rung(sounds: Sounds, settings: Any) -> None:
    settings.YIMEN_PHONE_DESK = "PJSIP/desk"
    answered, busy = Exchange("0#"), Exchange("0##", caller="02164370001")
    answered.dial = "ANSWER"
    with time.at(OPEN):
        call_in(sounds, answered, busy)
    assert 'EXEC Dial "PJSIP/desk,30"' in answered.orders
    assert words_of(sounds, answered)[-1] == spoken("connecting")[0]
    assert words_of(sounds, busy)[-3:] == spoken("desk_busy", "offer", "goodbye")
    assert sorted(Call.objects.values_list("outcome", flat=True)) == ["nothing", "transferred"]
    with time.at(NIGHT):
        night = call_in(sounds, Exchange("0##"))[0]
    assert not [o for o in night.orders if o.startswith("EXEC")]


def test_hanging_up_in_the_middle_of_a_word(sounds: Sounds, case: Dossier) -> None:
    number, code = keys_of(case)
    for keys in (["!"], [*number, "!"], [*number, *code, "!"]):
        call_in(sounds, Exchange(keys))
    rows = Call.objects.order_by("started_at")
    assert [(r.hung_up, r.outcome) for r in rows] == [
        (True, "nothing"), (True, "nothing"), (True, "told"),
    ]  # fmt: skip
    assert not rows.filter(ended_at=None)


def test_a_database_that_is_away_is_said_honestly(
    sounds: Sounds, case: Dossier, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: Any) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(by_phone, "enquire", away)
    call = call_in(sounds, Exchange("".join(keys_of(case)) + "#"))[0]
    assert words_of(sounds, call)[-3:] == spoken("down", "last", "goodbye")
    assert Call.objects.get().outcome == "down"
    # not even the call's own row can be written
    monkeypatch.setattr(actions, "write_down", away)
    monkeypatch.setattr("yimen.phone.queries.centre_of_line", away)
    call = call_in(sounds, Exchange("".join(keys_of(case)) + "0#"))[0]
    assert spoken("down")[0] in words_of(sounds, call)
    assert spoken("desk_none")[0] in words_of(sounds, call)


def test_what_cannot_be_spoken_is_not_answered_in_tones(sounds: Sounds, case: Dossier) -> None:
    sounds.program = None
    call = call_in(sounds, Exchange("".join(keys_of(case)) + "-" * 9))[0]
    assert len(set(call.played)) == 1, "nothing but the tone"
    assert [code for _s, code in Call.objects.get().said][4:6] == ["down", "last"]
    assert Not.ABLE.value == "down"


def test_more_calls_than_lines(sounds: Sounds) -> None:
    calls = call_in(sounds, Exchange("-" * 9), Exchange("-" * 9), most=1)
    assert spoken("full") in [words_of(sounds, call) for call in calls]


def test_nonsense_from_the_other_side_ends_that_call_only(sounds: Sounds) -> None:
    office = Shared(sounds)

    async def run() -> Exchange:
        async with service(office) as address:
            for junk in (
                b"\n",
                b"\x00" * 40_000 + b"\n",
                b"agi_x\n" * 500,
                b"GET / HTTP/1.1\r\n\r\n",
            ):
                _reader, writer = await asyncio.open_connection(*address)
                writer.write(junk)
                writer.close()
            return await Exchange("-" * 9).call(address)

    assert words_of(sounds, asyncio.run(run()))[0] == spoken("greeting")[0]


def test_a_call_that_a_crash_cut_gets_its_end(sounds: Sounds) -> None:
    log = actions.Log(adapter="fastagi", centre=CENTRE, started_at=OPEN)
    actions.write_down(log)
    assert ticks.cut(OPEN.replace(minute=30)) == 0, "it may still be going on"
    assert ticks.cut(OPEN.replace(hour=12)) == 1
    assert Call.objects.get().outcome == "cut"
