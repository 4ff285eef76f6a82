"""Who signs a contract and which papers go with it (dossier, ``cerfa.md`` §5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.rules.contract_sheet.facts import SheetFacts
from app.rules.contract_sheet.fields import Condition
from app.rules.law import ContractKind, Finding


class Signatory(StrEnum):
    """Those whose signature, or visa, the contract needs."""

    EMPLOYER = "employer"
    YOUTH = "youth"
    LEGAL_REPRESENTATIVE = "legal_representative"
    TRAINING_CENTRE = "training_centre"


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper to join or to keep, with the rule that asks for it."""

    code: str
    label: str
    rule_id: str


_TRAINING_AGREEMENT = Paper("training_agreement", "Convention de formation", "EMP-02")
# Both annexes go with a contrat pro (cerfa.md, 5); the rule on its deposit is PRO-08.
_PRO_AGREEMENT = Paper("training_agreement", "Convention de formation", "PRO-08")
_PROGRAMME = Paper("training_programme", "Annexe pédagogique", "PRO-08")
_PRE_HIRE = Paper("pre_hire_declaration", "Déclaration préalable à l'embauche (DPAE)", "EMP-01")
_DURATION_AGREEMENT = Paper("duration_agreement", "Convention de durée", "DUR-03")
_END_OF_3E = Paper("end_of_3e", "Preuve de fin de 3e", "AGE-03")
_AGE_PROOF = Paper("age_exception", "Preuve de l'exception d'âge, vue sans copie", "AGE-05")
_REGULATED_WORK = Paper("regulated_work", "Déclaration de travaux réglementés", "MIN-11")
_WORK_PERMIT = Paper("work_permit", "Droit au travail vérifié", "DIP-09")


def signatories(facts: SheetFacts) -> list[Signatory]:
    """In the order of signing: the CFA places its visa last, and none on a contrat pro (CFA-04)."""
    signing = [Signatory.EMPLOYER, Signatory.YOUTH]
    if Condition.MINOR in facts.conditions():
        signing.append(Signatory.LEGAL_REPRESENTATIVE)
    if facts.kind is ContractKind.APPRENTICESHIP:
        signing.append(Signatory.TRAINING_CENTRE)
    return signing


def papers(facts: SheetFacts, found: Iterable[Finding]) -> list[Paper]:
    """Papers of this sheet; ``found`` are its findings, whose codes call for proofs."""
    codes = {item.code for item in found if not item.is_blocking}
    apprenticeship = facts.kind is ContractKind.APPRENTICESHIP
    asked = [
        (True, _PRE_HIRE),
        (apprenticeship, _TRAINING_AGREEMENT),
        (not apprenticeship, _PRO_AGREEMENT),
        (not apprenticeship, _PROGRAMME),
        (bool(codes & {"21", "22"}) or facts.duration.duration_agreement, _DURATION_AGREEMENT),
        ("11" in codes, _END_OF_3E),
        ("12" in codes, _AGE_PROOF),
        (facts.is_minor and facts.regulated_work.concerned is True, _REGULATED_WORK),
        (facts.needs_work_permit_check is True, _WORK_PERMIT),
    ]
    return [paper for holds, paper in asked if holds]
