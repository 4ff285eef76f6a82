"""What people type, judged before it is kept: reasons of the closed lists, free words, days."""

from __future__ import annotations

from datetime import date

from app.core import clock
from app.core.errors import Invalid
from app.rules.reasons import Reason, ReasonList, reason
from app.rules.wording import check_wording

WORDS_MAX = 200


class ForbiddenWords(Invalid):
    """A free text that names a criterion of L1132-1: refused with its explanation, and told as a quality alert.

    Attributes:
        criteria: which, by their codes; the text itself is kept nowhere.
    """

    def __init__(self, message: str, *, field: str, criteria: list[str]) -> None:
        super().__init__(message, field=field)
        self.criteria = criteria


def checked_reason(which: ReasonList, code: str | None, words: str | None) -> Reason:
    """The entry of a closed list, and free words that name no forbidden criterion.

    Raises:
        Invalid: no reason, an unknown one, words missing where they are needed, too long or forbidden.
    """
    try:
        found = reason(which, code or "")
    except KeyError:
        raise Invalid("Choisissez un motif dans la liste.", field="reason") from None
    if found.needs_text and not words:
        raise Invalid("Précisez ce motif en quelques mots.", field="words")
    checked_words(words)
    return found


def checked_words(words: str | None, *, field: str = "words", limit: int = WORDS_MAX) -> None:
    """Refuse free words that are too long or name a criterion of L1132-1, saying which and why.

    Raises:
        Invalid: with the passages found.
    """
    if not words:
        return
    if len(words) > limit:
        raise Invalid(f"{limit} caractères au plus.", field=field)
    found = check_wording(words, clock.today())
    if found:
        raise ForbiddenWords(
            " ".join(one.message for one in found),
            field=field,
            criteria=sorted({one.code for one in found}),
        )


def past_day(day: date | None, *, field: str) -> date:
    """This day, or today; a day to come is noted when it comes.

    Raises:
        Invalid: the day is to come.
    """
    today = clock.today()
    if day is not None and day > today:
        raise Invalid("Cette date est à venir : notez-la le jour même.", field=field)
    return day or today
