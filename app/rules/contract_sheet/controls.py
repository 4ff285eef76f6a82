"""The control list of a contract sheet (dossier, ``cerfa.md`` §3, and the rules it rests on)."""

from __future__ import annotations

from collections.abc import Iterable

from app.rules.age import check_age, is_minor
from app.rules.contract_sheet.answers import check_answers
from app.rules.contract_sheet.facts import SheetFacts
from app.rules.dates.arithmetic import ONE_DAY, add_months, anniversary
from app.rules.dates.duration import (
    check_date_order,
    check_duration,
    check_training_share,
    check_weekly_hours,
)
from app.rules.dates.windows import trainee_window
from app.rules.identifiers import (
    IdentifierKind,
    check_identifier,
    is_valid_nir,
    is_valid_rs,
    nir_mismatches,
)
from app.rules.law import ContractKind, Finding, Level, finding, limit
from app.rules.minors import check_minor_hours, check_regulated_work, trade_doubts
from app.rules.pay.money import check_gross
from app.rules.tutor import check_tutor

_ORDER = {Level.BLOCK: 0, Level.WARN: 1, Level.INFO: 2, Level.COMPUTE: 3}
_AGE_DEROGATIONS = {"11", "12"}
_DURATION_DEROGATIONS = {"21", "22"}
_SEVERAL_DEROGATIONS = "50"


def check_sheet(facts: SheetFacts) -> list[Finding]:
    """Every control, blocking findings first; an unknown fact silences the checks that need it.

    Raises ``NoRuleInForce`` when pay is asked for dates or ages outside the grids.
    """
    age = check_person_age(facts)
    found = [
        *age,
        *check_nir(facts),
        *check_dates(facts),
        *check_hours(facts),
        *check_codes(facts),
        *check_employer(facts),
        *check_derogation(facts, age),
        *check_representative(facts),
        *check_tutors(facts),
        *check_pay(facts),
        *check_certification(facts),
        *check_work(facts),
    ]
    return sorted(dict.fromkeys(found), key=lambda item: _ORDER[item.level])


def check_person_age(facts: SheetFacts) -> list[Finding]:
    """Control 1: age at the start, unless an exception holds."""
    if facts.birth_date is None:
        return []
    dates = facts.dates
    return check_age(
        facts.birth_date, dates.start, facts.kind, facts.exemptions, conclusion=dates.conclusion
    )


def check_nir(facts: SheetFacts) -> list[Finding]:
    """Control 2: shape and key of the NIR, then sex, birth date and birth département."""
    if not facts.nir:
        return []
    day = facts.law_day
    if not is_valid_nir(facts.nir):
        wrong = check_identifier(IdentifierKind.NIR, facts.nir, day)
        return [wrong] if wrong else []
    if facts.birth_date is None:
        return []
    mismatches = nir_mismatches(
        facts.nir,
        sex=facts.sex or "",
        birth_date=facts.birth_date,
        birth_department=facts.birth_department,
    )
    return [finding("FORM-02", day, item.message, code=item.part) for item in mismatches]


def check_dates(facts: SheetFacts) -> list[Finding]:
    """Controls 3 and 4: order of dates, length of contract and training, trainee window."""
    day, dates = facts.law_day, facts.dates
    found = check_duration(facts.kind, dates, facts.duration)
    if facts.kind is ContractKind.PROFESSIONALISATION:
        return found
    found += check_date_order(dates)
    if dates.end is not None and not dates.open_ended:
        top = limit("FORM-04", "max_contract_months", day)
        if dates.end + ONE_DAY > add_months(dates.start, top):
            message = f"Le formulaire n'admet pas plus de {top} mois de contrat."
            found.append(finding("FORM-04", day, message))
    if facts.training_months is not None:
        low = limit("FORM-04", "min_training_months", day)
        high = limit("FORM-04", "max_training_months", day)
        if not low <= facts.training_months <= high:
            message = f"La formation doit durer de {low} à {high} mois."
            found.append(finding("FORM-04", day, message))
    if facts.trainee_since is not None:
        window = trainee_window(facts.trainee_since)
        if dates.start > window.end:
            message = (
                f"Les 3 mois sans employeur ont pris fin le {window.end:%d/%m/%Y} : "
                "le CFA doit décider de la suite."
            )
            found.append(finding("CFA-02", day, message))
    return found


