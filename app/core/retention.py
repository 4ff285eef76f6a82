"""How long each kind of data is kept: the kinds, their default days, and the functions that purge what has passed.

A slice that keeps data of a kind registers the function that removes it, so that the nightly task of `privacy` needs
to know no table of the others.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy.orm import Session


class RetentionKind(enum.StrEnum):
    YOUTH_SILENT = "youth_silent"
    YOUTH_PLACED = "youth_placed"
    REFUSED_PROPOSAL = "refused_proposal"
    NIR = "nir"
    CONTRACT_SHEET = "contract_sheet"
    VISIT_RECORD = "visit_record"
    ACCESS_JOURNAL = "access_journal"
    CONSENT_RECORD = "consent_record"
    SENT_MAIL = "sent_mail"


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of data.

    Attributes:
        days: default of the dossier (privacy.md, 6).
        counted_from: what the days run from, in French words.
        then: what happens, in French words.
        anchor: where the figure comes from; "choix de Trèfle" where no text fixes it.
    """

    label: str
    days: int
    counted_from: str
    then: str
    anchor: str


RULES: Mapping[RetentionKind, Rule] = MappingProxyType(
    {
        RetentionKind.YOUTH_SILENT: Rule(
            "Dossier d’un jeune sans nouvelles",
            730,
            "le dernier contact",
            "avertir 30 jours avant, puis rendre anonyme",
            "référentiel CNIL 2021-028 : deux ans",
        ),
        RetentionKind.YOUTH_PLACED: Rule(
            "Dossier d’un jeune dont le contrat est fini",
            183,
            "la fin du contrat",
            "avertir 30 jours avant, puis rendre anonyme",
            "choix de Trèfle : six mois de suivi",
        ),
        RetentionKind.REFUSED_PROPOSAL: Rule(
            "Mots et messages d’une proposition sans suite",
            90,
            "la fin de la proposition",
            "effacer les mots, garder les dates et les motifs de la liste",
            "guide CNIL du recrutement : le temps d’expliquer, à confirmer",
        ),
        RetentionKind.NIR: Rule(
            "Numéro de sécurité sociale",
            30,
            "le dépôt du contrat",
            "effacer",
            "choix de Trèfle",
        ),
        RetentionKind.CONTRACT_SHEET: Rule(
            "Fiche du contrat",
            30,
            "le dépôt du contrat",
            "effacer, garder le numéro, les dates, le métier et le lieu",
            "choix de Trèfle",
        ),
        RetentionKind.VISIT_RECORD: Rule(
            "Personnes rencontrées en entreprise",
            1095,
            "le dernier contact",
            "effacer les noms, garder la visite",
            "pratique CNIL pour les prospects, à confirmer",
        ),
        RetentionKind.ACCESS_JOURNAL: Rule(
            "Journal « qui a vu mon dossier »",
            365,
            "la lecture",
            "effacer",
            "recommandation CNIL : 6 à 12 mois, à confirmer",
        ),
        RetentionKind.CONSENT_RECORD: Rule(
            "Registre des accords",
            1095,
            "la fin de l’accord, une fois le dossier anonyme",
            "effacer",
            "choix de Trèfle : trois ans de preuve, à confirmer",
        ),
        RetentionKind.SENT_MAIL: Rule(
            "Courriels envoyés",
            180,
            "l’envoi",
            "effacer",
            "choix de Trèfle",
        ),
    }
)
WARN_DAYS = 30
GRACE_DAYS = 30
BACKUP_DAYS = 90

Purge = Callable[[Session, datetime], int]
_PURGES: dict[RetentionKind, list[Purge]] = {}


def purges(kind: RetentionKind) -> Callable[[Purge], Purge]:
    """Register a function `(db_session, limit) -> count` that removes what is older than `limit`, in the caller's
    transaction. What the days run from is said by `RULES[kind].counted_from`.
    """

    def register(function: Purge) -> Purge:
        _PURGES.setdefault(kind, []).append(function)
        return function

    return register


def run_purges(db_session: Session, kind: RetentionKind, limit: datetime) -> int:
    """Run what was registered for this kind. Returns how many things were removed."""
    return sum(one(db_session, limit) for one in _PURGES.get(kind, ()))


def has_purge(kind: RetentionKind) -> bool:
    """True when some slice keeps data of this kind and knows how to remove it."""
    return kind in _PURGES
