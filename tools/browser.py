"""Find the browser of this machine; none is ever downloaded."""

from __future__ import annotations

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_APPLICATION = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


def find_chromium() -> str | None:
    """Return the program named by `CHROMIUM`, else the first one found, else None."""
    candidates = [os.environ.get("CHROMIUM", ""), *NAMES, MAC_APPLICATION]
    return next((found for name in candidates if name and (found := shutil.which(name))), None)
