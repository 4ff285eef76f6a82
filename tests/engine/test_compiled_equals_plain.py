"""Machine code and plain Python give the same answers to the last bit; every compiled entry is among those tried."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

import numba
import pytest

import app.engine.certificate
import app.engine.kernels
import app.engine.text
from tests.engine.both_paths import answers

ROOT = Path(__file__).parents[2]
PACKAGES = (app.engine.kernels, app.engine.certificate, app.engine.text)

pytestmark = pytest.mark.skipif(
    bool(numba.config.DISABLE_JIT), reason="compilation is off: there is only one path to try"
)


def modules() -> list[ModuleType]:
    """Every module that may hold compiled functions."""
    return [
        import_module(f"{package.__name__}.{module.name}")
        for package in PACKAGES
        for module in iter_modules(package.__path__)
    ]


def test_every_compiled_answer_is_the_plain_one_to_the_last_bit() -> None:
    environ = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    command = [sys.executable, "-m", "tests.engine.both_paths"]

    done = subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True
    )

    plain, compiled = json.loads(done.stdout), json.loads(json.dumps(list(answers())))
    different = [
        name for (name, one), (_, other) in zip(compiled, plain, strict=True) if one != other
    ]
    assert [name for name, _ in compiled] == [name for name, _ in plain]
    assert different == []
    entries = {
        f"{module.__name__}.{name}": function
        for module in modules()
        for name, function in vars(module).items()
        if hasattr(function, "signatures")
        and function.targetoptions.get("forceinline") is None
        and function.py_func.__module__ == module.__name__
    }
    assert len(entries) >= 14
    assert [name for name, function in entries.items() if not function.signatures] == []
