"""Cells as people write them, and as spreadsheets spoil them: text in, value out."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta

from app.core.text import sort_key
from app.imports.fields.base import BadCell, Parser, Read
from app.rules.identifiers import (
    compact,
    is_uai_shaped,
    is_valid_idcc,
    is_valid_naf,
    is_valid_siren,
    is_valid_siret,
    is_valid_uai,
    normalise_idcc,
    normalise_phone,
    normalise_uai,
)

# 1.23E+13, 1,23457E+13: what a spreadsheet leaves of a long number.
SCIENTIFIC = re.compile(r"\d+(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
# Days since the eve of 1900 as Excel counts them; the limits are 1927 and 2119.
SERIAL = re.compile(r"\d{5}(?:[.,]0+)?")
EXCEL_EPOCH = date(1899, 12, 30)
FIRST_SERIAL, LAST_SERIAL = 10_000, 80_000
ISO_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
FRENCH_DATE = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?: .*)?")
WORD_DATE = re.compile(r"(\d{1,2})(?:er)? ([a-z]+) (\d{4})")
MONTHS = [
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
]
# A year in two digits: 00–49 is of this century. Figure ours: nobody here was born before 1950.
PIVOT = 50
MAIL = re.compile(r"[^@\s;,<>]+@[^@\s;,<>]+\.[^@\s;,<>.]{2,}")
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)\b[^<>]*>|<!--.*?(?:-->|$)", re.DOTALL)
HIDDEN = re.compile(r"<(script|style|iframe)\b.*?(</\1\s*>|$)", re.DOTALL | re.IGNORECASE)
BREAKING = frozenset(["p", "br", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "tr", "section"])

YES = frozenset(["oui", "o", "yes", "y", "vrai", "true", "1", "x"])
NO = frozenset(["non", "n", "no", "faux", "false", "0"])

SPOILED = (
    "le tableur a remplacé ce numéro par {text} : les derniers chiffres sont perdus. Mettez la "
    "colonne au format Texte, puis recopiez le numéro d’origine."
)


def text_of(limit: int, label: str) -> Parser:
    """Plain text on one line, of at most `limit` characters."""

    def parse(text: str) -> Read:
        line = " ".join(text.split())
        if len(line) > limit:
            raise BadCell(f"{label} : {limit} caractères au plus, il y en a {len(line)}.")
        return Read(line)

    return parse


def name_of(label: str) -> Parser:
    """A person's name: letters, no digit; LE BIHAN becomes Le Bihan."""

    def parse(text: str) -> Read:
        line = " ".join(text.split())
        if len(line) > 80:
            raise BadCell(f"{label} : 80 caractères au plus.")
        if any(one.isdigit() for one in line) or not any(one.isalpha() for one in line):
            raise BadCell(f"{label} : « {line[:30]} » n’est pas un nom.")
        shouted = line.isupper() and len(line) > 1
        return Read(
            re.sub(r"[^\W\d_]+", lambda word: word[0].capitalize(), line.lower())
            if shouted
            else line
        )

    return parse


def free_text(text: str) -> Read:
    """A longer text; its lines stay."""
    return Read(text[:20_000])


def plain_from_html(text: str) -> Read:
    """The words of an advertisement without its HTML: tags go, line breaks and bullets stay."""
    if "<" in text:
        text = HIDDEN.sub(" ", text)
        text = TAG.sub(_tag_as_text, text)
    lines = [" ".join(line.split()) for line in html.unescape(text).splitlines()]
    kept = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return Read(kept[:20_000])


def _tag_as_text(tag: re.Match[str]) -> str:
    name = (tag[2] or "").lower()
    if name == "li" and not tag[1]:
        return "\n- "
    return "\n" if name in BREAKING else ""


def date_of(label: str) -> Parser:
    """A date as 14/03/2008, 2008-03-14, 14 mars 2008 or an Excel serial number."""

    def parse(text: str) -> Read:
        line = " ".join(text.split())
        if found := ISO_DATE.fullmatch(line):
            return Read(_day(label, line, int(found[1]), int(found[2]), int(found[3])))
        if found := FRENCH_DATE.fullmatch(line):
            year = int(found[3])
            if len(found[3]) == 4:
                return Read(_day(label, line, year, int(found[2]), int(found[1])))
            year += 2000 if year < PIVOT else 1900
            warning = f"{label} : l’année {found[3]} a été lue {year}."
            return Read(_day(label, line, year, int(found[2]), int(found[1])), warning)
        if SERIAL.fullmatch(line):
            serial = int(re.split("[.,]", line)[0])
            if FIRST_SERIAL <= serial <= LAST_SERIAL:
                return Read(EXCEL_EPOCH + timedelta(days=serial))
        if found := WORD_DATE.fullmatch(sort_key(line)):
            if found[2] in MONTHS:
                month = MONTHS.index(found[2]) + 1
                return Read(_day(label, line, int(found[3]), month, int(found[1])))
        raise BadCell(f"{label} : « {line[:30]} » n’est pas une date. Écrivez 14/03/2008.")

    return parse


