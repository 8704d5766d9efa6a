"""Cases by machine, as docs/interfaces describes them: hand in, read, act, line by line."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.api.calling import ok, problem, submission
from tests.cases.world import MONDAY, SYSTEM, hand_in, matter
from tests.cast import CENTRE, account, actor, facts
from yimen.cases.actions import perform
from yimen.cases.models import Case
from yimen.ledger.models import Entry
from yimen.lib import time
from yimen.lib.documents import resident_check
from yimen.people.models import Party

pytestmark = pytest.mark.django_db
LOW_INCOME = "civil-affairs-001"
ANSWER = {
    "number", "enquiry_no", "enquiry_code", "state", "ending", "received_at", "accept_by",
    "accepted_at", "statutory_due_on", "promised_due_on", "due_basis", "due_provisional",
    "materials", "tasks", "version",
}  # fmt: skip


# -- handing in --------------------------------------------------------------------------------


def test_the_answer_to_a_submission(machine: Any) -> None:
    case = ok(machine("clerk").post("cases", submission()), 201)
    assert set(case) >= ANSWER
    assert case["state"] == "received"
    assert case["ending"] is None
    assert case["accepted_at"] is None
    assert case["due_basis"] == "received"
    assert case["due_provisional"] is False
    assert case["received_at"] == "2026-03-02T09:00:00+08:00"
    assert case["accept_by"] == "2026-03-09"  # five working days after Monday
    assert len(case["enquiry_no"]) == 8 and case["enquiry_no"].isdigit()
    assert len(case["enquiry_code"]) == 6 and case["enquiry_code"].isdigit()
    assert case["tasks"] and set(case["tasks"][0]) >= {"id", "body", "name", "state", "due_at"}
    assert {tuple(sorted(m)) for m in case["materials"]} == {
        ("code", "essential", "name", "status")
    }
    assert {m["status"] for m in case["materials"]} == {"given"}
    assert isinstance(case["version"], int)


def test_no_law_no_statutory_day(machine: Any) -> None:
    with_law = ok(machine("clerk").post("cases", submission()), 201)
    content = Case.objects.get(number=with_law["number"]).matter.content
    assert (with_law["statutory_due_on"] is None) == (content["terms"]["statutory"] is None)


def test_an_essential_material_is_missing_and_it_is_taken_all_the_same(machine: Any) -> None:
    case = ok(machine("clerk").post("cases", submission(materials=[])), 201)
    assert case["state"] == "supplementing"
    assert case["tasks"]
    assert "missing" in {m["status"] for m in case["materials"] if m["essential"]}


def test_the_same_key_is_the_same_case(machine: Any) -> None:
    clerk, body = machine("clerk"), submission()
    first = ok(clerk.post("cases", body, Idempotency_Key="k-1"), 201)
    again = ok(clerk.post("cases", body, Idempotency_Key="k-1"), 201)
    assert again["number"] == first["number"]
    assert again["enquiry_code"] == first["enquiry_code"]
    assert Case.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(machine: Any) -> None:
    clerk = machine("clerk")
    ok(clerk.post("cases", submission(), Idempotency_Key="k-1"), 201)
    other = problem(clerk.post("cases", submission(materials=[]), Idempotency_Key="k-1"), 422)
    assert other["errors"][0]["field"] == "Idempotency-Key"
    assert other["errors"][0]["remedy"]
    assert Case.objects.count() == 1


def test_keys_belong_to_accounts(machine: Any) -> None:
    ok(machine("clerk").post("cases", submission(), Idempotency_Key="k-1"), 201)
    there = submission(centre="31019900102")
    ok(machine("clerk2").post("cases", there, Idempotency_Key="k-1"), 201)
    assert Case.objects.count() == 2


def test_a_key_is_forgotten_after_seven_days(machine: Any) -> None:
    from yimen.intake.ticks import keys

    clerk, body = machine("clerk"), submission()
    first = ok(clerk.post("cases", body, Idempotency_Key="k-1"), 201)
    with time.at(MONDAY + timedelta(days=6, hours=23)):
        keys(time.now())
        assert (
            ok(clerk.post("cases", body, Idempotency_Key="k-1"), 201)["number"] == first["number"]
        )
    with time.at(MONDAY + timedelta(days=7, hours=1)):
        keys(time.now())
        assert (
            ok(clerk.post("cases", body, Idempotency_Key="k-1"), 201)["number"] != first["number"]
        )


def test_a_refused_submission_leaves_its_key_free(machine: Any) -> None:
    clerk = machine("clerk")
    problem(clerk.post("cases", submission(matter="nothing-1"), Idempotency_Key="k-1"), 422)
    ok(clerk.post("cases", submission(), Idempotency_Key="k-1"), 201)


def _wrong_digit(number: str) -> str:
    right = resident_check(number[:17])
    return number[:17] + ("0" if right != "0" else "1")


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("applicant.id_number", lambda b: b["applicant"].update(id_number=_wrong_digit(b["applicant"]["id_number"]))),
        ("applicant.id_number", lambda b: b["applicant"].update(id_number="12")),
        ("applicant.id_number", lambda b: b["applicant"].update(id_number="")),
        ("applicant.name", lambda b: b["applicant"].update(name="")),
        ("applicant.phone", lambda b: b["applicant"].update(phone="12")),
        ("applicant.id_type", lambda b: b["applicant"].update(id_type="library_card")),
        ("applicant", lambda b: b.pop("applicant")),
        ("matter", lambda b: b.update(matter="no-such-matter")),
        ("centre", lambda b: b.update(centre="00000000000")),
        ("channel", lambda b: b.update(channel="pigeon")),
        ("materials.0.given", lambda b: b.update(materials=[{"code": "x", "given": "photo"}])),
        ("materials", lambda b: b.update(materials=[{"code": "no-such-paper", "given": "copy"}])),
        ("agent.id_number", lambda b: b.update(agent={"name": "赵秀珍", "id_type": "resident_id", "id_number": "1"})),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_with_what_to_do(machine: Any, path: str, change: Any) -> None:
    body = submission()
    change(body)
    told = problem(machine("clerk").post("cases", body), 422)
    fields = [e["field"] for e in told["errors"]]
    assert any(f == path or f.startswith(f"{path}.") for f in fields), fields
    assert all(e["remedy"] for e in told["errors"] if e["field"] == path)
    assert not Case.objects.exists()


def test_a_wrong_number_is_not_repeated(machine: Any) -> None:
    body = submission()
    body["applicant"]["id_number"] = _wrong_digit(body["applicant"]["id_number"])
    response = machine("clerk").post("cases", body)
    assert body["applicant"]["id_number"] not in response.content.decode()


def test_an_unknown_area_blocks_nobody(machine: Any) -> None:
    number = "99999919900307123"
    body = submission()
    body["applicant"] = {
        "name": "吴新人", "id_type": "resident_id", "phone": "19900000098",
        "id_number": number + resident_check(number),
    }  # fmt: skip
    ok(machine("clerk").post("cases", body), 201)


@pytest.mark.parametrize(
    ("id_type", "number"),
    [("passport", "P1234567"), ("hk_macao", "H12345678"), ("taiwan", "12345678"), ("other", "")],
)
def test_other_documents(machine: Any, id_type: str, number: str) -> None:
    body = submission(applicant={"name": "吴新人", "id_type": id_type, "id_number": number})
    ok(machine("clerk").post("cases", body), 201)


def test_an_agent_with_a_mandate(machine: Any) -> None:
    agent = {k: facts("mother")[k] for k in ("name", "id_type", "id_number", "phone")}
    agent["mandate"] = {"capacity": "agent", "scope": [LOW_INCOME], "valid_until": "2026-12-31"}
    case = ok(machine("clerk").post("cases", submission(agent=agent)), 201)
    made = Case.objects.get(number=case["number"])
    assert made.presenter == Party.objects.get(name="赵秀珍")
    assert made.mandate is not None
    agent["mandate"] = "公证委托书"  # a plain text names the paper
    ok(machine("clerk").post("cases", submission(agent=agent)), 201)


def test_a_promised_paper_follows(machine: Any) -> None:
    version = matter("civil-affairs-018", materials=[PAPER | {"code": "a"}, LATER])
    given = [{"code": "a", "given": "original"}, {"code": "b", "given": "later"}]
    body = submission(matter=version.matter_id, materials=given)
    case = ok(machine("clerk").post("cases", body), 201)
    assert case["state"] == "received"
    assert {m["code"]: m["status"] for m in case["materials"]} == {"a": "given", "b": "later"}
    assert [o["what"] for o in case["obligations"]] == ["b"]


PAPER = {
    "name": {"zh": "证明", "en": "Proof"}, "essential": True, "original": True, "copies": 0,
    "electronic": True, "may_follow": False,
}  # fmt: skip
LATER = PAPER | {"code": "b", "essential": False, "may_follow": True}


def test_a_resident_hands_in_online_for_themselves_only(machine: Any) -> None:
    own = ok(machine("resident").post("cases", submission(channel="online")), 201)
    assert own["enquiry_code"]
    problem(machine("resident2").post("cases", submission(channel="online")), 422)
    problem(machine("resident").post("cases", submission(channel="counter")), 403)
    problem(machine("officer").post("cases", submission()), 403)
    problem(machine("clerk2").post("cases", submission()), 403)
    problem(machine(None).post("cases", submission()), 401)


# -- reading -----------------------------------------------------------------------------------


def test_one_case_and_who_may_not_see_it(machine: Any) -> None:
    made = ok(machine("clerk").post("cases", submission()), 201)
    number = made["number"]
    assert ok(machine("clerk").get(f"cases/{number}")) == made
    ok(machine("resident").get(f"cases/{number}"))
    missing = problem(machine("resident2").get(f"cases/{number}"), 404)
    nothing = problem(machine("resident2").get("cases/31019900101202603020000999"), 404)
    assert missing == nothing
    problem(machine(None).get(f"cases/{number}"), 401)


def test_the_code_is_for_the_applicant_and_the_counter(machine: Any) -> None:
    number = ok(machine("clerk").post("cases", submission()), 201)["number"]
    perform(number, "accept", by=SYSTEM)
    assert ok(machine("resident").get(f"cases/{number}"))["enquiry_code"]
    for who in ("officer", "director", "auditor", "supervisor"):
        assert ok(machine(who).get(f"cases/{number}"))["enquiry_code"] is None, who


def test_nothing_personal_is_read_by_machine(machine: Any) -> None:
    number = ok(machine("clerk").post("cases", submission()), 201)["number"]
    for path in (f"cases/{number}", f"cases/{number}/ledger", "cases"):
        text = machine("clerk").get(path).content.decode()
        assert facts("resident")["name"] not in text
        assert facts("resident")["id_number"] not in text


def test_the_list_and_its_filters(machine: Any) -> None:
    clerk = machine("clerk")
    received = ok(clerk.post("cases", submission()), 201)["number"]
    waiting = ok(clerk.post("cases", submission(materials=[])), 201)["number"]
    handled = ok(clerk.post("cases", submission()), 201)["number"]
    perform(handled, "accept", by=SYSTEM)

    def found(**query: Any) -> set[str]:
        page = ok(clerk.get("cases", **query))
        assert set(page) == {"items", "next"}
        return {item["number"] for item in page["items"]}

    assert found() == {received, waiting, handled}
    assert found(state="received") == {received}
    assert found(state="supplementing") == {waiting}
    assert found(body="bo-civil-affairs") == {handled}
    assert found(light="green") == {received, waiting, handled}
    assert found(light="red") == set()
    assert found(q=received) == {received}
    assert found(q=Case.objects.get(number=waiting).enquiry_no) == {waiting}
    assert found(q="最低生活保障") <= {received, waiting, handled}
    due = Case.objects.get(number=received).due_at
    day = time.local(due).date()
    assert received not in found(due_before=day.isoformat())
    assert received in found(due_before=(day + timedelta(days=1)).isoformat())
    with time.at(due + timedelta(seconds=1)):
        assert received in found(light="red")


@pytest.mark.parametrize(
    ("field", "query"),
    [
        ("state", {"state": "sleeping"}),
        ("light", {"light": "blue"}),
        ("due_before", {"due_before": "tomorrow"}),
        ("limit", {"limit": "many"}),
    ],
)
def test_a_filter_that_is_none_is_named(machine: Any, field: str, query: dict[str, str]) -> None:
    told = problem(machine("clerk").get("cases", **query), 422)
    assert told["errors"][0]["field"] == field


def test_pages_are_linked_by_cursors(machine: Any) -> None:
    made = {hand_in(LOW_INCOME).case.number for _ in range(5)}
    clerk, seen, cursor = machine("clerk"), [], ""
    while cursor is not None:
        page = ok(clerk.get("cases", limit=2, cursor=cursor))
        assert len(page["items"]) <= 2
        seen += [item["number"] for item in page["items"]]
        cursor = page["next"]
    assert len(seen) == 5
    assert set(seen) == made
    for wrong in ("x", "%%%", "eyJhIjoxfQ", "MTIz"):
        assert clerk.get("cases", cursor=wrong).status_code in (200, 400, 422)


def test_the_record_of_a_case(machine: Any) -> None:
    number = hand_in(LOW_INCOME).case.number
    perform(number, "accept", by=SYSTEM)
    body = ok(machine("auditor").get(f"cases/{number}/ledger"))
    assert set(body) == {"items", "next"}
    assert [e["act"] for e in body["items"]][:2] == ["receive", "accept"]
    assert [e["seq"] for e in body["items"]] == list(range(1, len(body["items"]) + 1))
    assert body["items"][0]["account"] == str(account("clerk").pk)
    problem(machine("resident2").get(f"cases/{number}/ledger"), 404)


# -- acts --------------------------------------------------------------------------------------


def act(machine: Any, who: str, number: str, name: str, **more: Any) -> dict[str, Any]:
    """Do it, with the version at hand; the answer is the case."""
    version = Case.objects.get(number=number).version
    case = ok(machine(who).act(number, name, version=version, **more))
    assert set(case) >= ANSWER
    assert case["version"] > version
    return dict(case)


def test_a_case_from_hand_to_hand_by_machine(machine: Any) -> None:
    """accept, offer, sign, return, finish, decide, deliver, confirm."""
    number = ok(machine("clerk").post("cases", submission(matter="civil-affairs-018")), 201)[
        "number"
    ]
    case = act(machine, "clerk", number, "accept")
    assert case["state"] == "handling"
    told = machine("clerk").act(number, "accept", version=case["version"])
    assert problem(told, 409)["detail"]
    assert case["due_basis"] == "accepted"
    assert case["accepted_at"] == "2026-03-02T09:00:00+08:00"
    task = next(t for t in case["tasks"] if t["sort"] == "check")["id"]
    case = act(machine, "officer4", number, "sign", task=task)
    assert next(t for t in case["tasks"] if t["id"] == task)["state"] == "signed"
    case = act(machine, "officer4", number, "return", task=task, reason="材料里少一页")
    assert next(t for t in case["tasks"] if t["id"] == task)["state"] == "returned"
    again = next(t for t in case["tasks"] if t["sort"] == "check" and t["id"] != task)
    assert again["attempt"] == 2
    case = act(machine, "assistant", number, "offer", task=again["id"], body="bo-civil-affairs")
    for _ in range(20):
        open_ones = [t for t in case["tasks"] if t["state"] in ("offered", "signed")]
        if case["state"] != "handling" or not open_ones:
            break
        one = open_ones[0]
        if one["sort"] == "decide":
            case = act(machine, "officer", number, "decide", outcome="granted")
            break
        more = {"task": one["id"]}
        if one["sort"] == "visit":
            more["visitors"] = ["officer", "officer2"]
        if one["sort"] == "check":
            more |= {"consent": True, "answer": "match"}
        case = act(machine, "officer", number, "finish", **more)
    assert case["state"] == "decided"
    assert case["outcome"] == "granted"
    case = act(machine, "clerk", number, "deliver", way="counter")
    assert case["state"] == "delivering"
    case = act(machine, "clerk", number, "confirm")
    assert (case["state"], case["ending"]) == ("closed", "completed")


def test_the_other_acts_by_machine(machine: Any) -> None:
    """not_accept, supplement, supplied, hold, resume, extend, withdraw."""
    from yimen.clock.profiles import profile

    refused = hand_in(LOW_INCOME).case.number
    case = act(
        machine, "clerk", refused, "not_accept", reason="户籍不在本街道", direction="到户籍地办理"
    )
    assert (case["state"], case["ending"]) == ("closed", "not_accepted")

    asked = hand_in(LOW_INCOME)
    paper = asked.content.materials[0].code
    case = act(
        machine, "clerk", asked.case.number, "supplement", materials=[paper], reason="缺一页"
    )
    assert case["state"] == "supplementing"
    case = act(machine, "clerk", asked.case.number, "supplied", materials=[paper])
    assert case["state"] in ("received", "handling")

    held = hand_in(LOW_INCOME).case.number
    act(machine, "clerk", held, "accept")
    sort = next(iter(profile(time.today()).holds))
    case = act(machine, "officer", held, "hold", type=sort, reason="需要鉴定")
    assert case["held"] is True
    assert case["holds"][0]["article"]
    case = act(machine, "officer", held, "resume")
    assert case["held"] is False

    left = hand_in(LOW_INCOME).case.number
    case = act(machine, "resident", left, "withdraw", reason="不办了")
    assert (case["state"], case["ending"]) == ("closed", "withdrawn")


def test_an_extension_is_approved_by_the_head_once(machine: Any) -> None:
    number = hand_in(LOW_INCOME).case.number
    before = act(machine, "clerk", number, "accept")
    told = machine("officer").act(number, "extend", version=before["version"], reason="疑难")
    problem(told, 403)
    answer = machine("head").act(number, "extend", version=before["version"], reason="疑难")
    if answer.status_code == 409:  # this matter's law knows no extension
        problem(answer, 409)
        return
    after = ok(answer)
    assert after["promised_due_on"] >= before["promised_due_on"]
    again = machine("head").act(number, "extend", version=after["version"], reason="再次")
    problem(again, 409)


def test_not_now_is_409_with_a_sentence(machine: Any) -> None:
    number = hand_in(LOW_INCOME).case.number
    for name, more in (
        ("decide", {"outcome": "granted"}),
        ("confirm", {}),
        ("reopen", {"reason": "x"}),
    ):
        answer = machine("director").act(number, name, version=1, **more)
        assert answer.status_code in (403, 409), (name, answer.content.decode())


def test_a_stale_version_is_412_and_nothing_happens(machine: Any) -> None:
    number = hand_in(LOW_INCOME).case.number
    stale = Case.objects.get(number=number).version
    act(machine, "clerk", number, "accept")
    before = Entry.objects.filter(stream=f"case:{number}").count()
    told = problem(machine("director").act(number, "urge", version=stale, reason="快些"), 412)
    assert told["detail"]
    assert Entry.objects.filter(stream=f"case:{number}").count() == before


@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("act", {"act": "bake"}),
        ("act", {}),
        ("version", {"act": "accept", "version": "first"}),
        ("at", {"act": "accept", "at": "yesterday"}),
        ("at", {"act": "accept", "at": "2026-13-45T99:00:00+08:00"}),
        ("at", {"act": "accept", "at": "2026-03-03T09:00:00+08:00"}),  # not yet
        ("at", {"act": "accept", "at": "2026-03-01T09:00:00+08:00"}),  # before it came in
        ("reason", {"act": "not_accept", "direction": "x"}),
        ("direction", {"act": "not_accept", "reason": "x"}),
        ("reason", {"act": "supplement"}),
    ],
)
def test_a_wrong_argument_is_422_by_its_name(
    machine: Any, field: str, body: dict[str, Any]
) -> None:
    number = hand_in(LOW_INCOME).case.number
    told = problem(machine("clerk").post(f"cases/{number}/acts", body), 422)
    assert field in {e["field"] for e in told["errors"]}


def test_an_act_may_have_happened_earlier_today_anywhere_on_earth(machine: Any) -> None:
    number = hand_in(LOW_INCOME).case.number
    with time.at(MONDAY + timedelta(days=1)):
        case = act(machine, "clerk", number, "accept", at="2026-03-02T22:30:00Z")
    assert case["accepted_at"] == "2026-03-03T06:30:00+08:00"


def test_without_right_403_and_unseen_404(machine: Any) -> None:
    number = hand_in(LOW_INCOME).case.number
    problem(machine("auditor").act(number, "accept"), 403)
    problem(machine("resident").act(number, "accept"), 403)
    problem(machine("clerk2").act(number, "accept"), 404)
    problem(machine("resident2").act(number, "withdraw"), 404)
    problem(machine(None).act(number, "withdraw"), 401)
    assert actor("auditor").can is not None


def test_what_time_does_is_not_for_machines_to_say(machine: Any) -> None:
    number = hand_in(LOW_INCOME).case.number
    for name in ("deem", "warn", "recompute", "receive", "consent", "end_hold"):
        assert machine("director").act(number, name).status_code in (403, 422), name


# -- shapes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", ["", "[]", '"text"', "{", "null", "\xff\xfe", "1" * 10])
def test_a_body_that_is_no_object(machine: Any, body: str) -> None:
    number = hand_in(LOW_INCOME).case.number
    for path in ("cases", f"cases/{number}/acts"):
        answer = machine("clerk").post(path, body.encode("latin-1"))
        assert answer.status_code in (400, 422), (path, body)
        problem(answer, answer.status_code)


def test_a_centre_is_a_code(machine: Any) -> None:
    listed = ok(machine(None).get("centres"))
    assert set(listed) == {"items", "next"}
    assert {"code", "name", "street"} <= set(listed["items"][0])
    assert CENTRE in {c["code"] for c in listed["items"]}


def test_an_answer_that_the_matter_does_not_ask_for(machine: Any) -> None:
    told = problem(machine("clerk").post("cases", submission(facts={"shoe_size": 42})), 422)
    assert told["errors"][0]["field"] == "facts.shoe_size"
