"""Applying from home: kept at every step, the same rules, sent once."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.cast import account, facts, party
from tests.intake.conftest import CARD, HOME, INSURANCE, load_events
from tests.intake.test_counter import PNG
from yimen.cases.models import Bundle, Case
from yimen.intake.models import Draft
from yimen.people.models import Mandate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast", "matters")]


@pytest.fixture
def client_of() -> Any:
    def make(username: str) -> Client:
        client = Client()
        client.force_login(account(username))
        return client

    return make


def begin(client: Client, code: str = CARD, whom: str = "self") -> Draft:
    client.post(reverse("intake:apply", args=[code]), {"whom": whom})
    return Draft.objects.latest("created_at")


def step(client: Client, draft: Draft, name: str, **typed: Any) -> Any:
    return client.post(reverse(f"intake:{name}", args=[draft.pk]), typed)


def answer(client: Client, draft: Draft) -> Any:
    return step(client, draft, "answers", **{"f-bank": "a", "f-old_card": "no", "do": "next"})


def test_from_guide_to_receipt(client_of: Any) -> None:
    client = client_of("resident2")
    draft = begin(client)
    assert answer(client, draft)["Location"].endswith("/materials/")
    scan = SimpleUploadedFile("id.png", PNG, "image/png")
    assert step(client, draft, "materials", **{"u-resident-id": scan}).status_code == 302
    page = client.get(reverse("intake:review", args=[draft.pk])).content.decode()
    assert "社区示范银行" in page and "还缺这些" not in page
    sent = step(client, draft, "review")
    case = Case.objects.get()
    assert (case.channel, case.applicant, case.stage) == ("online", party("resident2"), "received")
    assert case.centre_id == "31019900102"  # the centre that serves the applicant's neighbourhood
    shown = client.get(sent["Location"]).content.decode()
    assert case.enquiry_no in shown
    assert client.get(reverse("intake:own_receipt", args=[draft.pk])).content[:5] == b"%PDF-"


def test_required_answers_are_asked_for_and_may_be_left_for_later(client_of: Any) -> None:
    client = client_of("resident2")
    draft = begin(client)
    asked = step(client, draft, "answers", **{"f-bank": "a", "f-old_card": "", "do": "next"})
    assert asked.status_code == 422 and "“是否持有旧敬老卡”还没有填" in asked.content.decode()
    assert (
        step(
            client, draft, "answers", **{"f-bank": "a", "f-old_card": "", "do": "skip"}
        ).status_code
        == 302
    )
    page = client.get(reverse("intake:review", args=[draft.pk])).content.decode()
    assert "没有填：是否持有旧敬老卡" in page and "居民身份证" in page
    step(client, draft, "review")
    assert Case.objects.get().stage == "supplementing"


def test_a_draft_is_resumed_where_it_was_left(client_of: Any) -> None:
    client = client_of("resident2")
    draft = begin(client)
    step(client, draft, "answers", **{"f-bank": "b", "do": "save"})
    later = client_of("resident2")
    listed = later.get(reverse("intake:drafts")).content.decode()
    assert "敬老卡申领和发放" in listed
    page = later.get(reverse("intake:answers", args=[draft.pk])).content.decode()
    assert 'value="b" checked' in page
    assert str(draft.pk) in later.get(reverse("intake:apply", args=[CARD])).content.decode()
    later.post(reverse("intake:discard", args=[draft.pk]))
    assert not Draft.objects.exists()


def test_a_wrong_upload_is_refused_and_the_right_one_stays(client_of: Any) -> None:
    client = client_of("resident2")
    draft = begin(client)
    step(
        client,
        draft,
        "materials",
        **{"u-resident-id": SimpleUploadedFile("a.png", PNG), "do": "stay"},
    )
    kept = Draft.objects.get(pk=draft.pk).files["resident-id"]
    bad = step(
        client,
        draft,
        "materials",
        **{"u-resident-id": SimpleUploadedFile("a.exe", b"MZ" + bytes(99))},
    )
    assert bad.status_code == 422 and "不能接收" in bad.content.decode()
    assert Draft.objects.get(pk=draft.pk).files["resident-id"] == kept
    shown = client.get(reverse("intake:draft_file", args=[draft.pk, "resident-id"]))
    assert shown.content == PNG


def test_sending_twice_makes_one_case(client_of: Any) -> None:
    client = client_of("resident2")
    draft = begin(client)
    answer(client, draft)
    first, again = step(client, draft, "review"), step(client, draft, "review")
    assert first["Location"] == again["Location"] and Case.objects.count() == 1
    assert answer(client, draft)["Location"] == first["Location"]


def test_for_somebody_whose_mandate_one_holds(client_of: Any) -> None:
    client = client_of("resident")
    held = Mandate.objects.get(principal=party("mother"))
    draft = begin(client, whom=str(held.pk))
    answer(client, draft)
    step(client, draft, "review")
    case = Case.objects.get()
    assert (case.applicant, case.presenter) == (party("mother"), party("resident"))
    assert (case.capacity, case.mandate) == ("agent", held)


def test_a_mandate_of_others_is_not_a_choice(client_of: Any) -> None:
    foreign = Mandate.objects.get(principal__sort="organisation")
    refused = client_of("resident").post(
        reverse("intake:apply", args=[CARD]), {"whom": str(foreign.pk)}
    )
    assert refused.status_code == 422 and not Draft.objects.exists()


def test_somebody_named_in_an_answer_is_kept_as_a_reference(client_of: Any) -> None:
    from tests.cases.world import matter

    matter("social-insurance-008")
    client = client_of("resident")
    draft = begin(client, "social-insurance-008")
    slot = next(
        f["key"] for f in matter("social-insurance-008").content["fields"] if f["type"] == "party"
    )
    number = facts("twin")["id_number"]
    typed = {
        f"f-{slot}-known": "other",
        f"f-{slot}-id_type": "resident_id",
        f"f-{slot}-id_number": number,
    }
    wrong = step(client, draft, "answers", **typed, **{f"f-{slot}-name": "别的名字", "do": "next"})
    page = wrong.content.decode()
    assert wrong.status_code == 422 and "别的名字" in page and facts("twin")["name"] not in page
    step(
        client, draft, "answers", **typed, **{f"f-{slot}-name": facts("twin")["name"], "do": "next"}
    )
    draft.refresh_from_db()
    assert draft.answers["facts"][slot] == str(party("twin").pk)
    assert number not in str(draft.answers)


def test_what_is_done_at_the_counter_only_says_so(client_of: Any) -> None:
    refused = client_of("resident").get(reverse("intake:apply", args=[INSURANCE]))
    assert refused.status_code == 409 and "窗口" in refused.content.decode()


def test_drafts_belong_to_their_writer(client_of: Any) -> None:
    draft = begin(client_of("resident2"))
    for name in ("answers", "materials", "review", "sent"):
        address = reverse(f"intake:{name}", args=[draft.pk])
        assert client_of("resident").get(address).status_code == 404
        assert Client().get(address).status_code == 302
    assert client_of("resident").post(reverse("intake:discard", args=[draft.pk])).status_code == 404


def test_one_life_event_is_one_form_one_receipt_and_one_page(client_of: Any) -> None:
    from tests.cases.world import matter

    load_events()
    for code in ("social-insurance-006", "housing-fund-004", "civil-affairs-009", "health-004"):
        matter(code)
    client = client_of("resident2")
    address = reverse("intake:life_event", args=["retirement"])
    conditions = {
        "ask-resident_pension": "no", "ask-has_fund": "yes", "ask-over_65": "yes", "ask-one_child": "no",
    }  # fmt: skip
    asked = client.post(address, {"whom": "self", **conditions, "ask-has_fund": ""})
    assert asked.status_code == 422 and not Draft.objects.exists()
    assert 'name="want-civil-affairs-009" checked' in client.get(address).content.decode()
    wanted = {"want-housing-fund-004": "on", f"want-{CARD}": "on"}  # civil-affairs-009 unticked
    client.post(address, {"whom": "self", **conditions, **wanted})
    draft = Draft.objects.get()
    online = {c for c in ("housing-fund-004", CARD) if matter(c).content["online"]}
    assert set(draft.answers["matters"]) == online
    step(client, draft, "answers", **{"f-bank": "a", "f-old_card": "no", "do": "skip"})
    step(client, draft, "review")
    bundle = Bundle.objects.get()
    assert (bundle.event, bundle.cases.count()) == ("retirement", len(online))
    page = client.get(reverse("intake:own_bundle", args=[bundle.pk]))
    assert "退休" in page.content.decode()
    assert (
        client_of("resident").get(reverse("intake:own_bundle", args=[bundle.pk])).status_code == 404
    )
    assert HOME not in online


def test_the_result_comes_as_the_applicant_wishes(client_of: Any) -> None:
    from yimen.cases.dossier import load
    from yimen.cases.queries import wished

    client = client_of("resident")
    client.post(reverse("intake:apply", args=[CARD]), {"whom": "self"})
    draft = Draft.objects.get()
    step(client, draft, "answers", **{"f-bank": "a", "f-old_card": "no", "do": "skip"})
    page = client.get(reverse("intake:review", args=[draft.pk])).content.decode()
    assert 'value="counter" checked' in page and 'value="courier"' in page
    step(client, draft, "review", delivery="courier")
    draft.refresh_from_db()
    d = load(draft.numbers[0])
    assert wished(d) == "courier"
    assert "快递" in client.get(reverse("cases:mine_case", args=[d.case.number])).content.decode()
