"""Those who write stand in line: first come first served, and who waits in vain is told that nothing was written."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core import db as database
from app.core.db import transaction
from app.core.errors import Unavailable
from app.core.turns import Line, TurnNeverCame
from config import ROOT
from tests.factories.accounts import csrf_token


def wait_until_in_line(line: Line, people: int) -> None:
    while len(line._waiting) < people:
        time.sleep(0.001)


def test_turns_come_in_the_order_of_arrival() -> None:
    line, served = Line(), []

    def come(number: int) -> None:
        with line.turn(10):
            served.append(number)

    with line.turn(10):
        threads = []
        for number in range(20):
            threads.append(threading.Thread(target=come, args=(number,)))
            threads[-1].start()
            wait_until_in_line(line, number + 1)
    for thread in threads:
        thread.join()

    assert served == list(range(20))


def test_who_loses_patience_leaves_the_line_and_stops_nobody() -> None:
    line, ends = Line(), []

    def come(patience: float) -> None:
        try:
            with line.turn(patience):
                ends.append("served")
        except TurnNeverCame:
            ends.append("left")

    hurried = threading.Thread(target=come, args=(0.01,))
    patient = threading.Thread(target=come, args=(10,))

    with line.turn(10):
        hurried.start()
        hurried.join()
        patient.start()
        wait_until_in_line(line, 1)
    patient.join()

    assert ends == ["left", "served"]


def test_an_error_during_a_turn_calls_the_next() -> None:
    line = Line()

    with pytest.raises(ZeroDivisionError), line.turn(1):
        raise ZeroDivisionError

    with line.turn(0.01), line.turn(0.01):  # and whose turn it is may ask again
        pass


BUSY = """
import sqlite3, sys, time
from app.core.turns import Line
file = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
line = Line(gives_way=True)
print("begins", flush=True)
while True:
    with line.turn(30):
        file.execute("BEGIN IMMEDIATE")
        file.execute("INSERT INTO piece VALUES (1)")
        time.sleep(0.2)
        file.execute("COMMIT")
"""


def test_people_save_while_another_process_writes_piece_after_piece(tmp_path: Path) -> None:
    path = tmp_path / "shared.sqlite"
    saving = sqlite3.connect(path, isolation_level=None, timeout=2)
    saving.execute("PRAGMA journal_mode=WAL")
    saving.execute("CREATE TABLE piece (number INTEGER)")
    command = [sys.executable, "-c", BUSY, str(path)]

    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as busy:
        try:
            assert busy.stdout is not None
            busy.stdout.readline()
            for _ in range(6):
                saving.execute("BEGIN IMMEDIATE")
                saving.execute("COMMIT")
        finally:
            busy.kill()
    saving.close()


def test_who_waits_in_vain_for_the_one_writer_of_sqlite_reads_that_nothing_changed(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not app.config["SETTINGS"].uses_sqlite:
        pytest.skip("on PostgreSQL everybody writes at once")
    form = {"email": "a@exemple.fr", "password": "x"}
    form["csrf_token"] = csrf_token(app, client, "/compte/connexion")
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0.01)
    taken, done = threading.Event(), threading.Event()

    def write_long() -> None:
        with database._line.turn(1):
            taken.set()
            done.wait(10)

    writer = threading.Thread(target=write_long)
    writer.start()
    taken.wait(10)

    with app.app_context(), pytest.raises(Unavailable) as refused, transaction():
        pytest.fail("the turn never came")
    answer = client.post("/compte/connexion", data=form)
    click = client.post("/compte/connexion", data=form, headers={"HX-Request": "true"})
    done.set()
    writer.join()

    assert "Rien n’a été modifié" in refused.value.message
    assert (answer.status_code, click.status_code) == (503, 503)
    assert "Beaucoup de personnes enregistrent en ce moment" in answer.text
    assert "<h1>" in answer.text
    assert click.headers["HX-Retarget"] == "#toasts"
    assert "Beaucoup de personnes enregistrent en ce moment" in click.text
    assert "<h1" not in click.text
