"""Garbage files at the door of the importer: refused in words, within memory and time."""

from __future__ import annotations

import io
import random
import resource
import time
import zipfile
from collections.abc import Callable, Iterator
from typing import IO

from app.core.sheets import Unreadable
from app.imports.models import ImportKind
from app.imports.services import read_file
from trials.report import Report

MOST_SECONDS = 30.0
MOST_MEGABYTES = 200
SEED = 7


Reader = Callable[[IO[bytes], ImportKind], object]


def try_files(*, count: int, reader: Reader = read_file) -> Report:
    """Read `count` files that are no tables, or too much of one; then let a reader that breaks be found out."""
    report = _read_all(reader, count)
    report.found_planted = bool(_read_all(_breaking, 8).faults)
    return report


def _breaking(file: IO[bytes], _kind: ImportKind) -> object:
    """A reader that takes every file for UTF-8 text with a header."""
    return file.read(1000).decode("utf-8").splitlines()[0]


def _read_all(reader: Reader, count: int) -> Report:
    report = Report("Fichiers absurdes", "fichiers")
    before = _megabytes()
    for name, content in _garbage(count):
        started = time.monotonic()
        try:
            reader(io.BytesIO(content), ImportKind.YOUTH)
        except Unreadable:
            pass
        except Exception as error:
            report.faults.append(f"{name} : {type(error).__name__}")
        report.tried += 1
        if (seconds := time.monotonic() - started) > MOST_SECONDS:
            report.faults.append(f"{name} : {seconds:.0f} s")
    if (grown := _megabytes() - before) > MOST_MEGABYTES:
        report.faults.append(f"{grown:.0f} Mo de mémoire")
    return report


def _garbage(count: int) -> Iterator[tuple[str, bytes]]:
    chance = random.Random(SEED)
    yield "vide", b""
    yield "zéros", bytes(100_000)
    yield "bombe zip", _bomb()
    yield "classeur tronqué", _bomb()[:500]
    yield "un million de lignes", b"nom;prenom\n" + b"a;b\n" * 1_000_000
    yield "une ligne sans fin", b"x" * 5_000_000
    yield "JSON profond", b"[" * 50_000 + b"]" * 50_000
    yield "formules", "nom;prénom\n=1+1;@SUM(A1)\n".encode("utf-16")
    heads = [
        b"",
        b"PK\x03\x04",
        b"{",
        b"[{",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"nom;prenom;commune\n",
        b"%PDF-",
    ]
    for number in range(count - 8):
        body = chance.randbytes(chance.randint(1, 20_000))
        yield f"hasard {number}", chance.choice(heads) + body


def _bomb() -> bytes:
    """A small archive whose one sheet unpacks to a gigabyte of zeros, by its header."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(300):
                sheet.write(bytes(1_000_000))
    return target.getvalue()


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
