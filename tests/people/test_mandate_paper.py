"""The paper of a mandate: judged like every upload, kept with it, shown to those who may."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.cast import account, facts, party
from tests.files.samples import pdf
from yimen.files.models import File
from yimen.lib.time import today
from yimen.people.models import Mandate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]


@pytest.fixture(autouse=True)
def _no_tries_so_far() -> None:
    cache.clear()


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(account(name))
    return client


def written(name: str = "委托书.pdf", content: bytes | None = None) -> dict[str, Any]:
    row = facts("twin")
    return {
        "agent_name": row["name"], "id_type": row["id_type"], "id_number": row["id_number"],
        "capacity": "agent", "scope": "", "valid_from": today().isoformat(),
        "valid_until": (today() + timedelta(days=90)).isoformat(),
        "paper": SimpleUploadedFile(name, pdf() if content is None else content),
    }  # fmt: skip


def desk_page() -> str:
    return reverse("people:give_mandate", args=[party("resident").pk])


def given() -> Mandate:
    return Mandate.objects.get(principal=party("resident"), agent=party("twin"))


def test_a_clerk_keeps_the_paper_with_the_mandate() -> None:
    assert signed_in("clerk").post(desk_page(), written()).status_code == 302
    kept = File.objects.get(pk=given().file)
    assert (kept.purpose, kept.mime, kept.name) == ("mandate", "application/pdf", "委托书.pdf")
    paper = reverse("people:mandate_paper", args=[given().pk])
    page = reverse("people:party", args=[party("resident").pk])
    assert paper in signed_in("officer").get(page).content.decode()
    assert paper in signed_in("resident").get("/me/").content.decode()
    for name, status in (
        ("clerk", 200), ("officer", 200), ("resident", 200),
        ("resident2", 404), ("auditor", 404), ("clerk3", 404), ("courier", 404),
    ):  # fmt: skip
        assert signed_in(name).get(paper).status_code == status, name
    assert Client().get(paper).status_code == 302


@pytest.mark.parametrize(
    ("name", "content"),
    [("委托书.pdf", b"<script>alert(1)</script>"), ("委托书.exe", b"MZ\x90\x00"), ("a.pdf", b"")],
)
def test_what_is_no_paper_is_refused_and_nothing_is_half_done(name: str, content: bytes) -> None:
    answer = signed_in("clerk").post(desk_page(), written(name, content))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "govuk-error-summary" in text and facts("twin")["name"] in text
    assert not Mandate.objects.filter(agent=party("twin"), principal=party("resident")).exists()
    assert not File.objects.filter(purpose="mandate").exists()


def test_too_large_is_said_with_the_limit(settings: Any) -> None:
    settings.YIMEN_FILE_MAX_MB = 0
    answer = signed_in("clerk").post(desk_page(), written())
    assert answer.status_code == 422 and "MB" in answer.content.decode()


def test_a_resident_gives_the_own_mandate_online_and_never_a_guardianship() -> None:
    browser = signed_in("resident")
    answer = browser.post("/me/mandates/new/", written() | {"capacity": "guardian"})
    assert answer.status_code == 302
    assert given().capacity == "agent" and given().file
    late = written() | {"valid_until": ""}
    answer = browser.post("/me/mandates/new/", late)
    assert answer.status_code == 422 and "到期日" in answer.content.decode()
