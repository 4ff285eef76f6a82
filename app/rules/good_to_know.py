"""Rules that nobody computes and everybody should have read before signing: short sentences with their text.

A sheet and a simulator show them under "Bon à savoir"; each quotes its row, and a rule that sources
do not agree on says so instead of giving a figure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.rules.law import ContractKind, Finding, Level, finding, in_force, limit

_APPRENTICESHIP = frozenset({ContractKind.APPRENTICESHIP})
_PROFESSIONALISATION = frozenset({ContractKind.PROFESSIONALISATION})
_BOTH = frozenset(ContractKind)


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence; ``only_minor`` and ``from_level`` narrow the contracts it belongs to."""

    rule_id: str
    kinds: frozenset[ContractKind]
    text: str
    only_minor: bool = False
    from_level: int = 0


NOTES = (
    Note("DUR-12", _APPRENTICESHIP, "Un contrat d'apprentissage se signe toute l'année."),
    Note(
        "EMP-01",
        _BOTH,
        "La déclaration préalable à l'embauche (DPAE) part dans les 8 jours qui précèdent le début.",
    ),
    Note("CFA-04", _APPRENTICESHIP, "Le CFA vise le contrat après les signatures."),
    Note(
        "PRO-05",
        _PROFESSIONALISATION,
        "Le contrat vise un titre du RNCP, un CQP ou une qualification de branche.",
    ),
    Note(
        "PRO-07",
        _PROFESSIONALISATION,
        "Le temps partiel est possible si la formation n'en souffre pas.",
    ),
    Note(
        "DIP-06",
        _APPRENTICESHIP,
        "La formation est gratuite pour le jeune : aucune contrepartie ne peut lui être demandée.",
    ),
    Note(
        "DIP-03",
        _APPRENTICESHIP,
        "Un même diplôme peut avoir plusieurs fiches RNCP : le CFA indique celle du contrat.",
    ),
    Note("MA-04", _APPRENTICESHIP, "Une équipe peut former l'apprenti, avec un référent."),
    Note(
        "DIP-08", _BOTH, "L'employeur rembourse la moitié de l'abonnement aux transports publics."
    ),
    Note(
        "PAY-15", _APPRENTICESHIP, "La paie de l'apprenti n'est pas imposable jusqu'au SMIC annuel."
    ),
    Note(
        "EMP-05",
        _APPRENTICESHIP,
        "À partir du niveau 6, l'employeur paie une part du coût au CFA.",
        from_level=6,
    ),
    Note(
        "MIN-12",
        _BOTH,
        "Certains travaux dangereux sont interdits aux mineurs, d'autres sont réglementés.",
        only_minor=True,
    ),
    Note(
        "TER-02",
        _APPRENTICESHIP,
        "Après 45 jours en entreprise, le contrat ne prend fin que par accord écrit ou pour un motif prévu.",
    ),
    Note(
        "TER-08",
        _PROFESSIONALISATION,
        "La fin du contrat suit les règles ordinaires du CDD ou du CDI.",
    ),
    Note(
        "TER-06", _APPRENTICESHIP, "Une rupture se signale à l'OPCO et au CFA ; délais à confirmer."
    ),
    Note("TER-07", _APPRENTICESHIP, "L'aide cesse le lendemain de la fin du contrat."),
    Note(
        "CFA-01",
        _APPRENTICESHIP,
        "Le CFA aide à trouver un employeur et à surmonter les difficultés.",
    ),
    Note(
        "CFA-03",
        _APPRENTICESHIP,
        "Après une rupture, la formation peut continuer au CFA pendant 6 mois au plus.",
    ),
    Note(
        "CFA-05",
        _APPRENTICESHIP,
        "Sans employeur, une cellule régionale peut aider ; un jeune déjà au CFA s'adresse d'abord au CFA.",
    ),
    Note("EMP-06", _BOTH, "L'employeur garde le contrat signé 5 ans."),
    Note(
        "EMP-07",
        _APPRENTICESHIP,
        "Des ruptures abusives répétées peuvent conduire à une opposition du préfet ; à confirmer.",
    ),
)


def good_to_know(
    kind: ContractKind, day: date, *, minor: bool = False, level: int | None = None
) -> list[Finding]:
    """The sentences of this contract on its day of law, each an ``INFO`` that quotes its row."""
    return [
        finding(note.rule_id, day, note.text, level=Level.INFO)
        for note in _asked(NOTES, kind, minor=minor, level=level or 0)
        if in_force(note.rule_id, day)
    ]


def _asked(notes: Iterable[Note], kind: ContractKind, *, minor: bool, level: int) -> Iterable[Note]:
    return (
        note
        for note in notes
        if kind in note.kinds and (minor or not note.only_minor) and level >= note.from_level
    )


def employer_share(day: date, level: int, *, after_break: bool = False) -> int:
    """Euros that the employer pays to the CFA once, from level 6 on (EMP-05); zero below or before."""
    if level < 6 or not in_force("EMP-05", day):
        return 0
    return limit("EMP-05", "amount_after_break" if after_break else "amount", day)
