"""`make chaos`: 5,000 intakes and acts from 32 clients while everything is killed in turn."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from chaos import storm
from chaos.site import ROOT


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    parser.add_argument("--ops", type=int, default=5000, help="acknowledged intakes and acts")
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--kills", type=int, default=25)
    parser.add_argument("--settle", type=float, default=90, help="seconds for errands afterwards")
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "chaos")
    given = parser.parse_args(argv)
    outcome = storm.run(
        given.folder, ops=given.ops, clients=given.clients, kills=given.kills,
        settle_s=given.settle,
    )  # fmt: skip
    print(storm.table(outcome))
    kept = {k: v for k, v in asdict(outcome).items() if k != "waits"}
    (given.folder / "chaos.json").write_text(json.dumps(kept, indent=1, ensure_ascii=False))
    print("\nall promises kept" if outcome.good else "\nNOT ALL PROMISES WERE KEPT")
    return 0 if outcome.good else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
