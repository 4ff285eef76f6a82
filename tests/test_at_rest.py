"""What a process holds while nobody asks it anything: heavy libraries come with the work that needs them."""

from __future__ import annotations

import subprocess
import sys

from config import ROOT

HEAVY = ("numba", "scipy.optimize", "openpyxl", "holidays", "highspy")


PROGRAM = f"""
import sys
import app.factory
app.factory._load_slices()
print([name for name in {HEAVY!r} if name in sys.modules])
"""


def test_the_application_starts_without_the_heavy_libraries() -> None:
    found = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert found.stdout.strip() == "[]"
