"""A file as an answer to a browser. The owner of the file asks its own permission first."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from yimen.files import queries
from yimen.files.models import File
from yimen.files.rules import JPEG, PDF, PNG

# What a browser shows by itself, without running anything of the file's.
SHOWN = {PDF, JPEG, PNG, "image/webp"}


def download(file: File, *, inline: bool = False) -> HttpResponse:
    """The file, to be saved; with `inline` shown where that is safe."""
    return answer(queries.open_file(file), file.mime, file.name, inline=inline)


def answer(content: bytes, mime: str, name: str, *, inline: bool = False) -> HttpResponse:
    """Any document with the headers that keep it from being taken for something else. The strict
    policy holds even where a browser is talked into treating the content as a page."""
    shown = inline and mime in SHOWN
    response = HttpResponse(content, content_type=mime)
    response["Content-Disposition"] = content_disposition_header(not shown, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    policy = "default-src 'none'; sandbox"
    if mime == PDF:  # a sandbox would stop the browser's own PDF reader
        policy = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'"
    response["Content-Security-Policy"] = policy
    return response
