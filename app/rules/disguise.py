"""A school in the clothes of an employer: an advertisement that recruits pupils instead of an apprentice.

An opening must be that of the company that will sign the contract. The signs are a fixed table, made to explain;
a training centre may well hire its own apprentice, and says so by naming the post and itself as employer.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

TEACHING_DIVISION = "85"
_SIGNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?:une?|l'une?|plusieurs) de (?:nos|ses) entreprises? partenaires?",
        r"\bpour (?:nos|une de nos|l'une de nos|le compte de nos) (?:entreprises?|clients?) partenaires?",
        r"\b(?:notre|nos) (?:ecole|cfa|campus|centre de formation)\b.{0,60}\b(?:recrute|recherche|propose)",
        r"\b(?:ecole|cfa|campus|centre de formation)\b.{0,40}\brecherche pour\b",
        r"\bformation (?:100 ?% )?(?:gratuite|financee) et remuneree",
        r"\b(?:rejoignez|integrez) (?:notre|nos) (?:ecole|campus|cfa|formation|bts|bachelor|titre)",
        r"\b(?:inscrivez-vous|inscription) (?:a|en|au) (?:notre|nos|la) (?:ecole|formation|cfa)",
    )
)


@dataclass(frozen=True, slots=True)
class Disguise:
    """What looks like a school's advertisement, as it stands in the folded text, and why it cannot stay."""

    sign: str
    message: str


def find_disguise(
    text: str, *, naf_code: str | None = None, is_training_centre: bool = False
) -> Disguise | None:
    """The first sign that this opening is a school's, or None.

    A company whose own activity is teaching, or that is known as a training centre, is told even without a sign
    in the words, since the reader cannot see who will sign.
    """
    folded = _fold(text)
    for pattern in _SIGNS:
        match = pattern.search(folded)
        if match is not None:
            return Disguise(
                match[0],
                f"« {match[0].strip()} » : une offre est celle de l’entreprise qui signera le contrat. "
                "Un CFA qui cherche des places pour ses élèves publie sa session, pas une offre.",
            )
    is_school = is_training_centre or (naf_code or "").startswith(TEACHING_DIVISION)
    if is_school and not re.search(
        r"\bau sein de notre (?:cfa|ecole|etablissement|equipe)\b", folded
    ):
        return Disguise(
            "",
            "Cette entreprise enseigne : si elle embauche elle-même, écrivez dans la description « au sein "
            "de notre établissement » et ce que la personne y fera ; sinon publiez une session, pas une offre.",
        )
    return None


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("’", "'").lower())
    return " ".join("".join(one for one in plain if not unicodedata.combining(one)).split())
