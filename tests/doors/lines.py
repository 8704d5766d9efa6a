"""What the town has of the directory and of the help line."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.cast import CENTRE, STREET, actor, body, party
from yimen.lib import time

# Said on the telephone and shown only to who reads cases in full.
SAID = "邻里之间的往事"
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060"
    "0000000500010a2db4160000000049454e44ae426082"
)
ASKED = {
    "need": "care.meal", "what": "要送饭", "place": f"{STREET}001", "name": "孙爷爷",
    "phone": "19900000066",
}  # fmt: skip


def picture() -> SimpleUploadedFile:
    held = BytesIO()
    Image.new("RGB", (8, 8), "teal").save(held, "JPEG")
    return SimpleUploadedFile("p.jpg", held.getvalue(), "image/jpeg")


def directory(town: Any) -> dict[str, Any]:
    """The demonstration's list; the resident offers help, is vetted and asked."""
    from yimen.directory import actions, loaders
    from yimen.directory.models import Service

    at = time.now()
    loaders.demo()
    helper = actions.offer_help(
        f"{STREET}001", services=["company"], times=["weekend_day"], weekly=2, consent=True,
        by=actor("resident"), at=at,
    )  # fmt: skip
    actions.vet(helper, by=actor("assistant"), at=at)
    asking = actions.ask(
        helper, job=f"case:{town.number}", service=Service.objects.get(code="company"),
        meeting="public", brief="陪去菜场", when=at + timedelta(days=3), by=actor("clerk"), at=at,
    )  # fmt: skip
    actions.raise_concern(asking, text="门口两天没有人应", by=actor("clerk"), at=at)
    return {"helper": helper.pk, "asking": asking.pk}


def line(town: Any) -> dict[str, Any]:
    """A request that was answered and waits for its call back, one handed to 120, a shift's note."""
    from yimen.hotline import actions
    from yimen.hotline.actions import Taken
    from yimen.hotline.models import HelpRequest, JobNote, Photo
    from yimen.lib.actor import system
    from yimen.matters import loaders

    time_passes = system(STREET, "gateway")

    data = Path(__file__).resolve().parent.parent.parent / "data"
    loaders.load(*(data / "matters" / f"help-00{n}.json" for n in (2, 3, 4)))
    at, clerk = time.now(), actor("clerk")
    asked = Taken("care.meal", SAID, place=f"{STREET}001", party=party("resident").pk)
    waiting = actions.take(asked, by=clerk, at=at)
    actions.reply(waiting.case.number, done=True, text="明天起送", by=actor("officer"), at=at)
    open_one = actions.take(asked, by=clerk, at=at)
    job, done = (given(asked, "unit-repair") for _n in range(2))
    shot = SimpleUploadedFile("IMG_0001.png", PICTURE)
    actions.finish_job(done, done=True, text="送到了", photos=[shot], by=actor("partner"), at=at)
    to_send = actions.take(asked, by=clerk, at=at)
    sent = actions.dispatch(to_send.case.number, to="body:bo-justice", by=clerk, at=at)
    head = HelpRequest.objects.get(case=open_one.case)
    joined = actions.take(replace(asked, same_as=head.pk), by=clerk, at=at)
    beside = actions.take(asked, by=clerk, at=at)
    actions.take(replace(asked, need="repair.water"), by=clerk, at=at)
    danger = actions.transfer("120", by=clerk, at=at)
    note = actions.write_note("九点来电", by=clerk, at=at)
    pictured = Taken(
        "care.meal", SAID, place=f"{STREET}001", party=party("resident").pk, photos=[picture()]
    )
    asked_for = actions.take(pictured, by=actor("resident"), at=at, channel="web")
    text, _new = actions.get_message(
        STREET, ref="m1", number="", text="三楼漏水", by=time_passes, at=at
    )
    unhappy = actions.take(asked, by=clerk, at=at)
    actions.reply(unhappy.case.number, done=True, text="明天起送", by=actor("officer"), at=at)
    row = HelpRequest.objects.get(case=unhappy.case)
    actions.call_back(row, reached=True, solved="no", by=clerk, at=at)
    again = actions.take(asked, by=clerk, at=at)
    actions.reply(again.case.number, done=True, text="明天起送", by=actor("officer"), at=at)
    second = HelpRequest.objects.get(case=again.case)
    actions.call_back(second, reached=True, solved="no", by=clerk, at=at)
    objected = actions.object_to(
        second.calls_back.get().pk, reason="不属职责", by=actor("officer"), at=at
    )
    return {
        "unhappy": row.calls_back.get().pk, "objection": objected.pk,
        "back": HelpRequest.objects.get(case=waiting.case).pk, "help": open_one.case.number,
        "danger": danger.pk, "note": note.pk, "job": job, "job_done": done,
        "job_care": given(asked, "unit-care", "partner2"),
        "job_photo": JobNote.objects.get(sort="photo").file_id,
        "asked_for": asked_for.case.number, "pictured": Photo.objects.get().pk, "texted": text.pk,
        "to_send": to_send.case.number, "dispatch": sent.pk,
        "help_request": head.pk,
        "joined": HelpRequest.objects.get(case=joined.case).pk, "beside": beside.case.number,
    }  # fmt: skip


