"""The counter page: who, what, form, papers, hand in; nothing typed is lost, nothing is doubled."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.cast import account, body, facts, party
from tests.intake.conftest import ANSWERS, CARD, HOME, INSURANCE, THREE, Counter, load_events
from yimen.cases.dossier import load
from yimen.cases.models import Bundle, Case
from yimen.cases.models import Counter as Numbers
from yimen.cases.queries import wished
from yimen.contacts.actions import ask
from yimen.custody.models import Paper
from yimen.intake.models import Draft
from yimen.lib.documents import resident_check
from yimen.lib.time import now, today
from yimen.people.models import Mandate, Party

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast", "matters")]
Make = Callable[..., Counter]
PAPERS = {
    "m-resident-id": "o", "m-household-register": "o", "m-form-civil-affairs-012": "o",
    "m-housing-proof": "c", "m-power-of-attorney": "-",
}  # fmt: skip
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415478da63f8"
    "ffff3f0005fe02fea72d7f0f0000000049454e44ae426082"
)


def number_of(birth: str, tail: str = "002", area: str = "310199") -> str:
    start = f"{area}{birth}{tail}"
    return start + resident_check(start)


# -- who -------------------------------------------------------------------------------------------


def test_a_scanned_number_takes_the_person_and_shows_a_mask(counter: Make) -> None:
    desk = counter()
    answer = desk.post(who=facts("resident")["id_number"])
    assert answer.status_code == 302
    page = desk.client.get(desk.address).content.decode()
    assert "林晓棠" in page and "310199********4281" in page
    assert facts("resident")["id_number"] not in page
    assert facts("resident")["id_number"] not in str(desk.draft.answers)


def test_a_name_of_several_is_asked_about(counter: Make) -> None:
    desk = counter()
    answer = desk.post(who="周建国")
    assert answer.status_code == 200
    assert answer.content.decode().count('value="pick:present/') == 2
    chosen = party("twin")
    desk.do(f"pick:present/{chosen.pk}")
    assert desk.draft.answers["applicant"] == str(chosen.pk)


def test_somebody_of_another_street_cannot_be_picked(counter: Make) -> None:
    desk = counter()
    desk.post(who="周建国")
    stranger = Party.objects.exclude(street="310199001").first()
    assert stranger is not None
    assert desk.do(f"pick:present/{stranger.pk}").status_code == 404


def test_a_stranger_is_registered_on_the_spot(counter: Make) -> None:
    desk = counter()
    number = number_of("19900101")
    answer = desk.post(who=number)
    assert answer.status_code == 200 and f'value="{number}"' in answer.content.decode()
    wrong = desk.do(
        "register", new__name="新来的", new__id_type="resident_id", new__id_number=number[:-1] + "0"
    )
    assert wrong.status_code == 422 and "新来的" in wrong.content.decode()
    desk.do("register", new__name="新来的", new__id_type="resident_id", new__id_number=number)
    assert desk.draft.answers["applicant"] == str(Party.objects.get(name="新来的").pk)


def test_an_unknown_area_warns_and_never_blocks(counter: Make) -> None:
    desk = counter()
    number = number_of("19900101", area="999999")
    desk.do("register", new__name="外来者", new__id_type="resident_id", new__id_number=number)
    page = desk.client.get(desk.address).content.decode()
    assert "地区代码不在代码表中" in page
    assert desk.draft.answers["applicant"] == str(Party.objects.get(name="外来者").pk)


def test_another_name_for_a_known_number_is_decided_on_record(counter: Make) -> None:
    desk = counter()
    number = facts("resident")["id_number"]
    asked = desk.do(
        "register", new__name="林晓堂", new__id_type="resident_id", new__id_number=number
    )
    assert asked.status_code == 422 and "林晓棠" in asked.content.decode()
    desk.do(
        "register", new__name="林晓堂", new__id_type="resident_id", new__id_number=number,
        new__on_name_differs="keep",
    )  # fmt: skip
    assert desk.draft.answers["applicant"] == str(party("resident").pk)
    assert party("resident").name == "林晓棠"


def test_a_mandate_on_file_is_proposed_and_used(counter: Make) -> None:
    desk = counter()
    desk.begin(CARD)
    held = Mandate.objects.get(principal=party("mother"), agent=party("resident"))
    page = desk.client.get(desk.address).content.decode()
    assert f'value="for:{held.pk}"' in page
    desk.do(f"for:{held.pk}")
    desk.fill(**ANSWERS, **PAPERS)
    desk.submit()
    case = Case.objects.get(number=desk.draft.numbers[0])
    assert (case.applicant, case.presenter) == (party("mother"), party("resident"))
    assert (case.capacity, case.mandate) == ("agent", held)


def test_a_mandate_of_somebody_else_is_not_offered(counter: Make) -> None:
    desk = counter()
    desk.begin(CARD)
    other = Mandate.objects.get(principal__sort="organisation")
    assert desk.do(f"for:{other.pk}").status_code == 404


def test_a_new_mandate_is_registered_with_the_case_and_reaches_only_so_far(counter: Make) -> None:
    desk = counter()
    desk.begin(CARD)
    answer = desk.do(
        "mandate", for__principal="欧阳明月", for__capacity="agent", for__scope="visit"
    )
    assert answer.status_code == 422 and "到期日" in answer.content.decode()
    until = today() + timedelta(days=30)
    desk.do(
        "mandate", for__principal="欧阳明月", for__capacity="agent", for__scope="visit",
        for__until=until.isoformat(),
    )  # fmt: skip
    assert not Mandate.objects.filter(
        principal=party("resident2"), agent=party("resident")
    ).exists()
    desk.fill(**ANSWERS, **PAPERS)
    desk.submit()
    made = Mandate.objects.get(principal=party("resident2"), agent=party("resident"))
    assert made.scope == [CARD] and made.valid_until == until


def test_a_firm_comes_with_its_handler(counter: Make) -> None:
    desk = counter()
    firm = Party.objects.get(street="310199001", sort="organisation", name=facts("firm")["name"])
    desk.post(who=facts("firm")["id_number"])
    assert desk.draft.answers["applicant"] == str(firm.pk)
    desk.post(who=facts("resident2")["id_number"])
    answers = desk.draft.answers
    assert (answers["present"], answers["capacity"]) == (str(party("resident2").pk), "handler")
    assert answers["mandate"] == str(Mandate.objects.get(principal=firm).pk)


# -- what -------------------------------------------------------------------------------------------


def test_enter_adds_the_best_hit_once_and_an_unknown_word_is_said(counter: Make) -> None:
    desk = counter()
    desk.begin(CARD, CARD, INSURANCE)
    assert desk.draft.answers["matters"] == [CARD, INSURANCE]
    answer = desk.post(what="zzzzqqq")
    assert answer.status_code == 422 and "zzzzqqq" in answer.content.decode()
    desk.do(f"drop:{CARD}")
    assert desk.draft.answers["matters"] == [INSURANCE]


def test_a_local_matter_elsewhere_is_told_and_may_be_handed_in(counter: Make) -> None:
    desk = counter("clerk2")  # serves neighbourhoods 005-008, the applicant lives in 001
    desk.begin(HOME)
    page = desk.client.get(desk.address).content.decode()
    assert "按属地应由 梧桐里街道社区事务受理服务中心 受理" in page
    desk.fill(**PAPERS)
    assert desk.submit().status_code == 302
    case = Case.objects.get(number=desk.draft.numbers[0])
    assert (case.centre_id, case.accepting_id) == ("31019900102", "31019900101")


def test_a_life_event_adds_what_the_conditions_speak_for(counter: Make) -> None:
    from tests.cases.world import matter

    load_events()
    for code in ("social-insurance-006", "housing-fund-004", "civil-affairs-009", "health-004"):
        matter(code)
    desk = counter()
    desk.begin()
    asked = desk.do("event:retirement")
    assert "ask-over_65" in asked.content.decode()
    answer = desk.client.post(
        desk.address,
        {
            "do": "event:retirement", "event-step": "retirement", "ask-resident_pension": "no",
            "ask-has_fund": "yes", "ask-over_65": "yes", "ask-one_child": "no",
            "skip-civil-affairs-009": "on",
        },
    )  # fmt: skip
    assert answer.status_code == 302
    assert desk.draft.answers["matters"] == ["housing-fund-004", CARD]
    desk.fill(**ANSWERS, **PAPERS)
    desk.submit(anyway=True)
    bundle = Bundle.objects.get()
    assert (bundle.sort, bundle.event, bundle.cases.count()) == ("life_event", "retirement", 2)


# -- form and papers ----------------------------------------------------------------------------------


def test_what_was_typed_survives_errors_and_comes_back_later(counter: Make) -> None:
    desk = counter()
    desk.begin(CARD)
    desk.fill(**{"f-bank": "nonsense", "f-old_card": "yes"}, **PAPERS)
    answer = desk.submit()
    assert answer.status_code == 422 and "请从给出的选项中选择" in answer.content.decode()
    later = counter()  # another session of the same clerk
    page = later.client.get(desk.address).content.decode()
    assert desk.draft.answers["facts"]["old_card"] is True
    assert '<option value="yes" selected>' in page
    assert str(desk.pk) in later.client.get(reverse("intake:counter")).content.decode()


def test_everything_missing_is_told_once_and_then_taken_all_the_same(counter: Make) -> None:
    desk = counter()
    desk.begin(*THREE)
    told = desk.submit()
    page = told.content.decode()
    assert told.status_code == 200 and not desk.draft.numbers
    for missing in ("居民身份证", "居家环境适老化改造申请申请表", "发卡银行"):
        assert missing in page.split('id="part-who"')[0]
    desk.submit(anyway=True)
    stages = {c.matter_code: c.stage for c in Case.objects.filter(number__in=desk.draft.numbers)}
    assert stages == dict.fromkeys(THREE, "supplementing")


def test_a_shared_scan_is_stored_once_for_all(counter: Make) -> None:
    desk = counter()
    desk.begin(*THREE)
    scan = SimpleUploadedFile("id.png", PNG, "image/png")
    desk.fill(**ANSWERS, **(PAPERS | {"m-resident-id": "e"}), **{"u-resident-id": scan})
    desk.submit()
    rows = [
        m for c in Case.objects.filter(number__in=desk.draft.numbers)
        for m in c.materials.filter(code="resident-id")
    ]  # fmt: skip
    assert len(rows) == 3 and len({m.file_id for m in rows}) == 1 and rows[0].file_id


def test_a_file_that_is_not_what_it_says_is_refused_and_the_rest_kept(counter: Make) -> None:
    desk = counter()
    desk.begin(CARD)
    liar = SimpleUploadedFile("id.pdf", PNG, "application/pdf")
    answer = desk.fill(**ANSWERS, **{"u-resident-id": liar})
    assert answer.status_code == 422
    assert desk.draft.files == {} and desk.draft.answers["facts"]["bank"] == "a"


def test_what_the_community_holds_is_offered_with_consent(counter: Make) -> None:
    first = counter()
    first.begin(CARD)
    scan = SimpleUploadedFile("id.png", PNG, "image/png")
    first.fill(**ANSWERS, **{"u-resident-id": scan})
    first.submit()
    second = counter()
    second.begin(INSURANCE)
    page = second.client.get(second.address).content.decode()
    assert "社区已有" in page and '<option value="r">' in page
    second.fill(**{"m-resident-id": "r", "m-household-register": "h"})
    second.submit()
    old, new = (
        Case.objects.get(number=d.draft.numbers[0]).materials.get(code="resident-id")
        for d in (first, second)
    )
    assert (new.given, new.file_id) == ("electronic", old.file_id)


def test_a_promise_is_held_to_the_handling_time(counter: Make) -> None:
    from tests.cases.world import matter

    bank = "medical-insurance-003"
    content = matter(bank).content
    code = next(m["code"] for m in content["materials"] if m["may_follow"] and not m["essential"])
    desk = counter()
    desk.begin(bank)
    late = (today() + timedelta(days=900)).isoformat()
    answer = desk.fill(**{f"m-{code}": "l", f"d-{code}": late})
    assert answer.status_code == 422 and "最晚可以答应" in answer.content.decode()


def test_a_quicker_matter_brings_the_promised_day_nearer(counter: Make) -> None:
    from tests.cases.world import matter

    slow, quick = matter("civil-affairs-001"), matter("medical-insurance-003")
    shared = {m["code"] for m in slow.content["materials"]} & {
        m["code"] for m in quick.content["materials"] if m["may_follow"]
    }
    code = shared.pop()
    desk = counter()
    desk.begin(slow.matter_id)
    desk.fill(**{f"m-{code}": "l"})
    first = desk.draft.answers["papers"][code]["promised"]
    desk.post(what=quick.matter_id, **{f"m-{code}": "l", f"d-{code}": first})
    page = desk.client.get(desk.address).content.decode()
    shown = page.split(f'name="d-{code}" value="')[1][:10]
    assert shown < first
    desk.fill(**{f"m-{code}": "l", f"d-{code}": shown})
    assert desk.submit(anyway=True).status_code == 302


# -- handing in -----------------------------------------------------------------------------------------


def handed(desk: Counter) -> Counter:
    desk.begin(*THREE)
    desk.fill(**ANSWERS, **PAPERS)
    return desk


def test_three_departments_in_one_visit(counter: Make) -> None:
    desk = handed(counter())
    answer = desk.submit()
    assert answer.status_code == 302
    page = desk.client.get(answer["Location"]).content.decode()
    cases = Case.objects.filter(number__in=desk.draft.numbers)
    assert {c.matter_code for c in cases} == set(THREE)
    assert len({c.bundle_id for c in cases}) == 1 and cases[0].bundle_id
    for case in cases:
        assert case.enquiry_no in page
    kept = {p.name: p for p in Paper.objects.filter(case_number__in=desk.draft.numbers)}
    assert set(kept) == {"住房证明", "居家环境适老化改造申请申请表"}
    assert desk.client.get(reverse("intake:receipt", args=[desk.pk])).content[:5] == b"%PDF-"


def test_handing_in_twice_doubles_nothing(counter: Make) -> None:
    desk = handed(counter())
    first, numbers = desk.submit(), desk.draft.numbers
    again = desk.submit()
    assert again["Location"] == first["Location"] and desk.draft.numbers == numbers
    assert Case.objects.count() == 3


def test_a_kept_original_travels_and_comes_back(counter: Make) -> None:
    desk = counter()
    desk.begin(HOME)
    desk.fill(**(PAPERS | {"m-housing-proof": "k"}))
    desk.submit()
    paper = Paper.objects.get(name="住房证明")
    assert paper.must_return and paper.sort == "original"
    desk.client.post(reverse("intake:pass_on", args=[desk.pk]))
    paper.refresh_from_db()
    lead = Case.objects.get(number=desk.draft.numbers[0]).lead
    assert (paper.state, paper.to_body) == ("in_transit", lead.code)


def test_the_receipt_says_what_stays_and_leaves_out_what_nobody_needs(counter: Make) -> None:
    from yimen.intake import prints, queries

    desk = counter()
    desk.begin(HOME)
    desk.fill(**(PAPERS | {"m-housing-proof": "k"}))
    desk.submit()
    rows = {m.name["zh"]: m for m in prints._materials(queries.cases_of(desk.draft.numbers))}
    assert rows["住房证明"].must_return and not rows["居民身份证"].must_return
    assert rows["居民身份证"].note and "委托书" not in rows


def test_on_the_spot_ends_at_the_counter(counter: Make) -> None:
    desk = handed(counter())
    desk.submit()
    desk.client.post(reverse("intake:finish", args=[desk.pk]))
    ended = {c.matter_code: c.ending for c in Case.objects.filter(number__in=desk.draft.numbers)}
    assert ended == {CARD: "", HOME: "", INSURANCE: "completed"}


def test_a_break_in_the_second_case_undoes_everything(
    counter: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    from yimen.intake.actions import submitting

    desk, received = handed(counter()), []
    real = submitting.receive

    def breaking(submission: Any, **more: Any) -> Any:
        received.append(submission.matter)
        if len(received) == 2:
            raise RuntimeError("the power went out")
        return real(submission, **more)

    monkeypatch.setattr(submitting, "receive", breaking)
    with pytest.raises(RuntimeError):
        desk.submit()
    assert len(received) == 2
    assert not Case.objects.exists() and not Bundle.objects.exists()
    assert not Paper.objects.exists() and not Numbers.objects.exists()
    assert desk.draft.sent_at is None and desk.draft.answers["facts"]["bank"] == "a"
    monkeypatch.undo()
    desk.submit()
    assert [n[19:24] for n in desk.draft.numbers] == ["00001", "00002", "00003"]


def test_an_enquiry_that_led_here_is_settled(counter: Make) -> None:
    from tests.cast import actor

    asked = ask("老人卡怎么办", by=actor("clerk"), at=now()).enquiry
    desk = counter()
    desk.post(who=facts("resident")["id_number"], enquiry=asked.number)
    desk.post(what=CARD)
    desk.fill(**ANSWERS, **PAPERS)
    desk.submit()
    asked.refresh_from_db()
    assert (asked.state, asked.case_number) == ("became_case", desk.draft.numbers[0])


def test_other_ways_than_the_counter(counter: Make) -> None:
    desk = counter()
    desk.begin(CARD)
    desk.fill(channel="post", **ANSWERS, **PAPERS)
    desk.submit()
    assert Case.objects.get().channel == "post"


def test_how_the_result_is_to_come_is_asked_once_and_needs_an_address(counter: Make) -> None:
    desk = counter()
    page = desk.begin(CARD).client.get(desk.address).content.decode()
    assert re.search(r'<select[^>]* id="delivery"[^>]*>\s*<option value="counter"', page)
    desk.fill(delivery="courier", **ANSWERS, **PAPERS)
    desk.submit()
    assert wished(load(Case.objects.get().number)) == "courier"

    desk = counter().begin(CARD, who=facts("passport")["id_number"])
    desk.fill(delivery="courier", **ANSWERS, **PAPERS)
    refused = desk.submit()
    assert refused.status_code == 422 and "没有登记地址" in refused.content.decode()
    desk.fill(delivery="counter")
    desk.submit()
    assert Case.objects.count() == 2


def test_a_visit_is_its_clerks_alone(counter: Make) -> None:
    desk = handed(counter())
    assert counter("clerk2").client.get(desk.address).status_code == 404
    assert counter("officer").client.get(desk.address).status_code == 403
    assert counter("resident").client.get(reverse("intake:counter")).status_code == 404


def test_a_visit_can_be_thrown_away_but_not_after_it_was_sent(counter: Make) -> None:
    desk = handed(counter())
    desk.submit()
    assert desk.do("discard")["Location"] == reverse("intake:done", args=[desk.pk])
    other = handed(counter())
    other.do("discard")
    assert not Draft.objects.filter(pk=other.pk).exists()


def test_the_bundle_is_handed_over_in_one_act(counter: Make) -> None:
    from tests.cases.world import do, work_through
    from yimen.cases.dossier import load

    desk = handed(counter())
    desk.submit()
    for number in desk.draft.numbers:
        d = load(number)
        if d.content.on_the_spot:
            desk.client.post(reverse("intake:finish", args=[desk.pk]))
            continue
        work_through(do(d, "accept"))
        do(load(number), "decide", outcome="granted", reason="符合条件")
    bundle = Bundle.objects.get()
    page = desk.client.get(reverse("intake:bundle", args=[bundle.pk])).content.decode()
    assert "把已决定的 2 件一次交给办事人" in page
    desk.client.post(reverse("intake:hand_over", args=[bundle.pk]))
    assert {c.ending for c in bundle.cases.all()} == {"completed"}
    assert (
        counter("clerk3").client.get(reverse("intake:bundle", args=[bundle.pk])).status_code == 404
    )
    assert body("bo-civil-affairs") and account("clerk3")
