"""One refusal, two readers: a page for people, problem+json for machines."""

from __future__ import annotations

import json

import pytest
from django.test import RequestFactory
from django.utils import translation

from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Problem, Refused, Stale, Unseen
from yimen.look import problems


def ask(path="/", **headers):
    request = RequestFactory().get(path, headers=headers)
    request.actor = Actor(kind="anonymous")
    return request


@pytest.mark.parametrize(
    ("kind", "status"), [(Forbidden, 403), (Refused, 409), (Stale, 412), (Invalid, 422)]
)
def test_a_page_says_what_happened_and_what_to_do(kind, status):
    response = problems.from_problem(ask(), kind("x", "窗口已经下班。"))
    text = response.content.decode()
    assert response.status_code == status
    assert "窗口已经下班。" in text
    assert str(problems.words(status).remedy) in text


def test_what_may_not_be_seen_gives_nothing_away():
    there = problems.from_problem(
        ask(), Unseen("case", "件 310199001-20261123-0007 属于别的单位。")
    )
    nowhere = problems.error_404(ask())
    assert there.content == nowhere.content
    assert "0007" not in there.content.decode()


def test_machines_get_problem_json():
    wrong = Invalid(
        "wrong", "有误", (FieldError("applicant.id_number", "校验位不对", "请核对证件"),)
    )
    response = problems.from_problem(ask("/api/v1/cases"), wrong)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert json.loads(response.content) == {
        "type": "urn:yimen:problem:wrong",
        "title": str(problems.words(422).title),
        "status": 422,
        "detail": "有误",
        "errors": [
            {"field": "applicant.id_number", "message": "校验位不对", "remedy": "请核对证件"}
        ],
    }


def test_a_client_that_wants_json_gets_it_outside_the_api_too():
    assert problems.for_machine(ask(accept="application/json"))
    assert not problems.for_machine(ask(accept="text/html,application/json"))


def test_a_wait_is_told():
    tired = Problem("tired")
    tired.status, tired.retry_after = 429, 60
    assert problems.from_problem(ask(), tired).headers["Retry-After"] == "60"


def test_text_of_others_is_escaped():
    text = problems.from_problem(ask(), Refused("x", "<script>1</script>")).content.decode()
    assert "<script>1" not in text


@pytest.mark.parametrize("status", sorted(problems.WORDS))
def test_every_status_speaks_both_languages(status):
    with translation.override("en"):
        english = [str(part) for part in vars(problems.words(status)).values()]
    chinese = [str(part) for part in vars(problems.words(status)).values()]
    assert all(en != zh for en, zh in zip(english, chinese, strict=True))


def test_when_even_the_error_page_fails_a_sentence_comes(monkeypatch):
    monkeypatch.setattr(problems, "page", lambda *a, **k: 1 / 0)
    response = problems.error_500(ask())
    assert response.status_code == 500
    assert "到窗口办理" in response.content.decode()
