"""A photograph keeps its pixels and which way is up, and nothing about who took it where."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from yimen.files.exif import has_location
from yimen.files.stripping import JPEG, PNG, WEBP, Torn, strip

SECRETS = (b"Exif", b"Huawei", b"comment", b"xmpmeta", b"thumbnail")
GPS = {1: "N", 2: (31.0, 14.0, 5.0), 3: "E", 4: (121.0, 28.0, 3.0)}


def photograph(sort: str, *, turned: int = 1, **more: Any) -> bytes:
    picture = Image.effect_noise((64, 48), 80).convert("RGB")
    exif = Image.Exif()
    exif[0x010F] = "Huawei"
    exif[0x0112] = turned
    exif.get_ifd(0x8825).update(GPS)
    made = io.BytesIO()
    picture.save(made, sort, exif=exif.tobytes(), **more)
    return made.getvalue()


def pixels(content: bytes) -> bytes:
    return Image.open(io.BytesIO(content)).convert("RGB").tobytes()


@pytest.mark.parametrize("more", [{}, {"progressive": True}, {"comment": b"comment by me"}])
def test_a_jpeg_tells_nothing_and_looks_the_same(more: dict[str, Any]) -> None:
    before = photograph("JPEG", turned=6, quality=90, **more)
    assert has_location(before)
    after = strip(JPEG, before + b"a film that some telephones append")
    assert not has_location(after) and not any(s in after.replace(b"Exif", b"", 1) for s in SECRETS)
    assert b"film" not in after and pixels(after) == pixels(before)
    kept = Image.open(io.BytesIO(after)).getexif()
    assert dict(kept) == {0x0112: 6}  # which way is up, and nothing else


def test_an_upright_jpeg_has_no_exif_at_all() -> None:
    assert b"Exif" not in strip(JPEG, photograph("JPEG"))


def test_png_and_webp_lose_texts_and_exif() -> None:
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", "comment by me")
    for mime, before in (
        (PNG, photograph("PNG", pnginfo=told)),
        (WEBP, photograph("WEBP", xmp=b"<x:xmpmeta/>", quality=80)),
    ):
        assert has_location(before)
        after = strip(mime, before)
        assert not has_location(after) and not any(secret in after for secret in SECRETS)
        assert pixels(after) == pixels(before)


@given(st.integers(0, 2000), st.sampled_from([("JPEG", JPEG), ("PNG", PNG), ("WEBP", WEBP)]))
def test_what_is_cut_off_is_refused_or_whole_and_never_an_accident(
    cut: int, sort: tuple[str, str]
) -> None:
    whole = WHOLE[sort[0]]
    try:
        assert len(strip(sort[1], whole[: min(cut, len(whole) - 1)])) <= len(whole)
    except Torn:
        pass


WHOLE = {sort: photograph(sort) for sort in ("JPEG", "PNG", "WEBP")}
