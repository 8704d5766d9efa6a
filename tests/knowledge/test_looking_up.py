from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client

from tests.cast import account, actor
from yimen.knowledge import actions, loaders, queries, reading, rules, ticks
from yimen.knowledge.models import Document
from yimen.ledger.models import Entry
from yimen.lib.actor import system
from yimen.lib.errors import Forbidden, Invalid
from yimen.lib.time import ZONE, now
from yimen.notices.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
SAMPLE = Path(__file__).resolve().parents[2] / "data" / "knowledge"
LAW = "某某办法\n第一条 居民可以在任一中心申请居住证签注。\n第二条 材料不齐的，应当一次告知。\n"


def facts(**more: Any) -> actions.Facts:
    given: dict[str, Any] = {
        "sort": "rule", "title": "某某办法", "issuer": "某街道", "source": "样例",
        "issued_on": date(2026, 1, 1), "in_force_from": date(2026, 2, 1),
    }  # fmt: skip
    return actions.Facts(**given | more)


def kept(text: str = LAW, **more: Any) -> Document:
    return actions.take_in(text.encode(), facts(**more), by=system(), at=now())[0]


def labels(question: str, **more: Any) -> list[tuple[str, str]]:
    found = queries.search(question, **more)
    return [(p.document.title, p.label) for p in found.passages]


def test_words_lead_to_the_article() -> None:
    kept()
    assert labels("居住证签注") == [("某某办法", "第一条")]
    assert labels("某某办法 第二条")[0] == ("某某办法", "第二条")
    assert labels("居住证怎么签注") == [("某某办法", "第一条")]
    assert labels("养狗") == []


def test_pairs_that_stand_apart_are_no_word() -> None:
    kept("第一条 居住地的住证明和证签名都要。\n")
    found = queries.search("居住证签")
    assert not found.passages or found.loose


def test_what_no_longer_holds_is_found_only_when_asked_for() -> None:
    old = kept(standing="repealed", ended_on=date(2026, 5, 1))
    assert labels("居住证签注") == []
    assert labels("居住证签注", old=True) == [("某某办法", "第一条")]
    new = kept(LAW + "第三条 新增。", issued_on=date(2026, 5, 1), in_force_from=date(2026, 5, 1))
    assert list(queries.versions(new)) == [old]


def test_the_pages_hold_every_passage_once() -> None:
    kept("".join(f"第{n}条 关于证明的第{n}件事。\n" for n in range(1, 36)))
    seen: list[str] = []
    for page in range(1, 5):
        found = queries.search("证明", page=page)
        assert found.more == (page < 4)
        seen += [p.label for p in found.passages]
    assert sorted(seen) == sorted(f"第{n}条" for n in range(1, 36))


def test_the_same_file_again_changes_nothing() -> None:
    first, new = actions.take_in(LAW.encode(), facts(), by=system(), at=now())
    again, newer = actions.take_in(LAW.encode(), facts(title="别的"), by=system(), at=now())
    assert (first, new, newer) == (again, True, False)
    assert Entry.objects.filter(stream=f"document:{first.pk}").count() == 1


def test_only_editors_take_in() -> None:
    for name in ("clerk", "officer", "director", "resident"):
        with pytest.raises(Forbidden):
            actions.take_in(LAW.encode(), facts(), by=actor(name), at=now())
    actions.take_in(LAW.encode(), facts(), by=actor("editor"), at=now())


def test_standing_needs_its_day_in_the_database_too() -> None:
    made = kept()
    with pytest.raises(Invalid):
        actions.set_standing(made.pk, standing="repealed", ended_on=None, by=system(), at=now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=made.pk).update(standing="repealed")
    done = actions.set_standing(
        made.pk, standing="repealed", ended_on=date(2026, 6, 1), by=system(), at=now()
    )
    assert done.standing == "repealed"


def pdf() -> bytes:
    import typst

    return bytes(typst.compile(b'#set text(font: "Noto Sans CJK SC")\nArticle one. Permits.'))


