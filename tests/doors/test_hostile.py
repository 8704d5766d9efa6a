"""What nobody means well sends: headers, barcodes, uploads, tables. It is refused with a sentence or
answered as if it were nothing; never a crash, and nothing is changed by it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from tests.cases.world import MONDAY, hand_in, matter
from tests.cast import account, party
from tests.files import samples
from tests.files.test_rules import BAD, TWO_AT_ONCE
from yimen.bodies.models import Body
from yimen.files.models import File
from yimen.intake.models import Draft
from yimen.lib import time
from yimen.people.models import Account, Party

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
LOW_INCOME = "civil-affairs-001"
HUGE = "9" * 100_000


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    cache.clear()
    with time.at(MONDAY):
        yield


def at_desk(who: str = "clerk") -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(account(who))
    return client


def standing() -> dict[str, int]:
    """How many rows each table has, what a browser leaves by itself apart."""
    passing = {"sessions", "mfa"}
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.app_label not in passing
    }


# -- headers ----------------------------------------------------------------------------------

HEADERS = {
    "another host": {"Host": "evil.example"},
    "a host with a line break": {"Host": "testserver\r\nX-Evil: 1"},
    "a host of nothing": {"Host": ""},
    "a host forwarded": {"X-Forwarded-Host": "evil.example"},
    "a language of another world": {"Accept-Language": "../../etc/passwd,\x00;q=9" + "x" * 9000},
    "a huge header": {"User-Agent": HUGE, "Referer": HUGE},
    "a token of rubbish": {"Authorization": "Bearer \xff\xfe\x00" + "A" * 9000},
    "a scheme of rubbish": {"Authorization": "\x00\xff"},
    "cookies of rubbish": {"Cookie": "sessionid=\x00\xff; csrftoken=" + HUGE + "; django_language=../"},
    "another method": {"X-HTTP-Method-Override": "DELETE", "X-Method-Override": "PUT"},
    "a type of rubbish": {"Content-Type": "multipart/form-data"},
    "an accept of rubbish": {"Accept": "\xff/" + "x" * 9000},
    "conditions": {"If-None-Match": "\x00", "If-Modified-Since": "never", "Range": "bytes=9-1,-5"},
    "htmx": {"HX-Request": "true", "HX-Current-URL": "javascript:alert(1)", "HX-Target": "\xff<"},
    "a proxy's": {"X-Forwarded-For": "'; DROP TABLE x; --, \xff", "X-Forwarded-Proto": "gopher"},
}  # fmt: skip
PLACES = ["/", "/desk/cases/", "/api/v1/cases", "/track/", "/accounts/login/", "/figures/"]


@pytest.mark.parametrize("what", HEADERS)
def test_headers(what: str) -> None:
    before = standing()
    for place in PLACES:
        for client in (at_desk(), Client(raise_request_exception=False)):
            for method in ("get", "post"):
                sent = dict(HEADERS[what])
                answer = getattr(client, method)(place, headers=sent)
                assert answer.status_code < 500, f"{method} {place}"
                said = str(answer.headers)
                assert "evil" not in said.lower() and "\n" not in answer.headers.get("Location", "")
    assert standing() == before


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80"]
)
def test_a_site_answers_to_its_own_names_only(host: str) -> None:
    answer = Client(raise_request_exception=False).get("/", headers={"Host": host})
    assert answer.status_code == 400 and host.encode() not in answer.content


# -- what a scanner or somebody at the keyboard sends -------------------------------------------

CODES = {
    "empty": "", "blank": " \t\r\n ", "huge": HUGE, "null": "31019900\x00101", "crlf": "12\r\n34",
    "quotes": "'; DROP TABLE cases_case; --", "markup": "<script>alert(1)</script>",
    "percent": "%00%ff%0d%0a", "wildcards": "%_%", "a turn": "\u202e0110", "half a pair": "\ud800",
    "wide digits": "３１０１９９００１", "emoji": "🙂" * 500, "template": "{{ 7*7 }}{% now %}${7*7}",
    "path": "../../../etc/passwd", "negative": "-1", "exponent": "1e309", "a function": "=1+1",
}  # fmt: skip
BOXES = [
    ("clerk", "post", "custody:scan", {"code": "", "codes": ""}),
    ("clerk", "post", "custody:send", {"code": "", "codes": "", "to": ""}),
    ("clerk", "get", "cases:cases", {"q": "", "body": "", "light": "", "cursor": ""}),
    ("clerk", "get", "pages:search", {"q": ""}),
    ("clerk", "post", "people:people", {"q": ""}),
    ("clerk", "post", "intake:counter", {"q": "", "who": "", "do": "find"}),
    ("clerk", "get", "intake:suggest", {"q": ""}),
    ("", "post", "cases:track", {"number": "", "code": ""}),
    ("", "get", "cases:verify", {"code": ""}),
    ("", "post", "account_login", {"login": "", "password": ""}),
    ("director", "get", "reports:behind", {"figure": "", "body": "", "person": ""}),
]  # fmt: skip


@pytest.mark.parametrize("what", CODES)
def test_barcodes_and_boxes(what: str) -> None:
    before = standing()
    for who, method, name, boxes in BOXES:
        client = at_desk(who) if who else Client(raise_request_exception=False)
        sent = {box: CODES[what] if value == "" else value for box, value in boxes.items()}
        try:
            answer = getattr(client, method)(reverse(name), sent)
        except UnicodeEncodeError:
            continue  # half of a pair cannot even be sent
        assert answer.status_code < 500, name
        assert "<script>alert(1)</script>" not in answer.content.decode("utf-8", "replace"), name
    after = standing()
    begun = {label for label in after if after[label] != before[label]}
    assert begun <= {"intake.Draft"}, begun  # a visit that was begun is a draft


def test_bytes_that_are_no_text() -> None:
    """Invalid UTF-8 in a query and in a form."""
    client = at_desk()
    for place in ("/desk/cases/?q=%ff%fe%00", "/desk/search/?q=%c3%28", "/?q=%ed%a0%80"):
        assert client.get(place).status_code < 500
    form = "application/x-www-form-urlencoded"
    for place in ("/desk/people/", "/desk/custody/", "/track/", "/accounts/login/"):
        assert client.post(place, b"q=\xff\xfe&code=%ff", content_type=form).status_code < 500
        assert (
            client.post(place, b"\x00" * 99, content_type="multipart/form-data").status_code < 500
        )
        assert client.post(place, "a=1&" * 3000, content_type=form).status_code < 500


# -- uploads ----------------------------------------------------------------------------------

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
UPLOADS = {
    **{f"bad: {code}": pair for code, pair in BAD.items()},
    **{f"two: {sort}": ("a.png", content) for sort, content in TWO_AT_ONCE.items()},
    "svg": ("a.svg", SVG), "svg as picture": ("a.png", SVG), "page": ("a.pdf", b"<html>" + SVG),
    "gif": ("a.gif", b"GIF89a" + bytes(99)), "script": ("a.png.php", b"<?php phpinfo();"),
    "archive": ("a.zip", samples.archive("../../etc/passwd")), "one byte": ("a.png", b"\x89"),
    "only a head": ("a.png", b"\x89PNG\r\n\x1a\n"), "archive cut off": ("a.docx", samples.docx()[:80]),
    "text": ("=cmd|' /C calc'!A0.csv", b"=1+1"),
}  # fmt: skip


def draft_of(client: Client) -> Draft:
    code = matter("social-card-001").matter_id
    client.post(reverse("intake:apply", args=[code]), {"whom": "self"})
    return Draft.objects.latest("created_at")


def put(client: Client, draft: Draft, upload: Any) -> Any:
    sent = {"u-resident-id": upload, "do": "stay"}
    return client.post(reverse("intake:materials", args=[draft.pk]), sent)


@pytest.mark.parametrize("what", UPLOADS)
def test_an_upload_is_refused_and_nothing_of_it_is_kept(
    what: str, settings: Any, tmp_path: Path
) -> None:
    settings.YIMEN_FILES = str(tmp_path)
    name, content = UPLOADS[what]
    client = at_desk("resident2")
    draft = draft_of(client)
    answer = put(client, draft, SimpleUploadedFile(name, content))
    assert answer.status_code in (200, 302, 422), what
    assert not File.objects.exists() and not list(tmp_path.rglob("*.*"))
    draft.refresh_from_db()
    assert draft.files == {}


def test_more_than_the_limit_is_refused_with_a_sentence(settings: Any, tmp_path: Path) -> None:
    settings.YIMEN_FILES, settings.YIMEN_FILE_MAX_MB = str(tmp_path), 1
    client = at_desk("resident2")
    answer = put(
        client, draft_of(client), SimpleUploadedFile("a.png", samples.picture("PNG") + bytes(2**20))
    )
    assert answer.status_code == 422 and "MB" in answer.content.decode()
    assert not File.objects.exists()


@pytest.mark.parametrize("name", [
    "../../../etc/passwd.png", "..\\..\\a.png", "/etc/a.png", "a\x00.png", "a\r\nSet-Cookie: x=1.png",
    "\u202egnp.exe.png", "x" * 5000 + ".png", '"; filename="b.png', "<script>.png", ".png", "CON.png",
])  # fmt: skip
def test_a_name_leads_nowhere(name: str, settings: Any, tmp_path: Path) -> None:
    settings.YIMEN_FILES = str(tmp_path / "files")
    client = at_desk("resident2")
    draft = draft_of(client)
    put(client, draft, SimpleUploadedFile(name, samples.picture("PNG"), "image/png"))
    outside = [
        p for p in tmp_path.rglob("*") if p.is_file() and tmp_path / "files" not in p.parents
    ]
    assert not outside
    for kept in File.objects.all():
        assert not set(kept.name) & set('/\\\x00\r\n<>:"|?*\u202e') and len(kept.name) <= 160
        shown = client.get(reverse("intake:draft_file", args=[draft.pk, "resident-id"]))
        assert "\n" not in shown.headers.get("Content-Disposition", "")
        assert shown.headers["X-Content-Type-Options"] == "nosniff"


# -- tables and catalogue files ----------------------------------------------------------------


def test_no_cell_of_any_export_begins_a_formula() -> None:
    """Names of persons, bodies, matters and accounts that a spreadsheet would run."""
    for start in ("=", "+", "-", "@", "\t=", "\r="):
        evil = f"{start}HYPERLINK(1)"
        Party.objects.filter(pk=party("resident").pk).update(name=evil)
        Body.objects.all().update(name=evil, name_en=evil)
        who = account("officer")
        Party.objects.filter(pk=who.party_id).update(name=evil)
        hand_in(LOW_INCOME)
        for by, name in (("officer", "cases:export"), ("director", "reports:export"),
                         ("director", "reports:overdue_csv"), ("director", "reports:workload_csv")):  # fmt: skip
            text = at_desk(by).get(reverse(name)).content.decode("utf-8-sig")
            cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
            assert cells
            assert not [c for c in cells if c[:1] in set("=+@\t\r")], name
            assert not [
                c for c in cells if c.startswith("-") and not c[1:].replace(".", "").isdigit()
            ]
    assert Account.objects.exists()


MATTERS = {
    "no json": b"{", "not text": b"\xff\xfe\x00\x01", "a list": b"[1, 2]", "a number": b"7",
    "null": b"null", "empty": b"", "deep": b"[" * 200_000, "wrong sorts": b'{"code": 7, "name": []}',
    "a null byte": b'{"code": "a\\u0000b", "name": {"zh": "x", "en": "y"}}',
    "a huge text": b'{"code": "x", "name": {"zh": "' + b"x" * 3_000_000 + b'", "en": "y"}}',
    "not a number": b'{"code": "x", "terms": {"statutory": NaN}}',
    "a path": b'{"code": "../../x", "name": {"zh": "x", "en": "y"}}',
}  # fmt: skip
TABLES = {
    "no columns": b"a,b\n1,2\n", "not text": b"\xff\xfe\x00", "null": b"name\n\x00\n", "empty": b"",
    "a formula": b"department,category,name\n=1+1,=1+1,=1+1\n",
    "one huge cell": b"name\n" + b"x" * 200_000 + b"\n",
}  # fmt: skip


@pytest.mark.parametrize("what", MATTERS)
def test_a_catalogue_file_that_is_none(what: str, tmp_path: Path) -> None:
    good = Path("data/matters/civil-affairs-008.json").read_bytes()
    (tmp_path / "a.json").write_bytes(good)
    (tmp_path / "b.json").write_bytes(MATTERS[what])
    before = standing()
    with pytest.raises(CommandError, match="Nothing was loaded"):
        call_command("import", "matters", str(tmp_path))
    assert standing() == before, "the good one beside it neither"


@pytest.mark.parametrize("what", TABLES)
def test_a_table_of_matters_that_is_none(what: str, tmp_path: Path) -> None:
    path = tmp_path / "matters.csv"
    path.write_bytes(TABLES[what])
    before = standing()
    try:
        call_command("import", "matters", str(path))
    except CommandError as error:
        assert "Nothing was loaded" in str(error)
    assert standing() == before
