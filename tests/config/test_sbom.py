"""The bill of materials names every pin, and every pin has its digest."""

from __future__ import annotations

import json
import re
from pathlib import Path

from yimen.config.sbom import HASH, PIN, bill

ROOT = Path(__file__).resolve().parent.parent.parent


def test_every_pin_stands_on_it_with_its_digests() -> None:
    parts = {part["purl"]: part for part in bill()["components"]}
    for block in re.split(r"\n(?=\S)", (ROOT / "requirements.txt").read_text()):
        found = PIN.match(block)
        assert found, block[:80]
        part = parts[f"pkg:pypi/{found[1].lower().replace('_', '-')}@{found[2]}"]
        named = {h["content"] for h in part["externalReferences"][0]["hashes"]}
        assert named == set(HASH.findall(block)) != set()
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert sum(p.startswith("pkg:npm/") for p in parts) == len(lock) - 1
    assert all(len(p["hashes"][0]["content"]) == 128 for n, p in parts.items() if "npm" in n)


def test_nothing_is_installed_without_a_digest() -> None:
    """Every requirement of every pinned file, development included."""
    for name in ("requirements.txt", "requirements-dev.txt"):
        for block in re.split(r"\n(?=\S)", (ROOT / name).read_text().strip()):
            assert PIN.match(block) and HASH.search(block), f"{name}: {block[:60]}"
    install = (ROOT / "yimen/config/install.py").read_text()
    assert install.count("--require-hashes") == 2


def test_it_is_one_document_with_one_mark_a_package_and_the_same_every_time() -> None:
    found = bill()
    marks = [part["bom-ref"] for part in found["components"]]
    assert found["bomFormat"] == "CycloneDX" and len(set(marks)) == len(marks) > 60
    assert found["dependencies"][0]["dependsOn"] == marks
    assert json.dumps(found) == json.dumps(bill())
    django = next(p for p in found["components"] if p["name"] == "django")
    assert "BSD" in django["licenses"][0]["license"]["name"]