def test_pdf_html_text_and_old_encodings() -> None:
    assert "Permits" in reading.text_of(pdf())
    page = "<!DOCTYPE html><title>x</title><p>第一条 甲。</p><script>alert(1)</script><p>第二条 乙。</p>"
    text = reading.text_of(page.encode())
    assert "第一条 甲。\n" in text
    assert "alert" not in text
    assert "第一条" in reading.text_of(LAW.encode("gb18030"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7 nothing",
        b"PK\x03\x04\x00\x00",
        b"PK\x03\x04xx",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xfe\x00\x81",
        b"<html><script>x",
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        reading.text_of(content)
    assert refused.value.errors[0].field == "file"


def test_the_command_reports_what_is_wrong_and_takes_the_rest(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "a.txt").write_text(LAW, encoding="utf-8")
    head = ",".join(loaders.COLUMNS)
    good = "a.txt,rule,某某办法,,某街道,2026-01-01,2026-02-01,,,样例"
    outside = "../b.txt,rule,乙,,某街道,2026-01-01,2026-02-01,,,样例"
    dated = "a.txt,rule,丙,,某街道,一月,2026-02-01,,,样例"
    table = tmp_path / loaders.TABLE
    table.write_text("\n".join([head, good, outside, dated]), encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("laws", str(tmp_path))
    told = capsys.readouterr().out
    assert "1 new" in told
    assert "../b.txt" in told
    assert Document.objects.count() == 1


def test_the_samples_load() -> None:
    report = loaders.take_in(SAMPLE)
    assert (report.new, report.wrong) == (3, [])
    assert labels("首问负责") == [("梧桐里街道窗口服务规定（样例）", "第二条")]


def test_a_page_marks_the_words_and_leads_to_the_passage(client: Client) -> None:
    made = kept("第一条 <b>签注</b>在中心办。\n")
    page = client.get("/laws/", {"q": "签注"})
    told = page.content.decode()
    assert page.status_code == 200
    assert "&lt;b&gt;<mark>签注</mark>&lt;/b&gt;" in told
    assert f"/laws/{made.pk}/?q=" in told
    assert "<mark>签注</mark>" in client.get(f"/laws/{made.pk}/", {"q": "签注"}).content.decode()


def test_an_editor_takes_in_by_the_page_and_keeps_what_was_typed(client: Client) -> None:
    client.force_login(account("editor"))
    data = {
        "sort": "rule", "title": "某某办法", "issuer": "某街道", "issued_on": "2026-02-01",
        "in_force_from": "2026-01-01", "source": "样例", "standing": "in_force",
    }  # fmt: skip
    wrong = client.post(
        "/desk/laws/new/", data | {"file": SimpleUploadedFile("a.txt", LAW.encode())}
    )
    assert wrong.status_code == 422
    assert "施行日期不能早于公布日期" in wrong.content.decode()
    assert "某某办法" in wrong.content.decode()
    right = data | {"in_force_from": "2026-02-01"}
    done = client.post(
        "/desk/laws/new/", right | {"file": SimpleUploadedFile("a.txt", LAW.encode())}
    )
    assert done.status_code == 302
    assert Document.objects.get().passages.count() == 3


def test_a_line_that_only_mentions_an_article_begins_none() -> None:
    wrapped = (
        "第一条 行政机关应当依照本法\n第三十二条的规定作出决定。\n第二条 甲\n第三条第二款所说的乙。\n"
        "第三条 丙。\n第三条之一 丁。\n第五条 戊。\n"
    )
    pieces = rules.split(wrapped)
    assert [one.label for one in pieces] == ["第一条", "第二条", "第三条", "第三条之一", "第五条"]
    assert pieces[0].text == "行政机关应当依照本法第三十二条的规定作出决定。"


@pytest.mark.parametrize(
    ("numeral", "number"),
    [("一", 1), ("十", 10), ("四十二", 42), ("一百零五", 105), ("一千二百六十", 1260), ("15", 15)],
)
def test_numerals(numeral: str, number: int) -> None:
    assert rules.value(numeral) == number


def test_what_a_matter_rests_on_leads_to_the_article_in_force(client: Client) -> None:
    kept(standing="amended", ended_on=date(2026, 5, 1))
    new = kept(LAW + "第三条 新的。\n")
    led = client.get("/laws/cited/", {"law": "《某某办法》", "article": "第二条"})
    place = new.passages.get(label="第二条").position
    assert led["Location"] == f"/laws/{new.pk}/?page=1#p{place}"
    whole = client.get("/laws/cited/", {"law": "某某办法", "article": "第九十条"})
    assert whole["Location"] == f"/laws/{new.pk}/?page=1#p1"
    other = client.get("/laws/cited/", {"law": "别的法", "article": "第一条"}, follow=True)
    assert other.status_code == 200 and other.redirect_chain[0][0].startswith("/laws/?q=")


def test_editors_are_reminded_once_a_week_of_what_to_look_at_again() -> None:
    document = kept()
    day = datetime(2030, 1, 7, 8, 40, tzinfo=ZONE)  # a Monday
    Document.objects.exclude(pk=document.pk).update(review_on=date(2040, 1, 1))
    told = Message.objects.filter(template="laws.review", to_account=account("editor"))
    assert ticks.reviews(day.replace(year=2026)) == 0 and not told.exists()
    assert ticks.reviews(day) >= 1
    ticks.reviews(day)
    assert told.count() == 1
    ticks.reviews(day + timedelta(days=7))
    assert told.count() == 2
