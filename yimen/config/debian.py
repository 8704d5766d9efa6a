"""Programs that only the tests need, fetched from Debian where that is possible."""

from __future__ import annotations

import os
import shutil
import subprocess


def install(why: str, *packages: str) -> bool:
    """As root on a Debian, fetch the packages; False where that cannot be or did not work."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"{why}: apt-get install {' '.join(packages)} ...", flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-q"], ["install", "-qy", "--no-install-recommends", *packages]):
        if subprocess.run(["apt-get", *words], env=env, stdout=subprocess.DEVNULL).returncode:
            return False
    return True