def check_hours(facts: SheetFacts) -> list[Finding]:
    """Control 5: hours of work and of training, and the limits of minors."""
    day = facts.law_day
    found: list[Finding] = []
    if facts.weekly_minutes is not None and facts.kind is ContractKind.APPRENTICESHIP:
        found += check_weekly_hours(
            facts.weekly_minutes, day, part_time_allowed=facts.part_time_allowed
        )
    if facts.weekly_minutes is not None and facts.birth_date is not None:
        found += check_minor_hours(
            facts.birth_date,
            facts.dates.start,
            weekly_minutes=facts.weekly_minutes,
            rome=facts.rome,
        )
    if facts.training_hours is None:
        return found
    top = limit("FORM-05", "max_training_hours", day)
    if not 1 <= facts.training_hours <= top:
        message = f"Les heures de formation vont de 1 à {top}."
        found.append(finding("FORM-05", day, message))
    elif facts.contract_hours:
        found += check_training_share(
            facts.kind,
            day,
            training_hours=facts.training_hours,
            contract_hours=facts.contract_hours,
        )
    return found


def check_codes(facts: SheetFacts) -> list[Finding]:
    """Control 6: codes well formed, existing and active."""
    day, registers = facts.law_day, facts.registers
    typed = [
        (IdentifierKind.SIRET, registers.siret),
        (IdentifierKind.IDCC, registers.idcc),
        (IdentifierKind.NAF, registers.naf),
    ]
    found = [
        wrong
        for kind, text in typed
        if text and (wrong := check_identifier(kind, text, day)) is not None
    ]
    if registers.siret_is_active is False:
        message = "L'établissement est fermé à la date du contrat : vérifiez le SIRET."
        found.append(finding("FORM-06", day, message))
    if registers.idcc_exists is False:
        message = "Cette convention collective n'existe pas ou n'est plus en vigueur."
        found.append(finding("FORM-06", day, message))
    return found


def check_employer(facts: SheetFacts) -> list[Finding]:
    """A contrat pro is not for the State, local authorities or their bodies (PRO-02); answers agree (FORM-10)."""
    if facts.kind is ContractKind.APPRENTICESHIP:
        return check_answers(facts)
    if not facts.public_employer:
        return []
    message = "Un employeur public ne peut pas conclure de contrat de professionnalisation."
    return [finding("PRO-02", facts.law_day, message)]


def suggested_derogation(found: Iterable[Finding]) -> str:
    """Code of derogation that the findings call for: one code, "50" for several, "" for none."""
    known = _AGE_DEROGATIONS | _DURATION_DEROGATIONS
    codes = {item.code for item in found if item.code in known and not item.is_blocking}
    if len(codes) > 1:
        return _SEVERAL_DEROGATIONS
    return codes.pop() if codes else ""


def check_derogation(facts: SheetFacts, age_findings: Iterable[Finding]) -> list[Finding]:
    """Control 7: 11 only under 16, 12 only over 29, and the derogation that the age calls for."""
    if facts.kind is ContractKind.PROFESSIONALISATION or facts.birth_date is None:
        return []
    day, start = facts.law_day, facts.dates.start
    under_16 = start < anniversary(facts.birth_date, 16)
    over_29 = start >= anniversary(facts.birth_date, 30)
    if facts.derogation == "11" and not under_16:
        return [finding("FORM-07", day, "La dérogation 11 ne vaut qu'avant 16 ans.")]
    if facts.derogation == "12" and not over_29:
        return [finding("FORM-07", day, "La dérogation 12 ne vaut qu'après 29 ans.")]
    wanted = suggested_derogation(age_findings)
    if wanted and facts.derogation not in (wanted, _SEVERAL_DEROGATIONS):
        message = f"Indiquez la dérogation {wanted} (ou 50 s'il y en a plusieurs)."
        return [finding("FORM-07", day, message, code=wanted)]
    return []


