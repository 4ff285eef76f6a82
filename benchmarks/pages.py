"""Server time and statements of the page of a youth's triples, on the demonstration and on twenty times its size.

    python -m benchmarks.pages [--times 20] [--youth 2000]

A throw-away SQLite instance is built by the program's own commands (reference data must have been made by
`make reference`). Twenty times the size means every youth, opening and session copied nineteen times into the same
territory: the pool, the lists of candidates and the tables all grow by that factor. Times are those of the processor
for whole requests through the WSGI application, session, policy, access journal, query, engine and template included,
compression not.
"""

from __future__ import annotations

import argparse
import re
import shutil
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from app.core.db import db, transaction
from app.demo.build import PASSWORD
from app.factory import create_app
from config import ROOT, Settings

HEADING = "Pages of a youth's triples: the demonstration, and twenty times its size"
ADVISER = "conseiller@exemple.fr"
READY = """
    SELECT y.id FROM youth y JOIN user_account u ON u.id = y.adviser_id
    WHERE u.email = :email AND y.status = 'ready' AND EXISTS (
        SELECT 1 FROM consent_record c WHERE c.youth_id = y.id AND c.kind = 'listing' AND c.withdrawn_at IS NULL)
    ORDER BY y.id LIMIT :limit
"""
# Copied tables, with the columns that point to another copied row.
COPIED = {
    "youth": {},
    "wish": {"youth_id": "youth"},
    "consent_record": {"youth_id": "youth"},
    "opening": {},
    "training_session": {},
}
# What two rows may not share, from the id of the copy.
UNIQUE = {
    "youth": {"public_code": "printf('%08X', {id})"},
    "opening": {"source_reference": "NULL"},
}


@dataclass(frozen=True, slots=True)
class PageTimes:
    """Milliseconds of processor time of the whole process, and statements, of one page.

    `wall` is the median that a clock on the wall tells, waiting for a busy machine's other work included.
    """

    page: str
    requests: int
    first: float
    median: float
    p95: float
    wall: float
    statements: int


def run(*, youth: int = 2000, times: int = 20, requests: int = 40) -> dict[str, Any]:
    """Measure both sizes; returns rows ready for a report. Needs `instance/reference`."""
    with tempfile.TemporaryDirectory() as folder:
        app = build(Path(folder), youth)
        small = _measure(app, requests)
        multiply(app, times)
        large = _measure(app, requests)
        sizes = _sizes(app)
        with app.app_context():
            db.engine.dispose()
    return {"small": small, "large": large, "large_sizes": sizes}


def build(folder: Path, youth: int) -> Flask:
    """A demonstration of so many youth in a throw-away instance there."""
    reference = ROOT / "instance" / "reference"
    shutil.copytree(reference, folder / "reference")
    app = create_app(Settings(environment="development", instance_path=folder))
    with app.app_context():
        db.create_all()
    runner = app.test_cli_runner()
    for arguments in (
        ["trefle", "reference", "load"],
        ["trefle", "demo", "--territory", "bretagne", "--youth", str(youth), "--seed", "7"],
    ):
        result = runner.invoke(args=arguments)
        if result.exit_code != 0:
            raise RuntimeError(result.output) from result.exception
    return app


def multiply(app: Flask, times: int) -> None:
    """Copy what matching reads `times - 1` times, ids shifted by a multiple of the greatest one."""
    with app.app_context(), transaction() as session:
        step = {name: session.scalar(text(f"SELECT max(id) FROM {name}")) or 0 for name in COPIED}  # noqa: S608
        for turn in range(1, times):
            for name, links in COPIED.items():
                _copy(session, name, links, step, turn)
        session.execute(
            text(
                "INSERT INTO pool_change (kind, row_id, changed_at) VALUES ('reference', 0, datetime('now'))"
            )
        )


def _copy(
    session: Session, name: str, links: dict[str, str], step: dict[str, int], turn: int
) -> None:
    columns = [column.name for column in db.metadata.tables[name].columns]
    shifted = {"id": f"id + {turn * step[name]}"}
    shifted |= {column: f"{column} + {turn * step[target]}" for column, target in links.items()}
    for column, value in UNIQUE.get(name, {}).items():
        shifted[column] = value.format(id=shifted["id"])
    values = ", ".join(shifted.get(column, column) for column in columns)
    # The names are those of COPIED above, never a user's.
    statement = f"INSERT INTO {name} ({', '.join(columns)}) SELECT {values} FROM {name}"  # noqa: S608
    session.execute(text(f"{statement} WHERE id <= :last"), {"last": step[name]})


def _sizes(app: Flask) -> dict[str, int]:
    with app.app_context():
        return {
            name: db.session.scalar(text(f"SELECT count(*) FROM {name}")) or 0  # noqa: S608
            for name in ("youth", "opening", "training_session")
        }


def _measure(app: Flask, requests: int) -> list[PageTimes]:
    client = app.test_client()
    door = client.get("/compte/connexion").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', door)
    data = {"email": ADVISER, "password": PASSWORD, "csrf_token": token[1] if token else ""}
    client.post("/compte/connexion", data=data)
    with app.app_context():
        ids = db.session.scalars(text(READY), {"email": ADVISER, "limit": requests}).all()
    return [
        _times(app, client, "propositions", [f"/jeunes/{one}/propositions" for one in ids]),
        _times(app, client, "leviers", [f"/jeunes/{one}/propositions?leviers=1" for one in ids]),
    ]


def _times(app: Flask, client: FlaskClient, page: str, paths: list[str]) -> PageTimes:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("INSERT INTO access_record", "BEGIN")):
            statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    taken, waited, counted = [], [], []
    for path in paths:
        statements.clear()
        start, used = time.perf_counter(), time.process_time()
        answer = client.get(path)
        taken.append((time.process_time() - used) * 1000)
        waited.append((time.perf_counter() - start) * 1000)
        counted.append(len(statements))
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status}")
    event.remove(engine, "before_cursor_execute", note)
    rest = sorted(taken[1:])
    p95 = rest[int(len(rest) * 0.95)]
    return PageTimes(
        page,
        len(paths),
        taken[0],
        statistics.median(rest),
        p95,
        statistics.median(waited[1:]),
        max(counted[1:]),
    )


def lines() -> list[str]:
    """Lines of the report: both sizes."""
    found = run()
    table = [
        f"| {row.page}, {size} | {row.median:.0f} ms, {row.p95:.0f} ms | {row.wall:.0f} ms | {row.statements} |"
        for size in ("small", "large")
        for row in found[size]
    ]
    sizes = ", ".join(f"{count:,} {name}" for name, count in found["large_sizes"].items())
    return [
        f"Processor time of whole requests after the first, pool loaded. Large: {sizes}.",
        "",
        "| page | processor: median, p95 | wall: median | statements |",
        "|---|---|---|---|",
        *table,
    ]


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--youth", type=int, default=2000)
    parser.add_argument("--times", type=int, default=20)
    arguments = parser.parse_args()
    found = run(youth=arguments.youth, times=arguments.times)
    for size in ("small", "large"):
        print(f"\n{size}")
        for row in found[size]:
            print(
                f"  {row.page:<14} first {row.first:8.1f} ms   median {row.median:7.1f} ms"
                f"   p95 {row.p95:7.1f} ms   wall {row.wall:7.1f} ms   {row.statements} statements"
            )
    print(found["large_sizes"])


if __name__ == "__main__":
    main()
