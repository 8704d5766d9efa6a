from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests.cast import account
from tests.matters.conftest import matter_json
from yimen.matters.forms import as_text
from yimen.matters.models import MatterVersion

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]


@pytest.fixture(autouse=True)
def _catalogue(catalogue_once: None, db: None) -> Iterator[None]:
    yield


def as_editor(client: Client) -> Client:
    client.force_login(account("editor"))
    return client


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    "path",
    ["/matters/", "/matters/?q=baby", "/matters/civil-affairs-001/", "/life-events/",
     "/life-events/birth/", "/matters/?field=tax", "/matters/?event=death"],
)  # fmt: skip
def test_public_pages_need_no_account_and_few_queries(
    client: Client, path: str, language: str, django_assert_max_num_queries: Any
) -> None:
    client.cookies["django_language"] = language
    with django_assert_max_num_queries(16):
        page = client.get(path)
    assert page.status_code == 200
    main = page.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    if language == "en":
        assert not any("\u4e00" <= sign <= "\u9fff" for sign in main), main


def test_the_guide_says_what_a_resident_asks(client: Client) -> None:
    page = client.get("/matters/civil-affairs-001/").content.decode()
    for words in ("20 个工作日", "30 个工作日", "免费", "可以后补", "政府部门已有", "样例事项",
                  "梧桐里街道社区事务受理服务中心", "08:30", "行政复议"):  # fmt: skip
        assert words in page, words


def test_a_search_puts_the_best_first_and_says_where_else_to_go(client: Client) -> None:
    found = client.get("/matters/", {"q": "老人卡"}).content.decode()
    assert found.index("最符合的事项") < found.index("敬老卡申领和发放") < found.index("其他相关")
    other = client.get("/matters/", {"q": "护照"}).content.decode()
    assert "不在本中心办理" in other and "公安出入境管理部门" in other
    nothing = client.get("/matters/", {"q": "🚀🚀"}).content.decode()
    assert "没有找到这样的事项" in nothing and "12345" in nothing


def test_a_search_that_is_not_sure_says_so(client: Client) -> None:
    page = client.get("/matters/", {"q": "胡说八道"}).content.decode()
    assert "没有找到" in page and "12345" in page and "最符合的事项" not in page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("code", ["civil-affairs-001", "business-registration-006", "groups-001",
                                  "social-insurance-008", "employment-001"])  # fmt: skip
def test_the_guide_prints_on_exactly_one_page(client: Client, code: str, language: str) -> None:
    import pypdfium2

    client.cookies["django_language"] = language
    answer = client.get(f"/matters/{code}/print")
    assert answer["Content-Type"] == "application/pdf"
    sheets = pypdfium2.PdfDocument(answer.content)
    assert len(sheets) == 1
    text = sheets[0].get_textpage().get_text_range()
    assert matter_json(code)["name"]["en" if language == "en" else "zh"][:6] in text


def test_blank_forms_are_empty_and_samples_are_filled(client: Client) -> None:
    import pypdfium2

    def text(path: str) -> str:
        sheets = pypdfium2.PdfDocument(client.get(path).content)
        return str(sheets[0].get_textpage().get_text_range())

    assert "李桂芳" not in text("/matters/forms/power-of-attorney.pdf")
    assert "李桂芳" in text("/matters/forms/power-of-attorney/sample.pdf")
    assert client.get("/matters/forms/no-such-form.pdf").status_code == 404


def test_every_form_that_a_matter_names_is_there() -> None:
    from yimen.matters.models import BlankForm

    named = {
        material["blank_form"]
        for version in MatterVersion.objects.all()
        for material in version.content["materials"]
        if material["blank_form"]
    }
    assert named and named <= set(BlankForm.objects.values_list("key", flat=True))


def test_every_life_event_names_matters_in_force_and_shared_questions() -> None:
    from yimen.matters import queries

    for event in queries.life_events():
        codes = [part["code"] for part in event.content["matters"]]
        rows = queries.some(codes)
        assert set(rows) == set(codes)
        asked = {f["key"] for row in rows.values() for f in row.content["fields"]}
        assert set(event.content["shared_fields"]) <= asked, event.key
        assert all(event.key in row.life_events for row in rows.values())


def test_the_api_answers_as_the_interface_says(client: Client) -> None:
    answer = client.get("/api/v1/matters", {"q": "老人卡"}).json()
    assert answer["items"][0]["code"] == "social-card-006"
    assert set(answer["items"][0]) == {"code", "name", "department", "score"}
    scores = [item["score"] for item in answer["items"]]
    assert scores == sorted(scores, reverse=True)
    codes, cursor = [], ""
    while cursor is not None:
        page = client.get("/api/v1/matters", {"limit": 100, "cursor": cursor}).json()
        codes += [item["code"] for item in page["items"]]
        cursor = page["next"]
    assert len(codes) == len(set(codes)) >= 191
    one = client.get("/api/v1/matters/groups-001").json()
    assert one["content"]["kind"] == "group_filing" and one["version"] == 1
    assert client.get("/api/v1/matters/nothing-here").status_code == 404


@pytest.mark.parametrize("path", ["", "new/", "synonyms/", "civil-affairs-001/",
                                  "civil-affairs-001/edit/", "civil-affairs-001/diff/"])  # fmt: skip
def test_the_editor_is_for_editors(client: Client, path: str) -> None:
    path = f"/desk/catalogue/{path}"
    assert client.get(path).status_code == 302
    client.force_login(account("clerk"))
    assert client.get(path).status_code == 403
    assert as_editor(client).get(path).status_code == 200


def test_a_mistake_is_named_and_what_was_typed_stays(client: Client) -> None:
    data = matter_json("employment-001") | {"mode": "nowhere"}
    typed = json.dumps(data, ensure_ascii=False)
    answer = as_editor(client).post("/desk/catalogue/employment-001/edit/", {"content": typed})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "mode: “nowhere”不在可用的值之中。" in page
    assert "nowhere&quot;" in page
    assert "第 1 行" in as_editor(client).post(
        "/desk/catalogue/employment-001/edit/", {"content": "{"}
    ).content.decode()  # fmt: skip


def test_from_draft_over_comparison_to_publication(client: Client) -> None:
    editor = as_editor(client)
    data = matter_json("employment-001") | {"aliases": ["丢了工作"]}
    answer = editor.post("/desk/catalogue/employment-001/edit/", {"content": as_text(data)})
    assert answer.status_code == 302
    diff = editor.get("/desk/catalogue/employment-001/diff/").content.decode()
    assert "丢了工作" in diff and "y-diff__added" in diff
    assert editor.get("/desk/catalogue/employment-001/publish/").status_code == 200
    assert MatterVersion.objects.get(matter_id="employment-001", version=2).status == "draft"
    editor.post("/desk/catalogue/employment-001/publish/", {"valid_from": ""})
    assert MatterVersion.objects.get(matter_id="employment-001", version=2).status == "published"
    assert "丢了工作" in json.dumps(
        editor.get("/api/v1/matters/employment-001").json(), ensure_ascii=False
    )