def check_representative(facts: SheetFacts) -> list[Finding]:
    """Control 8: a minor needs a legal representative on the sheet and among the signatures."""
    if not facts.is_minor or facts.emancipated:
        return []
    day = facts.law_day
    if facts.legal_representative_known is not True:
        message = "Moins de 18 ans : le représentant légal manque, la signature est impossible."
        return [finding("FORM-08", day, message)]
    if facts.legal_representative_signs is False:
        message = "Moins de 18 ans : la signature du représentant légal est nécessaire."
        return [finding("FORM-08", day, message)]
    return []


def check_tutors(facts: SheetFacts) -> list[Finding]:
    """Every tutor named; at least one is needed."""
    day = facts.law_day
    if not facts.tutors:
        rule = "MA-01" if facts.kind is ContractKind.APPRENTICESHIP else "PRO-06"
        message = "Aucun maître d'apprentissage ou tuteur n'est indiqué."
        return [finding(rule, day, message, level=Level.WARN)]
    return [
        item
        for tutor in facts.tutors
        for item in check_tutor(
            facts.kind,
            tutor,
            facts.dates.start,
            conclusion=facts.dates.conclusion,
            prepared_level=facts.certification.level,
            newcomer_repeats=facts.newcomer_repeats,
            idcc=facts.registers.idcc,
        )
    ]


def check_pay(facts: SheetFacts) -> list[Finding]:
    """The gross pay at the start is not under the computed minimum."""
    if facts.pay is None or facts.gross_at_start is None:
        return []
    wrong = check_gross(facts.pay, facts.gross_at_start, facts.pay.start)
    return [wrong] if wrong else []


def check_certification(facts: SheetFacts) -> list[Finding]:
    """Certification registered, open to apprenticeship, active; CFA entitled (DIP-01 to DIP-04)."""
    if facts.kind is ContractKind.PROFESSIONALISATION:
        return []
    day, aim = facts.law_day, facts.certification
    found: list[Finding] = []
    if aim.rncp_code and is_valid_rs(aim.rncp_code):
        message = (
            "Une certification du répertoire spécifique (RS) ne se prépare pas en apprentissage."
        )
        found.append(finding("DIP-01", day, message))
    elif aim.rncp_code:
        wrong = check_identifier(IdentifierKind.RNCP, aim.rncp_code, day)
        found += [wrong] if wrong else []
    if aim.is_registered is False or aim.open_to_apprenticeship is False:
        message = "Cette certification n'est pas inscrite au RNCP ou pas ouverte à l'apprentissage."
        found.append(finding("DIP-01", day, message))
    if aim.active_until is not None and aim.active_until < day:
        message = f"Fiche RNCP inactive depuis le {aim.active_until + ONE_DAY:%d/%m/%Y}."
        if aim.follows_broken_contract:
            message += " Admise ici : le contrat suit une rupture pour le même cycle."
        level = Level.INFO if aim.follows_broken_contract else Level.BLOCK
        found.append(finding("DIP-02", day, message, level=level))
    if aim.centre_is_qualified is False:
        message = "Le CFA n'est pas habilité pour ce diplôme ou pas certifié Qualiopi."
        found.append(finding("DIP-04", day, message))
    return found


def check_work(facts: SheetFacts) -> list[Finding]:
    """Regulated work, doubtful trades for a minor, right to work."""
    found: list[Finding] = []
    if facts.birth_date is not None:
        start = facts.dates.start
        found += check_regulated_work(facts.birth_date, start, facts.rome, facts.regulated_work)
        if facts.is_minor and facts.has_other_workplaces and facts.regulated_work.concerned:
            message = (
                "Plusieurs lieux d'exécution : chaque lieu a sa déclaration de travaux réglementés."
            )
            found.append(finding("MIN-11", start, message))
        found += trade_doubts(facts.birth_date, start, facts.rome)
    if facts.needs_work_permit_check:
        message = "Autorisation de travail à vérifier avant la signature."
        if facts.is_minor and facts.birth_date and _comes_of_age(facts):
            message += " Le jeune aura 18 ans pendant le contrat : vérifiez aussi la suite."
        found.append(finding("DIP-09", facts.law_day, message))
    return found


def _comes_of_age(facts: SheetFacts) -> bool:
    end = facts.dates.end
    return facts.birth_date is not None and end is not None and not is_minor(facts.birth_date, end)
