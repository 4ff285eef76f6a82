"""Folding: every way of writing one trade title becomes one string.

``Boulangère``, ``boulanger(ère) H/F``, ``Apprenti boulanger - 78`` and ``CAP BOULANGER`` all fold
to ``boulanger``. What two titles share is compared on folded strings, once per distinct pair.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from app.engine.text.inflection import lemma
from app.engine.text.listed import listed, listed_phrases


def _base_letters() -> dict[int, str]:
    """Accented Latin letters with their base letter, ligatures and typographic marks."""
    table = {code: unicodedata.normalize("NFKD", chr(code)) for code in range(0xA0, 0x250)}
    marks = {
        "œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "’": "'", "‘": "'", "´": "'", "–": "-",
        "—": "-", "‐": "-", "‑": "-", "•": "·", "∙": "·", "⋅": "·", "‧": "·", "·": "·",
        "\u00ad": "", "\u200b": "",
    }  # fmt: skip
    bare = {
        code: "".join(letter for letter in letters if not unicodedata.combining(letter))
        for code, letters in table.items()
    }
    return bare | {ord(mark): plain_mark for mark, plain_mark in marks.items()}


_LETTERS = _base_letters()

GENDER_MARK = re.compile(
    r"(?<![a-z0-9])(?:[hfmwx](?:\s*[-/|.,]\s*(?:[hfmwxd]|nb)){1,2}"
    r"|hommes?\s*(?:/|-|ou|et)\s*femmes?|femmes?\s*(?:/|-|ou|et)\s*hommes?"
    r"|tou(?:s|t)\s+genres?)(?![a-z0-9])"
)

# The feminine or plural ending written after the masculine: (ère), /euse, ·e·s, -te, (s).
ENDINGS = (
    "iere|ieres|ere|eres|euse|euses|teuse|seuse|rice|rices|trice|trices|drice|ienne|iennes|"
    "enne|onne|ne|nes|nne|te|tes|tte|ante|ente|esse|se|ses|elle|lle|le|les|ale|ve|ive|fe|ee|e|es|"
    "eure|re"
)
_ENDING = re.compile(
    rf"(?<=[a-z]{{3}})(?:(?:\s?\(\s?[-/]?|\s?·|\.|/|-|\s/)(?:{ENDINGS})\)?(?:[(·.]s\)?)?|\(s\)|·s)"
    r"s?(?![a-z0-9])"
)

# «, 37540 Saint-Cyr», «75011 Paris», «- 78», «(69)»: where the post is, not what it is.
_POSTCODE = re.compile(r"(?<![a-z0-9])\d{5}(?![a-z0-9])[^,;/()|]*")
_DEPARTMENT = re.compile(r"\(\s*(?:2[ab]|\d{2,3})\s*\)|\s[-,]\s*(?:2[ab]|\d{2,3})\s*$")

_WORD = re.compile(r"[a-z0-9]+(?:\+\+|#)?")

_STOP = listed(
    """
    a au aux avec d dans de des du elle en et il l la le les leur leurs ou par pour qu que
    qui sa se ses sur un une vers chez ce cette ces the of and for
    """
)

# Contract, diploma and advertisement words: they say how one learns or is hired, not the trade.
_NOISE = listed(
    """
    apprenti apprentissage alternance alternant cap capa bts btsa bep bepa bpa cqp dut deust cdi
    cdd interimaire stagiaire urgent recrute recrutons rncp
    """
)
_NOISE_PHRASES = listed_phrases(
    """
    bac pro, bac professionnel, bac general, bac techno, bac technologique, licence pro,
    licence professionnel, titre pro, titre professionnel, brevet professionnel,
    brevet technicien superieur, certificat aptitude professionnel, mention complementaire,
    baccalaureat professionnel, master pro, contrat apprentissage, contrat alternance,
    contrat pro, contrat professionnalisation, contrat aide, temps plein, temps partiel,
    temps complet, debutant accepte, emploi etudiant
    """
)
_LONGEST_PHRASE = max(len(phrase) for phrase in _NOISE_PHRASES)
_NOISE_STARTS = _NOISE | {phrase[0] for phrase in _NOISE_PHRASES} | {"bac"}
_YEAR = re.compile(r"20\d\d")


class FoldedTitle(NamedTuple):
    """A title in two shapes: words in masculine singular, and the same words as they were typed."""

    folded: str
    surface: str


def plain(text: str) -> str:
    """Return the text in lower case without accents, ligatures or typographic marks."""
    if text.isascii():
        return text.casefold()
    text = text.translate(_LETTERS)
    if not text.replace("·", "").isascii():
        text = unicodedata.normalize("NFKD", text).translate(_LETTERS)
        text = "".join(letter for letter in text if not unicodedata.combining(letter))
    return text.casefold()


def _is_noise(words: list[str], position: int) -> int:
    """Return how many words from this position on are noise."""
    for length in range(_LONGEST_PHRASE, 1, -1):
        if tuple(words[position : position + length]) in _NOISE_PHRASES:
            return length
    word = words[position]
    if word in _NOISE or _YEAR.fullmatch(word):
        return 1
    if word == "bac" and position + 1 < len(words):
        # «Bac cuisine», «bac +2»; a «conducteur de bac» drives a ferry.
        return 2 if words[position + 1].isdigit() else int(position == 0)
    return 0


def _without_noise(words: list[str]) -> list[int]:
    """Return the positions of the words that name the trade; all of them when none would."""
    kept = list(range(len(words)))
    changed = not _NOISE_STARTS.isdisjoint(words) or any(map(_YEAR.fullmatch, words))
    while changed:
        changed = False
        current = [words[position] for position in kept]
        for start in range(len(current)):
            length = _is_noise(current, start)
            if length:
                del kept[start : start + length]
                changed = True
                break
    return kept or list(range(len(words)))


def fold_title(text: str) -> FoldedTitle:
    """Fold a title and keep the typed inflections beside it.

    Order: letters, gender marks, inclusive endings, places, words, stop words, gender and number,
    repeated words (the second half of ``Vendeur / Vendeuse``), contract and diploma words.
    """
    text = plain(text)
    if not text.replace(" ", "").isalpha():
        text = GENDER_MARK.sub(" ", text)
        text = _ENDING.sub(" ", text)
        text = _DEPARTMENT.sub(" ", _POSTCODE.sub(" ", text))
    typed: list[str] = []
    lemmas: list[str] = []
    for word in _WORD.findall(text):
        if word in _STOP:
            continue
        base = lemma(word)
        if base not in lemmas:
            typed.append(word)
            lemmas.append(base)
    kept = _without_noise(lemmas)
    return FoldedTitle(
        " ".join(lemmas[position] for position in kept),
        " ".join(typed[position] for position in kept),
    )


def fold(text: str) -> str:
    """Return the canonical form of a title: ASCII words in masculine singular, parted by a space.

    Idempotent; blind to case, accents, ligatures, gender, number, ``H/F`` marks, places after the
    title, and contract or diploma words. Empty when the text holds no Latin letter or digit.
    """
    return fold_title(text).folded
