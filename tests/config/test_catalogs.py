"""Translations: compiled in pure Python, and nothing left in Chinese only."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest

from yimen.config import catalogs


def house(folder: Path, po: str) -> Path:
    place = folder / "hall" / "locale" / "en" / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "django.po").write_text(po, encoding="utf-8")
    return place / "django.po"


def test_po_becomes_mo_once(tmp_path: Path) -> None:
    source = house(tmp_path, 'msgid "申请人"\nmsgstr "Applicant"\n')
    assert catalogs.compile_all(tmp_path) == 1
    assert catalogs.compile_all(tmp_path) == 0
    with source.with_suffix(".mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("申请人") == "Applicant"


def test_every_way_of_speaking_is_seen(tmp_path: Path) -> None:
    house(tmp_path, 'msgid "已知"\nmsgstr "known"\n\n#, fuzzy\nmsgid "猜的"\nmsgstr "guess"\n')
    code = tmp_path / "hall" / "views.py"
    code.write_text('_("已知")\n_("猜的")\nngettext("%d 件", "%d 件们", 2)\n_("ok")\nf("不是")\n')
    page = tmp_path / "hall" / "templates" / "hall" / "page.html"
    page.parent.mkdir(parents=True)
    page.write_text(
        '{% translate "标题" as t %}{% blocktranslate trimmed count n=x %}\n  共 {{ n }} 件'
        "\n{% plural %}\n 共 {{ n }} 件\n{% endblocktranslate %}"
        '{% field x label=_("标签") hint=_("提示") %}'
    )
    wanted = ["猜的", "%d 件", "标题", "共 %(n)s 件", "标签", "提示"]
    assert catalogs.missing(tmp_path) == {"hall": sorted(("", text) for text in wanted)}


def test_a_word_known_in_one_context_only_is_missing_in_the_others(tmp_path: Path) -> None:
    house(tmp_path, 'msgctxt "print"\nmsgid "费用"\nmsgstr "Fee"\n')
    code = tmp_path / "hall" / "views.py"
    code.write_text('_("费用")\npgettext("print", "费用")\npgettext("list", "费用")\n')
    page = tmp_path / "hall" / "templates" / "hall" / "page.html"
    page.parent.mkdir(parents=True)
    page.write_text('{% translate "费用" context "print" %}{% translate "费用" context "door" %}')
    assert catalogs.missing(tmp_path) == {
        "hall": [("", "费用"), ("door", "费用"), ("list", "费用")]
    }


@pytest.mark.parametrize("source", catalogs.files(), ids=lambda p: p.parts[-5])
def test_no_placeholder_is_lost_in_translation(source: Path) -> None:
    import re

    from babel.messages.pofile import read_po

    marks = re.compile(r"%\(\w+\)[sd]|{\w+}")
    with source.open("rb") as text:
        wrong = [
            str(message.id)
            for message in read_po(text)
            if isinstance(message.id, str)
            and message.string
            and set(marks.findall(message.id)) != set(marks.findall(str(message.string)))
        ]
    assert not wrong


def test_everything_has_english() -> None:
    missing = catalogs.missing()
    few = {name: texts[:5] for name, texts in missing.items()}
    assert not missing, f"{sum(map(len, missing.values()))} without English, such as {few}"
