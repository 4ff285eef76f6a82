"""Spelling: a word that nobody knows becomes the known word that was most likely meant.

Known words are never touched: one letter parts *vente* from *verte* and *manager* from *manger*,
and both are words. Unknown short words are nearly always left alone for the same reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import log

from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from app.engine.text.listed import listed
from app.engine.text.shapes import Shapes
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


class Speller:
    """Corrects unknown words against words with their numbers of uses. Immutable.

    ``strangers`` are words that may be meant though they name no trade (``policier``).
    """

    def __init__(self, uses: Mapping[str, int], strangers: Iterable[str] = ()) -> None:
        self._meant: dict[str, list[tuple[str, float]]] = {}
        self._strangers = frozenset(strangers) - uses.keys()
        self._uses = dict.fromkeys(self._strangers, 1) | dict(uses)
        self._shapes = Shapes(self._uses, _SHORTEST_CORRECTED)
        self._by_sound: dict[str, list[str]] = {}
        for word in self._shapes.words:
            self._by_sound.setdefault(sound(word), []).append(word)

    def strange(self, words: Iterable[str]) -> list[str]:
        """Those of some words that no title has used, each once."""
        return [word for word in dict.fromkeys(words) if word not in self._uses]

    def with_words(self, words: Sequence[str]) -> Speller:
        """A speller that knows some more words, each used once; itself when it knows them all.

        What it thinks of the words it knew does not change.
        """
        if not self.strange(words):
            return self
        used = {word: uses for word, uses in self._uses.items() if word not in self._strangers}
        return Speller(dict.fromkeys(words, 1) | used, self._strangers)

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
        sized = self._shapes.close(word, slips)
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
