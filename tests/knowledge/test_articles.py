"""An answer becomes an article: written by one, reviewed by another, found by everybody (AFF-11)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client

from tests.cast import account, actor
from yimen.contacts import actions as contacts
from yimen.contacts.models import Enquiry
from yimen.knowledge import actions, articles, ticks
from yimen.knowledge.models import Article
from yimen.ledger.models import Entry
from yimen.lib.errors import Forbidden, Invalid, Refused
from yimen.lib.time import now, today
from yimen.matters.models import Unanswered
from yimen.notices.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
YEAR = timedelta(days=365)


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


def text(title: str = "独轮车要上牌吗？", body: str = "不用，独轮车不上牌。", **more: Any) -> Any:
    return actions.Text(title, body, more.pop("review_on", today() + YEAR), **more)


def written(by: str = "clerk", **more: Any) -> Article:
    return actions.write(text(**more), by=actor(by), at=now())


def public(**more: Any) -> Article:
    return actions.publish(written(**more).pk, by=actor("editor"), at=now())


def answered() -> Enquiry:
    asked = contacts.ask(
        "独轮车要上牌吗？", by=actor("clerk"), at=now(), phone="13800138000"
    ).enquiry
    return contacts.answer(asked, "不用上牌。", by=actor("clerk"), at=now())


def test_from_the_answered_question_to_the_public_search(client: Client) -> None:
    number = answered().number
    client.force_login(account("clerk"))
    assert f"?question={number}" in client.get(f"/desk/enquiries/{number}/").content.decode()
    form = client.get(f"/desk/answers/new/?question={number}").content.decode()
    assert "独轮车要上牌吗" in form and "不用上牌" in form
    sent = {"title": "独轮车要上牌吗？", "body": "不用上牌。", "review_on": str(today() + YEAR)}
    client.post(f"/desk/answers/new/?question={number}", sent)
    draft = Article.objects.get()
    assert draft.question == number and draft.state == "draft"
    assert "别人问过的" not in Client().get("/matters/?q=独轮车上牌").content.decode()
    assert Client().get(f"/answers/{draft.series}/").status_code == 404, "not reviewed"
    assert client.post(f"/desk/answers/{draft.pk}/publish/").status_code == 403
    client.force_login(account("editor"))
    assert client.post(f"/desk/answers/{draft.pk}/publish/").status_code == 302
    page = Client().get("/matters/?q=独轮车上牌").content.decode()
    assert "答复，不是办事事项" in page and f"/answers/{draft.series}/" in page
    assert "不用上牌" in Client().get(f"/answers/{draft.series}/").content.decode()


def test_who_wrote_it_cannot_review_it_not_even_past_the_program() -> None:
    own = written("editor")
    with pytest.raises(Forbidden):
        actions.publish(own.pk, by=actor("editor"), at=now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=own.pk).update(
            state="public", reviewed_by=own.written_by_id, reviewed_at=now()
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=own.pk).update(state="public")
    assert actions.publish(own.pk, by=actor("director"), at=now()).state == "public"


@pytest.mark.parametrize(
    "body",
    [
        "打 13800138000 找他",
        "证号 310199194903124589",
        "卡号 6222 0212 3456 7890 123",
        "138-0013-8000",
    ],
)
def test_personal_data_is_refused(body: str) -> None:
    with pytest.raises(Invalid) as refused:
        written(body=body)
    assert [e.field for e in refused.value.errors] == ["body"]


def test_office_numbers_and_laws_are_not_personal() -> None:
    assert written(body="请打 021-12345678 或 12345，见沪府规〔2026〕12号第三十二条。").pk


def test_the_name_of_who_asked_is_refused() -> None:
    enquiry = answered()
    name = enquiry.asker.name  # type: ignore[union-attr]
    with pytest.raises(Invalid):
        actions.write(
            text(body=f"{name}可以"), by=actor("clerk"), at=now(), question=enquiry.number
        )


def test_an_open_question_gives_no_article() -> None:
    asked = contacts.ask("独轮车要上牌吗？", by=actor("clerk"), at=now()).enquiry
    with pytest.raises(Refused):
        actions.write(text(), by=actor("clerk"), at=now(), question=asked.number)


def test_a_new_version_takes_the_place_of_the_old_once_it_is_reviewed() -> None:
    first = public()
    second = actions.rewrite(first.pk, text(body="要了，独轮车上牌。"), by=actor("clerk"), at=now())
    assert articles.public(first.series).pk == first.pk
    with pytest.raises(Refused):
        actions.rewrite(first.pk, text(), by=actor("officer"), at=now())
    actions.publish(second.pk, by=actor("editor"), at=now())
    assert articles.public(first.series).pk == second.pk and second.version == 2
    first.refresh_from_db()
    assert first.state == "replaced"
    actions.withdraw(second.pk, by=actor("editor"), at=now())
    assert articles.search("独轮车上牌") == []


def test_sent_back_with_a_reason_and_the_writer_is_told() -> None:
    draft = written()
    with pytest.raises(Invalid):
        actions.send_back(draft.pk, why=" ", by=actor("editor"), at=now())
    actions.send_back(draft.pk, why="写明依据", by=actor("editor"), at=now())
    assert Message.objects.get(template="article.returned").to_account_id == actor("clerk").account
    again = actions.rewrite(draft.pk, text(body="不用。"), by=actor("clerk"), at=now())
    assert (again.pk, again.state, again.version) == (draft.pk, "draft", 1)


def test_after_its_last_day_nobody_finds_it() -> None:
    one = public(valid_to=today() + timedelta(days=10))
    assert articles.holding(today() + timedelta(days=10)).filter(pk=one.pk).exists()
    assert not articles.holding(today() + timedelta(days=11)).filter(pk=one.pk).exists()


def test_whoever_reviewed_it_is_reminded_once() -> None:
    one = public(review_on=today() + timedelta(days=30))
    assert ticks.articles_due(now()) == 0
    for _again in range(2):
        ticks.articles_due(now() + timedelta(days=31))
    assert Message.objects.filter(template="article.review").count() == 1
    assert Message.objects.get(template="article.review").to_account_id == one.reviewed_by_id


def test_other_questions_do_not_find_it_and_found_ones_are_not_missed(client: Client) -> None:
    public()
    assert articles.search("我想给我家的狗办证") == []
    client.get("/matters/?q=独轮车上牌")
    assert not Unanswered.objects.filter(text__contains="独轮车").exists()


def test_while_answering_what_others_were_told_is_beside_it(client: Client) -> None:
    public()
    asked = contacts.ask("独轮车怎么上牌", by=actor("clerk2"), at=now()).enquiry
    client.force_login(account("clerk2"))
    page = client.get(f"/desk/enquiries/{asked.number}/").content.decode()
    assert "已有的答复" in page and "独轮车不上牌" in page


def test_the_record_holds_no_words() -> None:
    public()
    entries = Entry.objects.filter(stream__startswith="article:")
    assert [e.act for e in entries.order_by("seq")] == ["written", "published"]
    assert not any("独轮车" in e.data for e in entries)
