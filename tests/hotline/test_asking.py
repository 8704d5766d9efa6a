"""What the form of asking for help says when something is wrong, and after it was sent."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import CENTRE, STREET
from tests.hotline.test_ways_in import PLACE, SENT, WHO, _monday, picture, signed_in
from yimen.hotline.models import HelpRequest
from yimen.intake.prints import code_of

__all__ = ["_monday"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]


def ticked(text: str) -> list[str]:
    """What is ticked of the addresses that were found."""
    return re.findall(r'name="picked"[^>]*value="([^"]*)" checked', text)


def looked(where: str, **more: str) -> list[str]:
    sent = SENT | WHO | {"where": where, "place": "", "do": "find"} | more
    return ticked(Client().post("/help/ask/", sent).content.decode())


def test_of_several_addresses_none_is_ticked_before_somebody_chooses() -> None:
    """Whoever presses send without looking is not to send "none of these" over what was found."""
    assert looked("wtl 12") == []
    assert looked("梧桐路12弄3号") == [f"{PLACE}|梧桐路12弄3号"], "written out, it is the one"
    assert looked("梧桐路12弄3号", place=f"{STREET}002") == [], "another committee was chosen"
    kept = {"where": "wtl 12 3", "phone": "12"}
    for chosen in (f"{PLACE}|梧桐路12弄3号", "none"):
        page = Client().post("/help/ask/", SENT | WHO | kept | {"picked": chosen})
        assert page.status_code == 422 and ticked(page.content.decode()) == [chosen]
    done = Client().post("/help/ask/", SENT | WHO | {"where": "wtl 12 3", "picked": "none"})
    assert done.status_code == 302
    assert HelpRequest.objects.get().case.facts["where"] == "wtl 12 3"


def test_everything_that_is_wrong_is_said_at_once() -> None:
    """Place, telephone and photographs in one answer: nobody fills the sheet in three times."""
    paper = SimpleUploadedFile("票据.pdf", b"%PDF-1.4 no picture %%EOF", "application/pdf")
    wrong = SENT | {"name": "王阿姨", "phone": "12", "place": "", "photos": [picture(), paper]}
    page = Client().post("/help/ask/", wrong)
    text = unescape(page.content.decode())
    assert page.status_code == 422
    for sentence in (
        "请选择“哪个居委会”", "这不是一个电话号码。 请填 11 位手机号",
        "“票据.pdf”：这不是能收的照片。 照片可以是 JPG、PNG 或 WebP。",
    ):  # fmt: skip
        assert sentence in text, sentence
    assert "DOCX" not in text and "IMG_1.jpg" not in text


def test_a_photograph_too_large_is_named_with_the_limit(settings) -> None:
    settings.YIMEN_FILE_MAX_MB = 0
    page = signed_in("resident").post("/help/ask/", SENT | {"photos": [picture("阳台.jpg")]})
    text = unescape(page.content.decode())
    assert "“阳台.jpg”：文件超过 0 MB。 请用低一些的清晰度再拍一张。" in text


def test_at_the_machine_both_numbers_and_what_comes_next_are_large() -> None:
    done = Client().post(f"/kiosk/{CENTRE}/help/", SENT | WHO).text
    row = HelpRequest.objects.get(channel="kiosk")
    for number in (row.case.enquiry_no, code_of(row.case)):
        assert f'class="help-number">{number}<' in done
    assert "hotline/kiosk.css" in done
    assert (
        done.index("help-number")
        < done.index("我们会先打您的电话核对")
        < done.index("办完再打给您")
    )