def _day(label: str, text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise BadCell(
            f"{label} : « {text[:30]} » n’existe pas. Écrivez le jour, le mois, puis l’année : 14/03/2008."
        ) from None


def email(text: str) -> Read:
    """One address, in lower case; of several the first."""
    candidates = [one for one in re.split(r"[;,\s]+", text.lower()) if one]
    good = [one for one in candidates if MAIL.fullmatch(one) and len(one) <= 254]
    if not good:
        raise BadCell("Adresse électronique : il manque peut-être un @ ou un point.")
    warning = "Plusieurs adresses : la première est gardée." if len(candidates) > 1 else ""
    return Read(good[0], warning)


def phone(text: str) -> Read:
    """A number in international form; the zero that a spreadsheet took comes back."""
    _refuse_scientific(text, "Téléphone")
    digits = compact(text.split(" / ", maxsplit=1)[0].split(";", maxsplit=1)[0].replace("(0)", ""))
    digits = re.sub(r"[()]", "", digits)
    warning = ""
    if re.fullmatch(r"[1-9]\d{8}", digits):
        digits, warning = f"0{digits}", "Téléphone : le zéro perdu par le tableur a été remis."
    elif re.fullmatch(r"33[1-9]\d{8}", digits):
        digits = f"+{digits}"
    number = normalise_phone(digits)
    if number is None:
        raise BadCell("Téléphone : écrivez dix chiffres, comme 06 39 98 00 01.")
    return Read(number, warning)


def postal_code(text: str) -> Read:
    """Five digits; the zero that a spreadsheet took comes back."""
    code = compact(text)
    if re.fullmatch(r"\d{4}", code):
        return Read(f"0{code}", "Code postal : le zéro perdu par le tableur a été remis.")
    if not re.fullmatch(r"\d{5}", code):
        raise BadCell(f"Code postal : « {text[:20]} » n’a pas cinq chiffres.")
    return Read(code)


def siret(text: str) -> Read:
    """Fourteen digits with their key."""
    return _siret(text, from_register=False)


def register_siret(text: str) -> Read:
    """The same from an official list: a wrong key is a warning, some real codes have one."""
    return _siret(text, from_register=True)


def _siret(text: str, *, from_register: bool) -> Read:
    _refuse_scientific(text, "SIRET")
    code = compact(text)
    if not code.isdigit() or not code.isascii():
        raise BadCell(f"SIRET : « {text[:30]} » n’est pas un numéro à quatorze chiffres.")
    if len(code) == 9:
        raise BadCell("SIRET : c’est un SIREN (neuf chiffres). Il faut les quatorze chiffres.")
    if 10 <= len(code) <= 13 and is_valid_siret(code.zfill(14)):
        return Read(code.zfill(14), "SIRET : les zéros perdus par le tableur ont été remis.")
    if len(code) != 14:
        raise BadCell(f"SIRET : quatorze chiffres attendus, il y en a {len(code)}.")
    if is_valid_siret(code):
        return Read(code)
    if from_register:
        return Read(code, "SIRET : la clé ne tombe pas juste, vérifiez-le quand vous pourrez.")
    raise BadCell("SIRET : la clé ne tombe pas juste, un chiffre est sans doute faux.")


def siren(text: str) -> Read:
    """Nine digits with their key."""
    _refuse_scientific(text, "SIREN")
    code = compact(text)
    if len(code) == 8 and is_valid_siren(code.zfill(9)):
        return Read(code.zfill(9), "SIREN : le zéro perdu par le tableur a été remis.")
    if not is_valid_siren(code):
        raise BadCell("SIREN : neuf chiffres et une clé juste sont attendus.")
    return Read(code)


def uai(text: str) -> Read:
    """Seven digits and a letter; a wrong letter is a warning: two real codes have one."""
    code = normalise_uai(text)
    if not is_uai_shaped(code):
        raise BadCell(f"UAI : « {text[:20]} » n’a pas sept chiffres et une lettre.")
    if not is_valid_uai(code):
        return Read(
            code, "UAI : la lettre ne tombe pas juste, vérifiez ce code quand vous pourrez."
        )
    padded = len(compact(text)) < 8
    return Read(code, "UAI : le zéro perdu par le tableur a été remis." if padded else "")


def naf(text: str) -> Read:
    """Four digits and a letter, kept as 1071C."""
    if not is_valid_naf(text):
        raise BadCell("Code NAF : quatre chiffres et une lettre sont attendus, comme 10.71C.")
    return Read(compact(text))


def idcc(text: str) -> Read:
    """Four digits."""
    if not is_valid_idcc(text):
        raise BadCell("Convention collective : un code IDCC a quatre chiffres.")
    return Read(normalise_idcc(text))


def whole_of(label: str, low: int, high: int) -> Parser:
    """A whole number from `low` to `high`."""

    def parse(text: str) -> Read:
        found = re.fullmatch(r"(-?\d+)(?:[.,]0+)?", compact_number(text))
        if found is None or len(found[1]) > 9:
            raise BadCell(f"{label} : « {text[:20]} » n’est pas un nombre entier.")
        value = int(found[1])
        if not low <= value <= high:
            raise BadCell(f"{label} : un nombre de {low} à {high} est attendu.")
        return Read(value)

    return parse


def compact_number(text: str) -> str:
    """Digits without the blanks that part thousands."""
    return re.sub(r"[\s\u202f]", "", text)


def yes_no_of(label: str) -> Parser:
    """True or False."""

    def parse(text: str) -> Read:
        word = sort_key(text)
        if word in YES:
            return Read(value=True)
        if word in NO:
            return Read(value=False)
        raise BadCell(f"{label} : écrivez oui ou non.")

    return parse


def _refuse_scientific(text: str, label: str) -> None:
    if SCIENTIFIC.fullmatch(text.strip()):
        raise BadCell(f"{label} : " + SPOILED.format(text=text.strip()[:20]))
