"""What the line says, for whoever records it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from yimen.phone import sounds, waves
from yimen.phone.wording import Piece, fixed


class Command(BaseCommand):
    help = "List the line's fixed sentences as CSV; with --check look at the recordings instead."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="are the recordings fit to play?")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.YIMEN_PHONE_RECORDINGS)
        recorded = sounds.recordings(folder)
        if options["check"]:
            self._check(folder, recorded)
            return
        out = csv.writer(self.stdout)
        out.writerow(["code", "words", "state"])
        for piece in fixed():
            out.writerow([piece.code, piece.words, _state(piece, recorded)])

    def _check(self, folder: Path, recorded: dict[str, Path]) -> None:
        wrong = 0
        for path in sorted(set(recorded.values())):
            try:
                waves.read(path.read_bytes())
            except waves.NotWave as error:
                wrong += 1
                self.stdout.write(f"{path.name}: {error}")
        if wrong:
            raise CommandError(_("有 %(n)d 个录音不能播放，见上面。") % {"n": wrong})
        self.stdout.write(
            _("%(folder)s：%(n)d 个录音，都可以播放。")
            % {"folder": folder, "n": len(set(recorded.values()))}
        )


def _state(piece: Piece, recorded: dict[str, Path]) -> str:
    if piece.code in recorded or piece.words in recorded:
        return "recorded"
    return "spoken" if sounds.program() else "missing"