def order(town: Any) -> dict[str, Any]:
    """An order of a platform without an interface, typed in, not sorted yet."""
    from yimen.bridges import actions
    from yimen.matters import loaders

    data = Path(__file__).resolve().parent.parent.parent / "data"
    loaders.load(data / "matters" / "help-006.json")
    at = time.now()
    system, _secret = actions.connect(
        street=STREET, code="p12345", name="12345", body=body("street-office"), sort="closed",
        by=actor("admin"), at=at,
    )  # fmt: skip
    platform = actions.connect_platform(
        system, mapping_name="12345", account=None, hours=24, by=actor("admin"), at=at
    )
    said = actions.Said("D7", "", SAID, at, place=f"{STREET}001", category="99")
    made, _new = actions.take_order(platform, said, by=actor("clerk"), at=at)
    return {"order": made.pk, "platform": str(platform.pk)}


def given(asked: Any, unit: str, worker: str = "partner") -> str:
    """A request that a partner unit got, and signed for unless nobody of it did."""
    from yimen.cases.actions import perform
    from yimen.directory.models import Unit
    from yimen.hotline import actions, proposing

    at = time.now()
    d = actions.take(asked, by=actor("clerk"), at=at)
    paid = Unit.objects.filter(body=body(unit)).first()
    if paid and proposing.unpaid(d.case.pk, body(unit).pk):
        actions.answer_price(
            d.case.number, unit=paid.code, price="每小时 45 元", agreed=True, said_by="caller",
            by=actor("clerk"), at=at,
        )  # fmt: skip
    for task in d.open_tasks:
        perform(d.case.number, "offer", by=actor("assistant"), task=str(task.pk), body=unit)
    if worker:
        actions.sign_job(d.case.number, by=actor(worker), at=at)
    return str(d.case.number)


