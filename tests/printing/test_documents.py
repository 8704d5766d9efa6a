"""Every document, in both languages: one page, right words, readable codes, no markup by citizens."""

import dataclasses
import json
from datetime import date, datetime

import pytest

from tests.printing.pictures import codes, count, ink_beyond, pages, text
from yimen.printing import render
from yimen.printing.documents import DOCUMENTS, Barcode, Qr, Sheet
from yimen.printing.management.commands.print_samples import sample

HOSTILE = '#read("/etc/passwd") $x^2$ *b* _i_ <l> @r `c` \\ #panic() [a](b) = "q" &amp; <script>'
RARE = "欧阳㛃龚䶮沈𬭎"
LONG = "买买提·阿布都热依木·" * 12 + "W" * 90
LANGS = ("zh-hans", "en")
TWO_PAGES = {"labels"}  # one page a label


def poisoned(value, bad: str):
    """The same facts with every free text replaced by `bad`; codes, days and keys stay."""
    if isinstance(value, (Barcode, Qr, date, datetime, bool, int)) or value is None:
        return value
    if isinstance(value, Sheet) or dataclasses.is_dataclass(value):
        kept = {"given", "mode", "outcome", "sort", "seal_svg", "lights", "code"}
        return dataclasses.replace(
            value,
            **{
                f.name: poisoned(getattr(value, f.name), bad)
                for f in dataclasses.fields(value)
                if f.name not in kept and f.init
            },
        )
    if isinstance(value, list):
        return [poisoned(one, bad) for one in value]
    return bad


def emptied(facts: Sheet) -> Sheet:
    """The same facts with every list and every optional part left out."""
    bare = {}
    for f in dataclasses.fields(facts):
        value = getattr(facts, f.name)
        if isinstance(value, list):
            bare[f.name] = []
        elif f.default is not dataclasses.MISSING:
            bare[f.name] = f.default
    return dataclasses.replace(facts, **bare)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_sample_fits_its_page(name, lang):
    made = render(name, sample(name), lang)
    assert made.startswith(b"%PDF-")
    assert count(made) == (2 if name in TWO_PAGES else 1)
    assert b"/StructTreeRoot" in made  # tagged: a screen reader finds its way
    assert (b"(en)" if lang == "en" else b"(zh") in made or b"/Lang" in made


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", sorted(set(DOCUMENTS) - {"label", "labels"}))
def test_hostile_text_is_only_text(name, lang):
    made = render(name, poisoned(DOCUMENTS[name].sample(), HOSTILE), lang)
    found = text(made).replace(" ", "")
    assert "#read" in found
    assert "root:x:0" not in found


@pytest.mark.parametrize("name", DOCUMENTS)
def test_very_long_and_rare_names(name):
    made = render(name, poisoned(DOCUMENTS[name].sample(), LONG + RARE))
    assert count(made) <= 20
    if name not in ("label", "labels"):
        for picture in pages(made, 203):
            assert ink_beyond(picture, 9, 9) == 0, "text runs over the edge"


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_but_the_necessary(name, lang):
    facts = emptied(DOCUMENTS[name].sample())
    if name == "mandate":
        facts = dataclasses.replace(facts, scope=["代为提交"])
    assert count(render(name, facts, lang)) == 1


def test_rare_characters_come_out_again():
    facts = dataclasses.replace(
        DOCUMENTS["receipt"].sample(),
        applicant=dataclasses.replace(DOCUMENTS["receipt"].sample().applicant, name=RARE),
    )
    assert RARE in text(render("receipt", facts))


def test_control_and_direction_signs_do_not_reach_the_paper():
    facts = dataclasses.replace(DOCUMENTS["receipt"].sample(), window="3\u202e4\x00\x07")
    assert "34号窗口" in text(render("receipt", facts)).replace(" ", "")


