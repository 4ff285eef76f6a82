"""Bring the database up to date: migrations, reference data, demonstration, list of accounts.

The portal's own commands do the work; calling them in one process spares four starts of the
application. Each of them changes nothing when its work is done.
"""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from flask.cli import FlaskGroup

from tools.console import complain, say
from wsgi import app

COMMANDS = (
    ("migrations", ["db", "upgrade"]),
    ("référentiels", ["trefle", "reference", "load"]),
    (
        "démonstration",
        ["trefle", "demo", "--territory", "bretagne", "--youth", "2000", "--seed", "7"],
    ),
)


def main() -> int:
    """Run the commands, then write the demonstration's accounts to the file given as the only
    argument.
    """
    flask = FlaskGroup(create_app=lambda: app)
    for label, words in COMMANDS:
        say(f"      · {label}")
        if code := _call(flask, words):
            complain(f"La commande « flask {' '.join(words)} » a échoué.")
            return code
    listing = StringIO()
    with redirect_stdout(listing):
        code = _call(flask, ["trefle", "accounts"])
    Path(sys.argv[1]).write_text(listing.getvalue(), encoding="utf-8")
    return code


def _call(flask: FlaskGroup, words: list[str]) -> int:
    """Run one command as the `flask` program would, and return its exit code."""
    try:
        flask.main(args=words, prog_name="flask")
    except SystemExit as ending:
        return ending.code if isinstance(ending.code, int) else int(ending.code is not None)


if __name__ == "__main__":
    sys.exit(main())