def samples(town: Any, one: Any) -> dict[str, Any]:
    """What the addresses of both need to be reached, and who is asked about announcements."""
    return {
        "notices:texts_for": {
            key: {"args": (pk,), "data": {"do": "yes"}}
            for key, pk in (("", town["party"]), ("elsewhere", town["neighbour"]))
        },
        "hotline:back": one(town["back"], data={"reached": "no"}),
        "hotline:reply": one(town["help"], data={"done": "yes", "text": "明天起送"}),
        "hotline:job": one(town["job"], data={"do": "there"}),
        "hotline:job_phone": one(town["job"], data={"reason": "约时间"}),
        "hotline:photo": one(town["job_done"], town["job_photo"]),
        "bridges:order": one(town["order"]),
        "bridges:order_by_hand": one(
            data={"platform": town["platform"], "their_number": "D8", "text": "路灯不亮"}
        ),
        "bridges:order_return": one(town["order"], data={"reason": "not_ours", "text": "在邻街道"}),
        "bridges:order_sort": one(town["order"], data={"need": "street.light"}),
        "bridges:order_act": one(town["order"], data={"do": "accepted"}),
        "api:take_order": one(
            data={"their_number": "D1", "text": "x", "received_at": "2026-03-02T09:00:00+08:00"}
        ),
        "api:get_order": one("D1"),
        "api:act_on_order": one("D1", data={"act": "accept_return"}),
        "api:get_job": one(town["job"]),
        "api:act_on_job": one(town["job"], data={"act": "arrived"}),
        "api:add_photo": one(town["job"], data={"photo": "no picture"}),
        "api:job_number": one(town["job"], data={"reason": "约时间"}),
        "hotline:dispatch": one(
            town["to_send"],
            data={"do": "recall", "dispatch": str(town["dispatch"]), "text": "派错了"},
        ),
        "hotline:neighbours": one(town["to_send"], data={"do": "thank", "asking": ""}),
        "hotline:learn": one(town["danger"], data={"outcome": "已送医"}),
        "hotline:sign": one(town["note"]),
        "hotline:behind": one(query={"by": "need", "key": "care.meal"}),
        "hotline:recurring_one": one(query={"need": "repair.water", "place": f"{STREET}001"}),
        "hotline:recurring_look": one(
            data={"need": "repair.water", "place": f"{STREET}001", "note": "水管老化"}
        ),
        "hotline:event": one(town["help_request"]),
        "hotline:event_join": one(
            town["help_request"], data={"typed": town["beside"], "reason": "同一件事"}
        ),
        "hotline:event_leave": one(
            town["help_request"], data={"which": str(town["joined"]), "reason": "另一件事"}
        ),
        "hotline:event_tell": one(town["help_request"], data={"news": "over"}),
        "hotline:channel": one("daily", data={"since": "2026-01-01", "ask": "社区办"}),
        "hotline:alarm": one(data={"to": "120"}),
        "hotline:words": one(town["to_send"], data={"text": "三楼左手那家"}),
        "hotline:open311_requests": one(
            "json", data={"service_code": "care.meal", "address_id": f"{STREET}001"}
        ),
        **{
            f"hotline:open311_{name}": one(*args, "json")
            for name, args in {
                "discovery": (),
                "services": (),
                "definition": ("repair.water",),
                "request": (town["help"],),
                "token": ("none",),
            }.items()
        },
        "hotline:open311_nothing": one("x.json"),
        "hotline:ask": one(query={"need": "care.meal"}, data=ASKED),
        "hotline:kiosk": one(CENTRE, query={"need": "care.meal"}, data=ASKED),
        "hotline:report": one(data=ASKED | {"consent": "given"}),
        "hotline:origin": one(town["asked_for"]),
        "hotline:sent_photo": one(town["pictured"]),
        "hotline:message": one(town["texted"], data={"do": "drop"}),
        "notices:announcement": {
            "": {"args": (town["announcement"],)},
            "draft": {"args": (town["drafted"],)},
        },
        "notices:public_one": {
            "": {"args": (town["announcement"],)},
            "draft": {"args": (town["drafted"],)},
        },
        "notices:rewrite": one(town["drafted"]),
        "notices:release": one(town["drafted"]),
        "notices:drop": one(town["drafted"]),
        "notices:column": one(town["announcement"]),
        "notices:script": one(town["announcement"]),
        "notices:texts": one(data={"do": "yes"}),
        "hotline:object": one(town["unhappy"], data={"reason": "不属职责"}),
        "hotline:judge": one(town["objection"], data={"upheld": "yes", "why": "证据充分"}),
        "directory:act": one(town["asking"], data={"do": "yes"}),
        "directory:unit": one("canteen"),
        "directory:service": one("meal"),
        "directory:kiosk": one(CENTRE),
        "directory:helper": one(town["helper"], data={"do": "pause"}),
    }