def test_case_numbers_can_be_copied_whole():
    facts = DOCUMENTS["not_accepted"].sample()
    assert f"（编号{facts.case_number}）" in text(render("not_accepted", facts)).replace(" ", "")


@pytest.mark.parametrize("dpi", [150, 203, 300])
@pytest.mark.parametrize("name", ["receipt", "bundle_receipt", "acceptance", "transfer", "result"])
def test_codes_are_read_back(name, dpi):
    facts = sample(name)
    wanted = set()
    for value in vars(facts).values():
        if isinstance(value, Barcode) and name != "result":
            wanted.add(("Code128", str(value)))
        if isinstance(value, Qr):
            wanted.add(("QRCode", str(value)))
    if name == "bundle_receipt":
        wanted |= {("Code128", str(case.number)) for case in facts.cases}
    if name == "result":
        wanted.add(("QRCode", str(facts.verify.url)))
    found = codes(pages(render(name, facts), dpi)[0])
    assert wanted
    for sort, value in wanted:
        assert value in found.get(sort, set())


@pytest.mark.parametrize("dpi", [203, 300])
def test_label_is_read_back(dpi):
    facts = sample("label")
    picture = pages(render("label", facts), dpi)[0]
    assert abs(picture.width - 50 / 25.4 * dpi) < 3
    assert codes(picture)["Code128"] == {str(facts.code)}


def test_long_implementation_code_as_barcode():
    number = "12440501196720244T3442199806003202611230017"
    facts = dataclasses.replace(DOCUMENTS["receipt"].sample(), case_number=Barcode(number))
    assert number in codes(pages(render("receipt", facts), 300)[0])["Code128"]


def test_english_has_no_chinese_left():
    """With English facts, no Chinese word of ours may remain."""
    from yimen.printing import press

    for name in DOCUMENTS:
        untold = [w for w, said in press.words(name, "en").items() if said == w and w != "{n}"]
        assert untold == [], name


def test_wrong_facts_are_named():
    from yimen.printing.facts import WrongFacts

    facts = json.loads(json.dumps({"number": "1", "issuer": "中心", "nonsense": 1}))
    with pytest.raises(WrongFacts, match="nonsense"):
        render("receipt", facts)
    with pytest.raises(WrongFacts, match="case_number"):
        render("receipt", {"number": "1", "issuer": "中心", "issued_at": date(2026, 1, 1)})
    with pytest.raises(LookupError):
        render("../press", {})


def test_a_dict_prints_the_same_as_an_instance():
    facts = DOCUMENTS["extension"].sample()
    assert text(render("extension", dataclasses.asdict(facts))) == text(render("extension", facts))


def test_missing_font_is_said_clearly(monkeypatch):
    from yimen.printing import press

    monkeypatch.setattr(press, "FAMILY", "No Such Font")
    press.fonts.cache_clear()
    try:
        assert "No Such Font" in press.doctor()
        assert "config.assets" in press.doctor()
    finally:
        monkeypatch.undo()
        press.fonts.cache_clear()


@pytest.mark.parametrize("name", ["𰻝\U0003134a", "\ue000", "👩‍👩‍👧", "ا ب ت"])
def test_a_name_that_no_font_can_draw_is_printed_all_the_same(name):
    sample_facts = DOCUMENTS["receipt"].sample()
    who = dataclasses.replace(sample_facts.applicant, name=f"甲{name}乙")
    made = render("receipt", dataclasses.replace(sample_facts, applicant=who))
    assert count(made) == 1 and "甲" in text(made)


def test_threads_print_at_once():
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda n: render("label", DOCUMENTS["label"].sample()), range(12)))
    assert len({text(one) for one in made}) == 1


def test_print_samples_writes_all(tmp_path):
    from django.core.management import call_command

    call_command("print_samples", str(tmp_path), "--only", "decision")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["decision.en.pdf", "decision.zh.pdf"]
    assert "样章" in text((tmp_path / "decision.zh.pdf").read_bytes())
