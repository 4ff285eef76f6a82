"""`python -m tools VERB`: the verbs of the Makefile."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable

from tools.checks import check_all, check_quickly, check_statically, cover_engine
from tools.commands import ROOT, exit_code
from tools.console import ToolFailure, complain, say
from tools.environment import MAIN, ensure_environment, ensure_packages, python_of
from tools.lock import lock_everything
from tools.portal import back_up, open_portal, rebuild_reference, rebuild_static
from tools.sbom import write_inventory

MADE_AGAIN = (
    "build",
    "node_modules",
    "static/vendor",
    "instance/reference",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
    ".import_linter_cache",
    "htmlcov",
    "test-results",
)


def clean() -> int:
    """`make clean`: erase what a command makes again; the database and its backups stay."""
    for name in MADE_AGAIN:
        shutil.rmtree(ROOT / name, ignore_errors=True)
    shutil.rmtree(MAIN, ignore_errors=True)
    say("Tout ce qui se refabrique est effacé ; la base et les sauvegardes restent dans instance/.")
    return 0


def program(module: str, *words: str) -> Callable[[], int]:
    """Return a verb that runs one of our measuring programs with the development packages."""

    def verb() -> int:
        folder = module.partition(".")[0]
        if not (ROOT / folder).is_dir():
            raise ToolFailure(f"Le dossier {folder}/ n'existe pas dans cette version.")
        ensure_environment()
        ensure_packages("dev")
        return exit_code([python_of(MAIN), "-m", module, *words])

    return verb


VERBS: dict[str, Callable[[], int]] = {
    "run": open_portal,
    "test": check_all,
    "lint": check_statically,
    "quick": check_quickly,
    "cover-engine": cover_engine,
    "static": rebuild_static,
    "reference": rebuild_reference,
    "bench": program("benchmarks"),
    "bench-france": program("benchmarks", "--france"),
    "trial": program("trials"),
    "trial-full": program("trials", "--full"),
    "backup": back_up,
    "sbom": write_inventory,
    "lock": lock_everything,
    "clean": clean,
}


def main() -> int:
    """Run the verb named on the command line."""
    verb = VERBS.get(sys.argv[1]) if len(sys.argv) == 2 else None
    if verb is None:
        complain(f"Usage : python -m tools {{{'|'.join(VERBS)}}}")
        return 2
    try:
        return verb()
    except ToolFailure as failure:
        complain(f"\n{failure}")
        return 1
    except KeyboardInterrupt:
        complain("\nInterrompu.")
        return 130


if __name__ == "__main__":
    sys.exit(main())
