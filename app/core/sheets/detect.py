"""What a file is, by its bytes, and whether a workbook may be opened at all."""

from __future__ import annotations

import codecs
import enum
import zipfile
from typing import IO

from app.core.errors import Invalid

MEGABYTE = 1024 * 1024
HEAD = 8192
CHUNK = 64 * 1024

# A 2 MB workbook can unpack to 1.9 GB: the zip header is summed before anything is opened.
MOST_UNPACKED = 100 * MEGABYTE
MOST_RATIO = 100
MOST_PARTS = 1000
# Sheets are streamed; all other parts (shared strings, styles) are held in memory.
MOST_HELD = 20 * MEGABYTE
NESTED = (b"<!DOCTYPE", b"<!ENTITY")


class SheetFormat(enum.StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


class Unreadable(Invalid):
    """The file cannot be read as a table; the message says what to do."""

    default = "Ce fichier ne peut pas être lu comme un tableau."

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message, field="file")


NOT_A_TABLE = (
    "Ce fichier n’est ni un CSV, ni un classeur Excel (.xlsx), ni un JSON. "
    "Ouvrez-le dans votre tableur et enregistrez-le dans l’un de ces formats."
)
OLD_EXCEL = (
    "Ce classeur est à l’ancien format Excel (.xls) ou protégé par un mot de passe. "
    "Ouvrez-le et enregistrez-le au format .xlsx, sans mot de passe."
)
DAMAGED = "Ce classeur est abîmé. Ouvrez-le dans votre tableur et enregistrez-le à nouveau."
TOO_BIG_INSIDE = (
    "Ce classeur prend trop de place une fois ouvert. Copiez les lignes utiles dans un nouveau "
    "classeur, ou enregistrez la feuille en CSV."
)


def detect(file: IO[bytes]) -> SheetFormat:
    """The format, from the first bytes; the name plays no part. Leaves the file at its start.

    Raises:
        Unreadable: empty, or nothing that can be read as a table.
    """
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    if not head.strip():
        raise Unreadable("Ce fichier est vide.")
    if head.startswith(b"PK\x03\x04"):
        check_workbook(file)
        return SheetFormat.XLSX
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(OLD_EXCEL)
    if head.startswith(
        (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"Rar!", b"7z")
    ):
        raise Unreadable(NOT_A_TABLE)
    start = decode_head(head).lstrip("\ufeff \t\r\n")
    if start.startswith(("{", "[")):
        return SheetFormat.JSON
    if start[:1] == "<":
        raise Unreadable(NOT_A_TABLE)
    return SheetFormat.CSV


def decode_head(head: bytes) -> str:
    """The beginning of a text file.

    Raises:
        Unreadable: control characters of binary files.
    """
    text = head.decode(encoding_of(head), errors="replace")
    controls = sum(1 for one in text if (one < " " and one not in "\t\r\n\f\x1a") or one == "\x7f")
    if controls * 50 > len(text):
        raise Unreadable(NOT_A_TABLE)
    return text


def encoding_of(head: bytes) -> str:
    """A codec for these first bytes: by the byte order mark, by the zeros of UTF-16, else UTF-8."""
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = head[0:400:2].count(0), head[1:400:2].count(0)
    half = max(1, len(head[:400]) // 2)
    if odd * 10 > half * 4 and even == 0:
        return "utf-16-le"
    if even * 10 > half * 4 and odd == 0:
        return "utf-16-be"
    return "utf-8"


def text_encoding(file: IO[bytes]) -> str:
    """The codec of a whole text file, read once in pieces: UTF-8 when every byte agrees, else
    Windows-1252. Leaves the file at its start.
    """
    file.seek(0)
    found = encoding_of(file.read(HEAD))
    file.seek(0)
    if found.startswith("utf-16"):
        return found
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := file.read(CHUNK):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        found = "cp1252"
    file.seek(0)
    return found


def check_workbook(file: IO[bytes]) -> None:
    """Measure a zip by its own table of contents, then look for entities, before it is opened.

    The sizes of the table bind: reading a part stops where they say it ends.

    Raises:
        Unreadable: a bomb, a damaged file, a document of another kind, an entity declaration.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            _check_sizes(parts)
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names:
                raise Unreadable(NOT_A_TABLE)
            for part in parts:
                if part.filename.endswith((".xml", ".rels", ".vml")):
                    _refuse_entities(archive, part)
    except Unreadable:
        raise
    except Exception:
        # The library has no family of errors: swallowed bytes even make it seek before the beginning.
        raise Unreadable(DAMAGED) from None
    finally:
        file.seek(0)


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    held = sum(part.file_size for part in parts if not part.filename.startswith("xl/worksheets/"))
    if len(parts) > MOST_PARTS or len({part.filename for part in parts}) != len(parts):
        raise Unreadable(DAMAGED)
    if unpacked > MOST_UNPACKED or held > MOST_HELD or unpacked > MOST_RATIO * max(1, packed):
        raise Unreadable(TOO_BIG_INSIDE)
    if any(part.flag_bits & 0x1 for part in parts):
        raise Unreadable(OLD_EXCEL)


def _refuse_entities(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """No part of a workbook declares a document type: an entity there is an attack.

    Parts are UTF-8 by the format's usage; in UTF-16 the words searched for would hide.
    """
    longest = max(len(word) for word in NESTED)
    tail = b""
    with archive.open(part) as stream:
        while piece := stream.read(CHUNK):
            if b"\0" in piece or (not tail and piece.startswith((b"\xff\xfe", b"\xfe\xff"))):
                raise Unreadable(DAMAGED)
            seen = (tail + piece).upper()
            if any(word in seen for word in NESTED):
                raise Unreadable(DAMAGED)
            tail = piece[-longest:]
