"""The pages of visits, as a supervisor on a telephone and a director at the desk use them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import CENTRE, account, actor
from tests.files.samples import located
from tests.supervision.conftest import DECEMBER, MONDAY, fill
from yimen.lib.time import at
from yimen.supervision import actions, queries
from yimen.supervision.models import Measure, Visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
Plan = Callable[..., Visit]


def browser(who: str) -> Client:
    client = Client()
    client.force_login(account(who))
    return client


def test_a_supervisor_plans_fills_in_and_finishes(monday: object) -> None:
    client = browser("supervisor")
    plan = {
        "centre": CENTRE, "month": "2026-11-01", "announced": "no",
        "supervisor": str(account("supervisor").pk),
    }  # fmt: skip
    assert client.post("/desk/visits/plan/", plan | {"announced": "yes"}).status_code == 422
    assert client.post("/desk/visits/plan/", plan).status_code == 302
    visit = Visit.objects.get()
    sheet = f"/desk/visits/{visit.pk}/sheet/"
    photo = SimpleUploadedFile("IMG_1.jpg", located(), "image/jpeg")
    part = {"level_B2": "partly", "note_B2": "只有一副老花镜", "photo_B2": [photo], "do": "save"}
    assert client.post(sheet, part).status_code == 302
    assert "只有一副老花镜" in client.get(sheet).text
    unfinished = client.post(sheet, {"level_A1": "met", "do": "finish"})
    assert unfinished.status_code == 422 and "还没有填结果" in unfinished.text
    levels = {f"level_{i.code}": "met" for i in queries.items_of(visit.benchmark_id)}
    assert client.post(sheet, levels | {"do": "finish", "note_A1": "好"}).status_code == 302
    page = client.get(f"/desk/visits/{visit.pk}/")
    assert page.status_code == 200 and "100" in page.text
    shown = client.get(f"/desk/visits/{visit.pk}/photos/{visit.photos.get().pk}/")
    assert shown["Content-Type"] == "image/jpeg" and b"Exif" not in b"".join(shown)


def test_a_wrong_photograph_is_named_where_it_stands_and_what_was_typed_stays(plan: Plan) -> None:
    visit = plan()
    wrong = SimpleUploadedFile("a.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")
    sent = {"level_C1": "not", "note_C1": "没有给告知", "photo_C1": [wrong], "do": "save"}
    page = browser("supervisor").post(f"/desk/visits/{visit.pk}/sheet/", sent)
    assert page.status_code == 422
    assert "“a.pdf”：这不是能收的照片。 照片可以是 JPG" in page.text and "没有给告知" in page.text
    assert not visit.photos.exists() and not visit.scores.exists()


def test_the_director_meets_nothing_of_it_before_the_month_is_over(plan: Plan) -> None:
    visit = fill(plan())
    client, score = browser("director"), visit.scores.first()
    assert score is not None
    tries = ("", "sheet/", "photos/00000000-0000-7000-8000-000000000000/")
    for address in tries:
        assert client.get(f"/desk/visits/{visit.pk}/{address}").status_code == 404
    assert client.get(f"/desk/visits/scores/{score.pk}/object/").status_code == 404
    assert client.get(f"/desk/visits/scores/{score.pk}/measure/").status_code == 404
    assert str(visit.pk) not in client.get("/desk/visits/").text
    assert client.get("/conduct/").status_code == 200


def test_the_director_objects_and_sets_a_measure_and_a_clerk_does_it(shown: Visit) -> None:
    director, clerk = browser("director"), browser("clerk")
    lost = shown.scores.get(item__code="E3")
    page = director.get(f"/desk/visits/{shown.pk}/")
    assert f"/desk/visits/scores/{lost.pk}/object/" in page.text
    sent = director.post(f"/desk/visits/scores/{lost.pk}/object/", {"text": "牌子在门外"})
    assert sent.status_code == 302
    again = director.post(f"/desk/visits/scores/{lost.pk}/object/", {"text": "还是不对"})
    assert again.status_code == 409 and "还是不对" in again.text
    give = {"text": "重做牌子", "owner": str(account("clerk").pk), "due": "2026-12-10"}
    assert director.post(f"/desk/visits/scores/{lost.pk}/measure/", give).status_code == 302
    measure = Measure.objects.get()
    assert "重做牌子" in clerk.get("/desk/visits/").text
    done = clerk.post(f"/desk/visits/measures/{measure.pk}/", {"note": "挂好了"})
    assert done.status_code == 302
    looked = browser("supervisor").post(f"/desk/visits/measures/{measure.pk}/", {"good": "yes"})
    assert looked.status_code == 302
    measure.refresh_from_db()
    assert measure.state == "seen"


def test_an_objection_is_answered_on_its_page(shown: Visit) -> None:
    lost = shown.scores.get(item__code="E3")
    made = actions.object_to(lost, text="牌子在门外", by=actor("director"), at=DECEMBER)
    page = f"/desk/visits/objections/{made.pk}/"
    assert browser("director").get(page).status_code == 403
    client = browser("supervisor")
    assert "牌子在门外" in client.get(page).text
    assert client.post(page, {"level": "met", "text": "看到了"}).status_code == 302
    assert "由“没做到”改为“做到”" in client.get(f"/desk/visits/{shown.pk}/").text


def test_everybody_reads_the_result_once_nothing_can_change_any_more(shown: Visit) -> None:
    assert "94" not in Client().get("/conduct/").text
    assert shown.object_until is not None
    with at(shown.object_until + timedelta(minutes=1)):
        page = Client().get("/conduct/").text
    assert "92 / 100" in page and "宋怀瑾" not in page


def test_months_are_asked_for_in_a_fixed_number_of_queries(
    plan: Plan, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for announced in (True, False):
        fill(plan(announced=announced, planned_on=MONDAY.date()))
    client = browser("supervisor")
    client.get("/desk/visits/")
    with django_assert_max_num_queries(24):  # type: ignore[attr-defined]
        client.get("/desk/visits/")
