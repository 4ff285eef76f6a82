"""Spelling: a word that nobody knows becomes the known word that was most likely meant.

Known words are never touched: one letter parts *vente* from *verte* and *manager* from *manger*,
and both are words. Unknown short words are nearly always left alone for the same reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import log

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from app.engine.text.listed import listed
from app.engine.text.sounds import sound

_SHORTEST_CORRECTED = 4
_TWO_SLIPS_ON_SAME_START = 6
_TWO_SLIPS = 8
_CORRECTED = 0.95  # trust in the likeliest correction
_SAME_SOUND = 0.15  # what sounding alike adds to likeness
_DOUBT = 0.15  # how much less likely a second reading may be
_READINGS = 3  # words that one unknown word may stand for
_REMEMBERED = 20_000  # words whose meanings are kept
_COMMON = 20  # uses from which a word is common enough to be meant by a short one

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


def _letters(word: str) -> int:
    """One bit for each letter a to z that a word holds, and one more if it holds it twice.

    A slip changes two of these bits at most: words that differ in more need no closer look.
    """
    bits = 0
    for letter in word:
        bit = 1 << (ord(letter) - ord("a")) * 2
        bits |= bit << 1 if bits & bit else bit
    return bits


def _by_length(word: str) -> tuple[int, str]:
    return len(word), word


class Speller:
    """Corrects unknown words against words with their numbers of uses. Immutable.

    ``strangers`` are words that may be meant though they name no trade (``policier``).
    """

    def __init__(self, uses: Mapping[str, int], strangers: Iterable[str] = ()) -> None:
        self._meant: dict[str, list[tuple[str, float]]] = {}
        self._strangers = frozenset(strangers) - uses.keys()
        self._uses = dict.fromkeys(self._strangers, 1) | dict(uses)
        correctable = (word for word in self._uses if word.isalpha())
        self._words = sorted(
            (word for word in correctable if len(word) >= _SHORTEST_CORRECTED), key=_by_length
        )
        self._lengths = np.array([len(word) for word in self._words], np.int64)
        self._letters = np.array([_letters(word) for word in self._words], np.uint64)
        self._by_sound: dict[str, list[str]] = {}
        for word in self._words:
            self._by_sound.setdefault(sound(word), []).append(word)

    def knows(self, word: str) -> bool:
        """Tell whether the word needs no correction."""
        return word in self._uses or word in _EVERYDAY

    def recognises(self, word: str) -> bool:
        """Tell whether the word is used in titles, as it stands or once corrected."""
        corrected = self.correct(word)
        return corrected in self._uses and corrected not in self._strangers

    def correct(self, word: str) -> str:
        """Return the known word that was most likely meant, or the word itself when none is near."""
        return self.meant(word)[0][0]

    def meant(self, word: str) -> list[tuple[str, float]]:
        """Return the known words that may have been meant, the likeliest first, with a trust.

        The trust is 1 for a known word, a little less for the likeliest correction, and falls as a
        word is less likely. Never empty: a word near no known word stands for itself.

        A slip is a letter added, left out, changed or swapped with its neighbour (restricted
        Damerau-Levenshtein). One slip is allowed from five letters on, two from eight letters on or
        from six when the first letter is right; a word of four letters is corrected by one slip to
        a common word of the same first letter. Digits are never corrected.
        """
        known = self._meant.get(word)
        if known is None:
            known = self._found(word)
            if len(self._meant) < _REMEMBERED:
                self._meant[word] = known
        return known

    def _found(self, word: str) -> list[tuple[str, float]]:
        if len(word) < _SHORTEST_CORRECTED or not word.isalpha() or self.knows(word):
            return [(word, 1.0)]
        ranked = sorted(
            ((near, self._rank(word, near)) for near in self._near(word)),
            key=lambda pair: (-pair[1], pair[0]),
        )
        if not ranked:
            return [(word, 1.0)]
        best = ranked[0][1]
        likely = [(near, _CORRECTED - best + rank) for near, rank in ranked]
        return [pair for pair in likely if pair[1] >= _CORRECTED - _DOUBT][:_READINGS]

    def _near(self, word: str) -> set[str]:
        slips = 2 if len(word) >= _TWO_SLIPS_ON_SAME_START else 1
        bounds = (len(word) - slips, len(word) + slips + 1)
        first, last = np.searchsorted(self._lengths, bounds).tolist()
        apart = np.bitwise_count(self._letters[first:last] ^ np.uint64(_letters(word)))
        close = np.flatnonzero(apart <= 2 * slips).tolist()
        sized = [self._words[first + place] for place in close]
        found = process.extract(word, sized, scorer=OSA.distance, score_cutoff=slips, limit=None)
        near = {other for other, away, _ in found if self._allowed(word, other, away)}
        if len(word) > _SHORTEST_CORRECTED:
            near.update(self._by_sound.get(sound(word), ()))
        return near

    def _allowed(self, word: str, near: str, slips: float) -> bool:
        same_start = word[0] == near[0]
        if len(word) == _SHORTEST_CORRECTED:
            return same_start and self._uses[near] >= _COMMON
        return slips <= 1 or same_start or len(word) >= _TWO_SLIPS

    def _rank(self, word: str, near: str) -> float:
        # The weights were chosen on slips made in ROME appellations.
        slips = OSA.distance(word, near)
        likeness = JaroWinkler.similarity(word, near) + _SAME_SOUND * (sound(word) == sound(near))
        return likeness + 0.02 * log(self._uses[near]) - 0.1 * slips
