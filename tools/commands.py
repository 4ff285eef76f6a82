"""Run other programs, and say clearly which one failed."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.console import ToolFailure, complain

ROOT = Path(__file__).resolve().parent.parent


def run(
    command: Sequence[object],
    *,
    advice: str = "",
    environ: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
    quiet: bool = False,
) -> None:
    """Run a command to its end.

    With `quiet`, its output is shown only when it fails.

    Raises:
        ToolFailure: it is missing or returned another code than 0; `advice` is added to the
        message.
    """
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words,
            cwd=cwd,
            env={**os.environ, **(environ or {})},
            stdout=subprocess.PIPE if quiet else None,
            stderr=subprocess.STDOUT if quiet else None,
            text=True,
            check=False,
        )
    except OSError as error:
        raise ToolFailure(f"« {words[0]} » ne se lance pas : {error}. {advice}".strip()) from error
    if done.returncode:
        if done.stdout:
            complain(done.stdout[-8000:])
        raise ToolFailure(
            f"La commande a échoué (code {done.returncode}) : {shlex.join(words)}\n{advice}".strip()
        )


def exit_code(
    command: Sequence[object], *, environ: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> int:
    """Run a command with its output shown and return its exit code."""
    words = [str(word) for word in command]
    return subprocess.run(
        words, cwd=cwd, env={**os.environ, **(environ or {})}, check=False
    ).returncode
