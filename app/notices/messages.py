"""Words that people write to each other: what may not leave before its time, and templates in plain French.

Pure: the services of a thread call it with what they know. "FALC" (facile à lire et à comprendre) is the French
easy-to-read method: short sentences, one idea a line, no word that needs another to be understood.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from app.core.text import sort_key

K = TypeVar("K")

_CONTACT = re.compile(
    r"[\w.+-]+\s*(?:@|\(at\)|\[at\]|\barobase\b)\s*[\w-]+\s*(?:\.|\bpoint\b)\s*\w"
    r"|(?:\+\s*33|0033|\b0)[\s.\-/()]*(?:0\))?[1-9](?:[\s.\-/]*\d){8}\b",
    re.IGNORECASE,
)
# A word with a capital that does not begin a sentence.
_INSIDE_CAPITAL = re.compile(r"(?<=[\w,;:»’'] )[A-ZÀ-Ý][\w’'-]*|(?<=\w['’])[A-ZÀ-Ý][\w-]*")
# Parts of names that are words of every sentence.
_PARTICLES = frozenset({"le", "la", "les", "de", "du", "des", "ben", "el", "al", "d", "l", "von"})
# Words of everyday messages that are also names: they count as a name when written with a capital inside a sentence.
_EVERYDAY = frozenset(
    """
    petit grand blanc noir brun roux rose claire pierre marin boulanger boucher meunier
    charpentier masson fournier berger couturier marchand bon doux fort long court jour moulin
    bois pont prune ange mercier barbier cordier tissier carpentier lejeune jeune maria place
    """.split()  # noqa: SIM905
)
_JOINED = 4
"""A name typed in pieces is sought over so many words: "Le Goff" is found in "LeGoff", and the reverse."""


_TYPED_MENTION = re.compile(r"(?<![\w.@])@([^\W\d_][\w’'-]*(?:\.[^\W\d_][\w’'-]*)?)")


def handles(people: Mapping[K, tuple[str, str]]) -> dict[K, str]:
    """How each person is called after an "@": the given name, and the family name after a point where two share it.

    Args:
        people: given and family name of each.
    """
    given = [sort_key(one) for one, _ in people.values()]
    return {
        key: _joined(first)
        if given.count(sort_key(first)) == 1
        else f"{_joined(first)}.{_joined(last)}"
        for key, (first, last) in people.items()
    }


def typed_mentions(words: str, called: Mapping[K, str]) -> tuple[list[K], str]:
    """Whom the words address by "@", each once in the order they are written, and the words without those mentions.

    A mention of nobody, or one that two people would share, is plain text: nobody is told, and what is refused of
    plain text is refused of it. An "@" inside an address is no mention.
    """
    known: dict[str, list[K]] = {}
    for key, handle in called.items():
        known.setdefault(_folded(handle), []).append(key)
    found: dict[K, None] = {}

    def taken(mention: re.Match[str]) -> str:
        keys = known.get(_folded(mention[1]), [])
        if len(keys) != 1:
            return mention[0]
        found[keys[0]] = None
        return " "

    rest = _TYPED_MENTION.sub(taken, words)
    return list(found), rest


def _joined(name: str) -> str:
    return re.sub(r"[^\w’'-]+", "-", name).strip("-")


def _folded(handle: str) -> str:
    return ".".join(sort_key(part).replace(" ", "") for part in handle.split("."))


class Speaker(enum.StrEnum):
    """On whose side a message is written."""

    YOUTH = "youth"  # the adviser, for the youth
    EMPLOYER = "employer"
    CFA = "cfa"


def holds_contact(words: str) -> bool:
    """True when the words hold an e-mail address or a French telephone number, spelled out or not."""
    return _CONTACT.search(words) is not None


def holds_name(words: str, names: Iterable[str | None]) -> bool:
    """True when the words hold one of these names, whole or by one of its parts, whatever accents and case."""
    written = sort_key(words).split()
    pieces = {
        "".join(written[start : start + length])
        for length in range(1, _JOINED + 1)
        for start in range(len(written) - length + 1)
    }
    capitals = {sort_key(one) for one in _INSIDE_CAPITAL.findall(words)}
    return any(
        part in pieces and (part not in _EVERYDAY or part in capitals)
        for name in names
        if name
        for part in _parts(name)
    )


def _parts(name: str) -> set[str]:
    parts = sort_key(name).split()
    long_parts = {one for one in parts if len(one) > 2 and one not in _PARTICLES}
    return long_parts | {"".join(parts)}


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """A message ready to be completed.

    Attributes:
        text: with `{code}`, `{post}`, `{company}`, `{course}`, `{cfa}`, `{starts_on}`.
        needs: the variables without which the template is not offered.
        is_easy: FALC, for the youth.
    """

    key: str
    speaker: Speaker
    title: str
    text: str
    needs: frozenset[str] = frozenset()
    is_easy: bool = False


def _template(
    key: str, speaker: Speaker, title: str, text: str, *, is_easy: bool = False
) -> MessageTemplate:
    return MessageTemplate(
        key, speaker, title, text, frozenset(re.findall(r"\{(\w+)\}", text)), is_easy
    )


Y, E, C = Speaker.YOUTH, Speaker.EMPLOYER, Speaker.CFA

TEMPLATES = (
    _template(
        "youth_more_time",
        Y,
        "Demander un peu de temps",
        "Bonjour, {code} réfléchit à votre proposition pour « {post} » et vous répondra cette semaine. "
        "Merci de garder le poste jusque-là.",
    ),
    _template(
        "youth_meeting",
        Y,
        "Proposer une rencontre",
        "Bonjour, {code} aimerait découvrir le poste « {post} » avant de répondre. "
        "Quels jours pouvez-vous le recevoir, une heure ou deux ?",
    ),
    _template(
        "youth_course_question",
        Y,
        "Poser une question au CFA",
        "Bonjour, avant de répondre pour « {course} », {code} voudrait savoir comment se passent "
        "l’accueil, les horaires et l’hébergement. Pouvez-vous nous le dire ici ?",
    ),
    _template(
        "employer_meeting",
        E,
        "Inviter à une rencontre",
        "Bonjour, votre candidature nous intéresse. Nous vous proposons de visiter l’entreprise et "
        "de parler du poste « {post} ». Quels jours vous conviennent ?",
    ),
    _template(
        "employer_trial",
        E,
        "Proposer une immersion",
        "Bonjour, nous pouvons accueillir {code} quelques jours en immersion pour découvrir le poste "
        "« {post} ». Dites-nous quelles dates sont possibles.",
    ),
    _template(
        "employer_course",
        E,
        "Demander le calendrier au CFA",
        "Bonjour, pour « {course} », quels sont les jours au CFA et les jours dans l’entreprise ? "
        "Merci de nous envoyer le calendrier de l’année.",
    ),
    _template(
        "cfa_visit",
        C,
        "Inviter à visiter le CFA",
        "Bonjour, nous invitons {code} à visiter le CFA et à rencontrer l’équipe de « {course} ». "
        "Dites-nous quel jour vous convient.",
    ),
    _template(
        "cfa_file",
        C,
        "Dire ce qui manque au dossier",
        "Bonjour, pour l’inscription en « {course} », il manque encore des pièces au dossier de {code}. "
        "La personne qui l’accompagne peut-elle nous joindre cette semaine ?",
    ),
    _template(
        "cfa_start",
        C,
        "Préparer la rentrée",
        "Bonjour, la rentrée de « {course} » est le {starts_on}. Le contrat doit être signé avant. "
        "Dites-nous ici si quelque chose vous retient.",
    ),
    _template(
        "easy_offer",
        Y,
        "Une proposition (facile à lire)",
        "Bonjour.\nNous avons trouvé une entreprise pour vous.\n"
        "L’entreprise s’appelle {company}.\nLe métier : {post}.\n"
        "Voulez-vous en parler avec nous ?\nAppelez la personne qui vous accompagne.",
        is_easy=True,
    ),
    _template(
        "easy_answer",
        Y,
        "Votre réponse est attendue (facile à lire)",
        "Bonjour.\nUne entreprise attend votre réponse.\nLe métier : {post}.\n"
        "Vous pouvez dire oui.\nVous pouvez dire non.\nVous pouvez demander à en parler.\n"
        "Dire non ne change rien à votre accompagnement.",
        is_easy=True,
    ),
    _template(
        "easy_meeting",
        Y,
        "Se préparer à un rendez-vous (facile à lire)",
        "Bonjour.\nVous avez bientôt un rendez-vous avec une entreprise.\n"
        "L’entreprise s’appelle {company}.\nLe métier : {post}.\n"
        "Arrivez dix minutes avant.\nSi vous ne pouvez pas venir, dites-le avant.\n"
        "La personne qui vous accompagne peut vous aider.",
        is_easy=True,
    ),
    _template(
        "easy_start",
        Y,
        "La rentrée au CFA (facile à lire)",
        "Bonjour.\nVous allez commencer une formation.\nLa formation : {course}.\n"
        "Le CFA s’appelle {cfa}.\nLe premier jour est le {starts_on}.\n"
        "Vous avez une question ? Demandez à la personne qui vous accompagne.",
        is_easy=True,
    ),
)


def templates_for(
    speaker: Speaker, known: Mapping[str, str | None], *, is_easy: bool = False
) -> list[MessageTemplate]:
    """Templates of this side whose variables are all known."""
    return [
        one
        for one in TEMPLATES
        if one.speaker is speaker
        and one.is_easy is is_easy
        and all(known.get(name) for name in one.needs)
    ]


def filled(template: MessageTemplate, known: Mapping[str, str | None]) -> str:
    """The words with their variables filled in."""
    return template.text.format(**{name: known.get(name) or "" for name in template.needs})
