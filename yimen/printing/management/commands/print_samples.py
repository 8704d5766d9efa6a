"""Print every document once, filled with invented data."""

from __future__ import annotations

import dataclasses
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yimen.printing import press
from yimen.printing.documents import DOCUMENTS, Sheet
from yimen.printing.documents.base import CENTRE
from yimen.printing.seals import seal


class Command(BaseCommand):
    help = "Print a sample of every document, in Chinese and in English, into DIR."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dir", help="folder for the PDF files; made if missing")
        parser.add_argument("--only", help="one template")

    def handle(self, *args: Any, **options: Any) -> None:
        only = options["only"]
        if only and only not in DOCUMENTS:
            raise CommandError(f"no template {only!r}; there are: {', '.join(DOCUMENTS)}")
        if missing := press.doctor():
            raise CommandError(missing)
        folder = Path(options["dir"])
        folder.mkdir(parents=True, exist_ok=True)
        for name in [only] if only else DOCUMENTS:
            for lang in ("zh-hans", "en"):
                made = press.render(name, sample(name), lang)
                (folder / f"{name}.{lang[:2]}.pdf").write_bytes(made)
        self.stdout.write(f"samples printed in {folder}")


def sample(name: str) -> Sheet:
    """The sample of a document, with the sample seal where it carries one."""
    facts = DOCUMENTS[name].sample()
    if not hasattr(facts, "seal_svg"):
        return facts
    body = "centre-31019900101" if facts.issuer == CENTRE else "bo-civil-affairs"
    return dataclasses.replace(facts, seal_svg=seal(body))  # type: ignore[call-arg]
