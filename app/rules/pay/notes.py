"""What the reader of a pay schedule must be told: doubts, branches, the future."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.rules.age import age_on
from app.rules.dates.arithmetic import completed_months
from app.rules.law import ContractKind, Finding, Level, finding
from app.rules.pay.case import PayCase, Qualification
from app.rules.pay.period import FULL_TIME, PayPeriod
from app.rules.pay.rates import has_related_bonus
from app.rules.pay.tables import building_idccs


def pay_findings(case: PayCase, periods: Sequence[PayPeriod]) -> list[Finding]:
    """Findings on a whole schedule; warnings are what a person must still confirm."""
    day = case.law_day
    found = [
        finding("PAY-13", day, "Montants bruts environ, arrondis au centime ; le texte fixe le %.")
    ]
    if any(period.provisional for period in periods):
        message = (
            "SMIC à venir inconnu : montants calculés sur le dernier SMIC publié, "
            "ils peuvent changer au 1er janvier."
        )
        found.append(finding("PAY-12", day, message, level=Level.WARN))
    if case.conventional_minimum is None:
        found += _unknown_minimum(case, periods)
    return [*found, *_branch_findings(case, day), *_kind_findings(case, day)]


def _unknown_minimum(case: PayCase, periods: Sequence[PayPeriod]) -> list[Finding]:
    oldest = max(period.age for period in periods)
    if case.kind is ContractKind.PROFESSIONALISATION:
        rule_id, from_age, share = "PAY-11", 26, "85 % du minimum conventionnel"
    else:
        rule_id, from_age, share = "PAY-01", 21, "le même pourcentage du minimum conventionnel"
    if oldest < from_age:
        return []
    message = (
        f"Dès {from_age} ans, {share} de l'emploi est dû s'il donne plus : "
        "à vérifier dans la convention collective."
    )
    return [finding(rule_id, case.law_day, message, level=Level.WARN)]


def _branch_findings(case: PayCase, day: date) -> list[Finding]:
    found: list[Finding] = []
    if case.idcc in building_idccs():
        message = "Barème de la branche du bâtiment (accord de 2005) : extension à confirmer."
        found.append(finding("PAY-16", day, message, level=Level.WARN))
    elif case.idcc not in (None, "9998", "9999"):
        message = f"Convention collective {case.idcc} : un barème plus favorable est possible."
        found.append(finding("PAY-16", day, message, level=Level.WARN))
    if case.public_employer:
        message = "Employeur public : majoration facultative de 10 ou 20 points, à confirmer."
        found.append(finding("PAY-16", day, message, level=Level.WARN))
    if case.weekly_hours > FULL_TIME:
        message = "Montants pour 35 h : les heures au-delà sont majorées, à confirmer."
        found.append(finding("DUR-11", day, message, level=Level.WARN))
    return found


def _kind_findings(case: PayCase, day: date) -> list[Finding]:
    if case.kind is ContractKind.APPRENTICESHIP:
        if case.same_level_related and not has_related_bonus(case):
            months = completed_months(case.start, case.end)
            message = (
                f"Contrat de {months} mois : la majoration de 15 points demande un an au plus."
            )
            return [finding("PAY-07", day, message, level=Level.INFO)]
        return []
    at_start = age_on(case.birth_date, case.start)
    if at_start >= 26:
        return []
    found: list[Finding] = []
    if case.qualification in (Qualification.GENERAL_BAC, Qualification.UNKNOWN):
        message = (
            "Taux sans la majoration de 10 points : elle est due avec un diplôme professionnel de "
            "niveau 4 au moins. Pour un bac général, les sources se contredisent : à confirmer."
        )
        found.append(finding("PAY-11-BAC", day, message))
    if age_on(case.birth_date, case.end) >= 26:
        message = "26 ans pendant le contrat : conditions initiales maintenues, à confirmer."
        found.append(finding("PAY-11-26", day, message))
    return found
