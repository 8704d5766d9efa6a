"""What a file is, by its content; what we take; what it may be called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.files import samples
from yimen.files import rules
from yimen.files.exif import has_location
from yimen.lib.errors import Invalid

GOOD = {
    "申请表.pdf": samples.pdf(),
    "照片.JPG": samples.picture(),
    "b.png": samples.picture("PNG"),
    "c.webp": samples.picture("WEBP"),
    "d.tif": samples.picture("TIFF"),
    "e.heic": samples.heic(),
    "f.docx": samples.docx(),
    "g.xlsx": samples.xlsx(),
    "电子发票.ofd": samples.ofd(),
}
BAD = {
    "empty": ("a.pdf", b""),
    "type": ("a.exe", b"MZ\x90\x00" + b"\0" * 200),
    "mismatch": ("a.pdf", samples.picture()),
    "broken": ("a.pdf", samples.pdf().replace(b"%%EOF", b"")),
    "locked": ("a.pdf", samples.pdf().replace(b"/Root", b"/Encrypt 5 0 R/Root")),
    "macros": ("a.docx", samples.docx("word/vbaProject.bin")),
}
TWO_AT_ONCE = {
    "jpeg and archive": samples.picture() + samples.archive("x.class"),
    "png and more": samples.picture("PNG") + b"<script>",
    "jpeg and page": samples.picture()[:20] + b"<script>alert(1)</script>" + samples.picture()[20:],
    "jpeg and pdf": samples.picture()[:20] + samples.pdf() + samples.picture()[20:],
    "page and pdf": b"   \n" + samples.pdf(),
    "pdf and archive": samples.pdf() + samples.archive("x") + b"%%EOF",
    "pdf and page": b"%PDF-1.4 <html>" + samples.pdf(),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_we_take(name):
    judged = rules.judge(name, GOOD[name])
    assert judged.mime in rules.ALLOWED
    assert judged.name.lower() == name.lower()


@pytest.mark.parametrize("code", BAD)
def test_what_we_do_not_take(code):
    with pytest.raises(Invalid) as said:
        rules.judge(*BAD[code])
    assert said.value.code == f"file_{code}"
    assert str(said.value.errors[0].message) and str(said.value.errors[0].remedy)


@pytest.mark.parametrize("sort", TWO_AT_ONCE)
def test_nothing_that_is_two_things(sort):
    content = TWO_AT_ONCE[sort]
    name = "a." + rules.ALLOWED[rules.sort_of(content)][0]
    with pytest.raises(Invalid) as said:
        rules.judge(name, content)
    assert said.value.code == "file_polyglot"


def test_a_bomb_is_refused(monkeypatch):
    monkeypatch.setattr(rules, "UNPACKED_MAX", 3)
    with pytest.raises(Invalid, match="file_bomb"):
        rules.judge("a.docx", samples.docx())


def test_a_name_without_ending_gets_one():
    assert rules.judge("户口簿", samples.pdf()).name == "户口簿.pdf"


@given(st.text(max_size=300))
def test_names_are_harmless(name):
    made = (
        rules.judge(name.rpartition(".")[0] or name.replace(".", ""), samples.pdf())
        if "." not in name
        else None
    )
    stem, ending = rules.split(name)
    for sign in '/\\\x00\r\n"<>|*?:\u202e':
        assert sign not in stem + ending
    assert stem and not stem.startswith(".")
    if made:
        assert len(made.name) <= rules.NAME_MAX and made.name.endswith(".pdf")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", ("passwd", "")),
        ("C:\\我的文档\\身份证 正面.JPG", ("身份证 正面", "jpg")),
        (".htaccess", ("htaccess", "")),
        ("照片\u202egpj.exe", ("照片gpj", "exe")),
        ("", ("file", "")),
    ],
)
def test_names(name, kept):
    assert rules.split(name) == kept


@pytest.mark.parametrize("sort", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_location_is_noticed(sort):
    assert has_location(samples.located(sort))
    assert not has_location(samples.picture(sort))


@given(st.binary(max_size=400))
def test_broken_exif_never_raises(tail):
    has_location(b"\xff\xd8Exif\x00\x00" + tail)
    has_location(b"II*\x00" + tail)
