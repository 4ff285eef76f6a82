"""Spelling: a word that nobody knows becomes the known word that was most likely meant.

Known words are never touched: one letter parts *vente* from *verte* and *manager* from *manger*,
and both are words. Unknown short words are left alone for the same reason.
"""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from app.engine.text.listed import listed

SHORTEST_CORRECTED = 5
_TWO_SLIPS_FROM = 8

# Everyday words close to a trade word. They are right as they stand.
_EVERYDAY = listed(
    """
    manger verte boire dormir jouer rester aimer parler lire ecrire vivre aller venir faire
    voir savoir vouloir pouvoir devoir trouver chercher donner prendre rendre porter poser
    penser passer changer ranger nager danger bouger loger songer verger berger etranger
    leger oranger marcher toucher coucher bouche boucle bouchon bureau cuisse cuisson
    voiture verre vert ouvert serrer servir sentir mentir partir sortir courir tenir avenir
    souvenir devenir policier police pompe prison prince princesse roi reine enfant maison
    jardin monde terre lune ciel etoile soleil mer plage montagne foret riviere vacances
    amour argent riche pauvre travail metier quelque chose rien tout aucun personne homme
    femme garcon fille ami famille frere soeur football foot rugby tennis musique danse
    cinema video jeux rire pleurer gagner perdre
    """
)


class Speller:
    """Corrects unknown words against words with their numbers of uses. Immutable."""

    def __init__(self, uses: dict[str, int]) -> None:
        self._uses = uses
        self._by_length: dict[int, list[str]] = {}
        for word in sorted(uses):
            if len(word) >= SHORTEST_CORRECTED - 1 and not any(map(str.isdigit, word)):
                self._by_length.setdefault(len(word), []).append(word)

    def knows(self, word: str) -> bool:
        """Tell whether the word needs no correction."""
        return word in self._uses or word in _EVERYDAY

    def correct(self, word: str) -> str:
        """Return the known word at one slip, or two for a long word, most alike and most used.

        A slip is a letter added, left out, changed or swapped with its neighbour (restricted
        Damerau-Levenshtein). The word itself comes back when none is near or it is short.
        """
        length = len(word)
        if length < SHORTEST_CORRECTED or self.knows(word) or any(map(str.isdigit, word)):
            return word
        for slips in (1, 2) if length >= _TWO_SLIPS_FROM else (1,):
            found = process.extract(
                word, self._near(length, slips), scorer=OSA.distance, score_cutoff=slips, limit=None
            )
            if found:
                return max(
                    (match for match, _, _ in found), key=lambda near: self._rank(word, near)
                )
        return word

    def _near(self, length: int, slips: int) -> list[str]:
        lengths: Iterable[int] = range(length - slips, length + slips + 1)
        return [word for size in lengths for word in self._by_length.get(size, ())]

    def _rank(self, word: str, near: str) -> tuple[float, str]:
        likeness = JaroWinkler.similarity(word, near)
        return (likeness + 0.02 * min(self._uses[near], 50) / 50, near)
