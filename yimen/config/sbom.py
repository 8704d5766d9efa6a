"""The bill of materials: every package that runs or builds the site, as CycloneDX 1.6 JSON.

    make sbom        writes var/sbom.cdx.json

Read from the pins alone (requirements.txt and package-lock.json, with their digests), so that it
says what an installation must contain and not what a machine happens to have. Licences of Python
packages are taken from the installed ones.
"""

from __future__ import annotations

import base64
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from yimen.config.folders import ROOT, var

PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
Component = dict[str, Any]


def python_packages(pins: str) -> Iterator[Component]:
    """Each pinned package with the digests of the files that may be installed."""
    for block in re.split(r"\n(?=\S)", pins):
        if found := PIN.match(block):
            name, version = found[1].lower().replace("_", "-"), found[2]
            digests = [{"alg": "SHA-256", "content": h} for h in HASH.findall(block)]
            place = {"type": "distribution", "url": f"https://pypi.org/project/{name}/{version}/"}
            yield (
                _component(name, version, "pypi", "required")
                | _licence(name)
                | {"externalReferences": [{**place, "hashes": digests}]}
            )


def _licence(name: str) -> Component:
    try:
        known: Any = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return {}
    text = known.get("License-Expression") or known.get("License") or ""
    if not text or len(text) > 100:  # some put the whole text there
        kinds = [
            c.rsplit(" :: ", 1)[-1] for c in known.get_all("Classifier", []) if "License ::" in c
        ]
        text = " / ".join(kinds)
    return {"licenses": [{"license": {"name": text}}]} if text else {}


def node_packages(lock: dict[str, Any]) -> Iterator[Component]:
    """What builds the style sheet and scripts; nothing of Node runs on a site."""
    for path, entry in sorted(lock["packages"].items()):
        if not path:
            continue
        scope = (
            "excluded" if entry.get("dev") else "optional" if entry.get("optional") else "required"
        )
        name = path.rsplit("node_modules/", 1)[-1]
        part = _component(name, entry["version"], "npm", scope)
        kind, _dash, digest = entry["integrity"].partition("-")
        part["hashes"] = [
            {"alg": f"SHA-{kind[3:]}", "content": base64.b64decode(digest).hex()}
        ]  # fmt: skip
        if entry.get("license"):
            part["licenses"] = [{"license": {"name": entry["license"]}}]
        yield part


def _component(name: str, version: str, kind: str, scope: str) -> Component:
    mark = f"pkg:{kind}/{name.replace('@', '%40')}@{version}"
    return {
        "type": "library", "name": name, "version": version, "purl": mark, "bom-ref": mark,
        "scope": scope,
    }  # fmt: skip


def bill(root: Path = ROOT) -> dict[str, Any]:
    """The whole document. It names no moment and no machine: the same pins give the same bytes."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    lock = json.loads((root / "package-lock.json").read_text())
    parts = [*python_packages((root / "requirements.txt").read_text()), *node_packages(lock)]
    mark = f"pkg:pypi/yimen@{project['version']}"
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {
            "component": {
                "type": "application", "name": "yimen", "version": project["version"],
                "bom-ref": mark, "purl": mark, "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": parts,
        "dependencies": [{"ref": mark, "dependsOn": [part["bom-ref"] for part in parts]}],
    }  # fmt: skip


def main() -> int:
    target = var() / "sbom.cdx.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    found = bill()
    target.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    print(f"{target}: {len(found['components'])} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
