"""Files that nobody should bring: by what is wrong with them, and under the names that attackers and mistakes give."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from openpyxl import Workbook

from app.imports.fields import KINDS
from app.imports.models import ImportKind

SEED = 7
MEGABYTE = 1_000_000
HEADERS = ("Nom", "Prénom", "Date de naissance", "Ville", "Téléphone", "E-mail", "Code postal")
ROW = ("Le Bihan", "Enora", "14/03/2008", "Quimper", "0612345678", "enora@exemple.fr", "29000")
CODECS = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-7", "cp1252", "latin-1",
    "iso8859-15", "cp850", "mac-roman", "cp037", "cp500", "shift-jis", "gb18030", "koi8-r", "punycode",
)  # fmt: skip
VALUES = (
    "=1+1", "=HYPERLINK(\"http://exemple.invalid\";\"a\")", "+33612345678", "-2+3", "@SUM(A1:A9)", "\t=1", "|cmd",
    "DDE(\"cmd\")", "<script>alert(1)</script>", "{{ 7 * 7 }}", "'; DROP TABLE youth; --", "%s%n%00", "\0", "\ud83c",
    "\u202e\u0000nom", "\ufeff", "e\u0301" * 40, "🍀" * 50, "٠٩/٠٣/٢٠٠٨", "²", "½", "１４/０３/２００８", "31/02/2008",
    "00/00/0000", "14/03/0001", "14/03/9999", "9999-12-31", "29/02/1900", "-1", "1e308", "NaN", "Infinity", "9" * 40,
    "2147483648", "9223372036854775808", "99,5", "0x10", "1 99 12 29 232 001 23", "#N/A", "null", "None", "../../etc",
    "a" * 32_767, "a@b", "@" * 300, "a@" + "b" * 400 + ".fr", "\r\nBcc: a@b.fr", "http://[::1", "2A004", "97480",
)  # fmt: skip
FILE_NAMES = (
    "liste.csv", "../../../etc/passwd", "..\\..\\windows\\win.ini", "/etc/shadow", "", " ", ".", "CON", "nul.csv",
    "a" * 400, "é" * 300 + ".xlsx", "<script>alert(1)</script>.csv", "\u202evsc.exe", "a\0b.csv", "a;b\"c.csv",
    "liste.csv.exe", "=cmd|'/C calc'!A0.csv", "%2e%2e%2f", "{{ 7 * 7 }}", "a\r\nSet-Cookie: b=c",
)  # fmt: skip
MAGIC: Mapping[str, bytes] = {
    "PDF": b"%PDF-1.7\n", "PNG": b"\x89PNG\r\n\x1a\n", "JPEG": b"\xff\xd8\xff\xe0", "gzip": b"\x1f\x8b\x08",
    "RAR": b"Rar!\x1a\x07", "7z": b"7z\xbc\xaf\x27\x1c", "ancien Excel": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "programme": b"\x7fELF\x02\x01", "MZ": b"MZ\x90\0", "page web": b"<!DOCTYPE html><html>",
    "XML": b"<?xml version='1.0'?><a>", "RTF": b"{\\rtf1\\ansi", "SQLite": b"SQLite format 3\0", "son": b"ID3\x03",
    "film": b"\0\0\0\x18ftypmp42", "bzip2": b"BZh91AY&SY", "zip vide": b"PK\x05\x06", "parquet": b"PAR1",
}  # fmt: skip


SOUND = {
    "family_name": "Le Bihan", "given_name": "Enora", "birth_date": "14/03/2008", "phone": "0298000000",
    "email": "a@exemple.fr", "address": "3 rue du Port", "postal_code": "29000", "city": "Quimper", "level": "3",
    "title": "Boulanger", "starts_on": "30/11/2026", "ends_on": "30/06/2028", "capacity": "12", "enrolled": "3",
    "months": "24", "trade": "D1102", "rncp_code": "RNCP37537", "contract": "apprentissage", "name": "Boulangerie",
    "company": "Boulangerie", "siret": "00000091900019", "positions": "2", "start_from": "30/11/2026",
    "naf_code": "1071C", "headcount": "5", "idcc": "843",
}  # fmt: skip
"""What a field takes, by its name: of a row with one absurd value, the others must not hide it."""


@dataclass(frozen=True, slots=True)
class Brought:
    """One file at the door: `what` is wrong with it, in words; `name` is what the browser says it is called."""

    what: str
    content: bytes
    kind: ImportKind
    name: str


def garbage(chances: int) -> Iterator[Brought]:
    """Every file that was thought of, then `chances` more that an accident of bytes makes."""
    for number, (what, content, kind) in enumerate(_all(chances)):
        yield Brought(what, content, kind, FILE_NAMES[number % len(FILE_NAMES)])


def _all(chances: int) -> Iterator[tuple[str, bytes, ImportKind]]:
    for what, content in (*_texts(), *_encodings(), *_types(), *_json(), *_workbooks(), *_bombs()):
        yield what, content, ImportKind.YOUTH
    for kind in ImportKind:
        yield from _values(kind)
    yield from _accidents(chances)


def _csv(rows: Sequence[Sequence[str]], separator: str = ";") -> bytes:
    return "\n".join(separator.join(row) for row in rows).encode("utf-8", "surrogatepass")


def _texts() -> Iterator[tuple[str, bytes]]:
    whole = _csv([HEADERS, ROW])
    yield "vide", b""
    yield "blancs", b" \n\t\r\n" * 100
    yield "zéros", bytes(100_000)
    yield "titres seuls", _csv([HEADERS])
    yield "rien que des séparateurs", b";;;;\n" * 1_000
    yield "un million de lignes", b"nom;prenom\n" + b"a;b\n" * MEGABYTE
    yield "vingt mille et une lignes", _csv([HEADERS, *[ROW] * 20_001])
    yield "une ligne sans fin", b"x" * (5 * MEGABYTE)
    yield "plus lourd que permis", b"nom;prenom\n" + b"a;b\n" * (6 * MEGABYTE)
    yield "dix mille colonnes", _csv([["nom"] * 10_000, ["a"] * 10_000])
    yield "guillemet ouvert", _csv([HEADERS, ROW]) + b'\n"' + b"a;b\n" * 100_000
    yield "guillemets sans fin", b'"' * MEGABYTE
    yield "zéro dans une cellule", whole.replace(b"Enora", b"En\0ora")
    yield "titres répétés", _csv([HEADERS * 5, ROW * 5])
    yield "lignes de toutes longueurs", _csv([HEADERS, *(ROW[:size] for size in range(8)), ROW * 9])
    for name, end in (("\\r", b"\r"), ("\\r\\n", b"\r\n"), ("\\n\\r", b"\n\r"), ("\\f", b"\f")):
        yield f"fins de ligne {name}", whole.replace(b"\n", end)
    for separator in (",", "\t", "|", "sep", "é", " "):
        yield f"séparateur {separator!r}", _csv([HEADERS, ROW], separator)
    for mark in ("sep=;", "sep=", "sep=\0", "sep=é", "sep=\n"):
        yield f"annonce {mark!r}", f"{mark}\n".encode() + whole
    for cut in range(1, len(whole), 13):
        yield f"coupé à {cut} octets", whole[:cut]


def _encodings() -> Iterator[tuple[str, bytes]]:
    text = "\n".join(";".join(row) for row in (HEADERS, ROW, ("Šćépän", "Œdipe €", *ROW[2:])))
    for codec in CODECS:
        content = text.encode(codec, "replace")
        yield f"codage {codec}", content
        yield f"codage {codec}, coupé", content[:-1]
        yield f"codage {codec}, un octet avalé", content[:9] + content[10:]
    for mark in (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xff\xfe\0\0"):
        yield f"marque {mark!r} devant de l’UTF-8", mark + text.encode()
        yield f"marque {mark!r} seule", mark


def _types() -> Iterator[tuple[str, bytes]]:
    chance = random.Random(SEED)
    for name, magic in MAGIC.items():
        yield name, magic + chance.randbytes(5_000)
        yield f"{name}, puis un tableau", magic + b"\n" + _csv([HEADERS, ROW])


def _json() -> Iterator[tuple[str, bytes]]:
    row = dict(zip(HEADERS, ROW, strict=True))
    odd: Mapping[str, object] = {
        "rien": None, "nombre": 7, "texte": "a", "liste vide": [], "liste de listes": [[1, 2], [3]], "objet": row,
        "profond": {"a": {"b": {"c": {"d": {"e": {"f": {"g": [row]}}}}}}},
        "listes dans un objet": [{**row, "Nom": [1, {"a": 2}]}], "nombres énormes": [{**row, "Nom": 10**400}],
        "flottants": [{**row, "Nom": 1e308, "Ville": float("nan")}], "infini": [{**row, "Nom": float("-inf")}],
        "oui et non": [{**row, "Nom": True, "Ville": None}], "clés vides": [{"": "a", " ": "b"}],
        "clé longue": [{"a" * 70_000: "b"}], "demi-caractère": [{**row, "Nom": "\ud800"}],
        "mille clés": [{f"c{number}": "a" for number in range(1_000)}],
        "objets de toutes formes": [row, 1, None, [], {}, {"x": row}],
    }  # fmt: skip
    for name, value in odd.items():
        yield f"JSON : {name}", json.dumps(value).encode()
    yield "JSON profond de 50 000", b"[" * 50_000 + b"]" * 50_000
    yield "JSON objets profonds", b'{"a":' * 50_000 + b"1" + b"}" * 50_000
    yield "JSON de 5 000 chiffres", b'[{"Nom": ' + b"9" * 5_000 + b"}]"
    yield "JSON trop lourd", b"[" + b'{"a":1},' * MEGABYTE + b"{}]"
    yield "JSON dilaté", b"[" + b"{}," * MEGABYTE + b"{}]"
    yield "JSON clé deux fois", b'[{"Nom":"a","Nom":"b"}]'
    whole = json.dumps([row] * 3).encode()
    for cut in range(1, len(whole), 61):
        yield f"JSON coupé à {cut} octets", whole[:cut]


def _values(kind: ImportKind) -> Iterator[tuple[str, bytes, ImportKind]]:
    """A table with the columns of its kind, where one value stands in each column in turn, then everywhere."""
    labels = [one.label for one in KINDS[kind].fields]
    sound = [SOUND.get(one.name, "") for one in KINDS[kind].fields]
    for value in VALUES:
        quoted = '"' + value.replace('"', '""') + '"'
        rows = [
            [quoted if at == place else sound[at] for at in range(len(labels))]
            for place in range(len(labels))
        ]
        content = _csv([labels, *rows, [quoted] * len(labels), [quoted, *labels[1:]]])
        yield f"{kind.value} : {value[:30]!r}", content, kind


def _workbooks() -> Iterator[tuple[str, bytes]]:
    whole = _workbook([HEADERS, ROW])
    yield "classeur vide", _workbook([])
    yield "classeur de formules", _workbook([HEADERS, *[[value[:200]] * 7 for value in VALUES[:8]]])
    yield "classeur de nombres", _workbook([HEADERS, [1e308, -1, 0.1, 45_000, True, None, 10**18]])
    for cut in range(10, len(whole), len(whole) // 25):
        yield f"classeur coupé à {cut} octets", whole[:cut]
    for what, cells in (
        ("une ligne très loin", '<row r="1048576"><c r="A1048576"><v>1</v></c></row>'),
        ("une ligne hors de tout", '<row r="99999999999"><c r="A1"><v>1</v></c></row>'),
        ("une ligne négative", '<row r="-5"><c r="A1"><v>1</v></c></row>'),
        ("une colonne hors de tout", '<row r="1"><c r="ZZZZZZ1"><v>1</v></c></row>'),
        ("une colonne très loin", '<row r="1"><c r="XFD1"><v>1</v></c></row>' * 300),
        ("un texte commun absent", '<row r="1"><c r="A1" t="s"><v>999999</v></c></row>'),
        ("un texte commun négatif", '<row r="1"><c r="A1" t="s"><v>-1</v></c></row>'),
        ("un type inconnu", '<row r="1"><c r="A1" t="zz"><v>1</v></c></row>'),
        ("un nombre qui n’en est pas", '<row r="1"><c r="A1"><v>abc</v></c></row>'),
        ("une date absurde", '<row r="1"><c r="A1" t="d"><v>0000-00-00T99</v></c></row>'),
        ("un style absent", '<row r="1"><c r="A1" s="999"><v>1</v></c></row>'),
        ("une erreur", '<row r="1"><c r="A1" t="e"><v>#REF!</v></c></row>'),
        ("une cellule sans fin", f'<row r="1"><c r="A1" t="str"><v>{"a" * 90_000}</v></c></row>'),
        ("des balises ouvertes", '<row r="1"><c r="A1"><v>'),
        ("des caractères interdits", '<row r="1"><c r="A1" t="str"><v>\x01&#0;</v></c></row>'),
    ):
        yield f"classeur : {what}", _with_sheet(whole, cells)
    for part in (
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "[Content_Types].xml",
    ):
        yield f"classeur sans {part}", _changed(whole, {part: None})
        yield f"classeur : {part} illisible", _changed(whole, {part: b"<a"})
        yield (
            f"classeur : {part} à entités",
            _changed(whole, {part: b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}),
        )
    yield "document Word", _changed(whole, {"xl/workbook.xml": None, "word/document.xml": b"<a/>"})
    yield (
        "classeur aux noms dangereux",
        _changed(whole, {"../../../tmp/trefle": b"a", "/etc/x": b"a"}),
    )


def _bombs() -> Iterator[tuple[str, bytes]]:
    whole = _workbook([HEADERS, ROW])
    yield (
        "bombe : une feuille de 300 Mo",
        _changed(whole, {"xl/worksheets/sheet1.xml": bytes(300 * MEGABYTE)}),
    )
    yield (
        "bombe : 90 Mo de blancs",
        _changed(whole, {"xl/worksheets/sheet1.xml": b" " * (90 * MEGABYTE)}),
    )
    yield (
        "bombe : textes communs de 30 Mo",
        _changed(whole, {"xl/sharedStrings.xml": b"a" * (30 * MEGABYTE)}),
    )
    yield (
        "bombe : deux mille parties",
        _changed(whole, {f"a{number}": b"a" for number in range(2_000)}),
    )
    yield (
        "bombe dans une bombe",
        _changed(whole, {"xl/inner.zip": _changed(whole, {"a": bytes(90 * MEGABYTE)})}),
    )
    cells = '<row r="1"><c r="A1"><v>1</v></c></row>' * 400_000
    yield "classeur de 400 000 lignes", _with_sheet(whole, cells)
    lying = bytearray(_changed(whole, {"xl/worksheets/sheet1.xml": bytes(50 * MEGABYTE)}))
    at = lying.rindex(b"PK\x01\x02", 0, lying.rindex(b"xl/worksheets/sheet1.xml"))
    lying[at + 24 : at + 28] = (1_000).to_bytes(4, "little")
    yield "bombe dont l’en-tête ment", bytes(lying)


def _workbook(rows: Sequence[Sequence[object]]) -> bytes:
    book, target = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet("Jeunes")
    for row in rows:
        sheet.append([_allowed(one) for one in row])
    book.save(target)
    return target.getvalue()


def _allowed(value: object) -> object:
    return "".join(one for one in value if one.isprintable()) if isinstance(value, str) else value


def _with_sheet(whole: bytes, cells: str) -> bytes:
    """The workbook with these rows, as they are written, for its sheet."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>'
    return _changed(whole, {"xl/worksheets/sheet1.xml": sheet.encode()})


def _changed(whole: bytes, parts: Mapping[str, bytes | None]) -> bytes:
    """The archive with these parts for those it had, without those that are None."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(whole)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for one in source.namelist():
            if one not in parts:
                made.writestr(one, source.read(one))
        for name, content in parts.items():
            if content is not None:
                made.writestr(name, content)
    return target.getvalue()


def _accidents(chances: int) -> Iterator[tuple[str, bytes, ImportKind]]:
    """Sound files in which some bytes were changed, doubled or swallowed."""
    chance, kinds = random.Random(SEED), list(ImportKind)
    row = dict(zip(HEADERS, ROW, strict=True))
    sound = (
        _csv([HEADERS, *[ROW] * 9]),
        _workbook([HEADERS, *[ROW] * 9]),
        json.dumps([row] * 9).encode(),
    )
    for number in range(chances):
        content = bytearray(chance.choice(sound))
        for _ in range(chance.randint(1, 20)):
            at = chance.randrange(len(content))
            content[at : at + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 4))
        yield f"accident {number}", bytes(content), kinds[number % len(kinds)]
