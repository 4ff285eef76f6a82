"""Durations and the order of dates of a contract (rules DUR-01 to DUR-11, PRO-03, PRO-04)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.rules.dates.arithmetic import ONE_DAY, add_months, completed_months
from app.rules.law import ContractKind, Finding, Level, finding, in_force, limit


@dataclass(frozen=True, slots=True)
class ContractDates:
    """Dates of one contract; None means "not known yet" and silences the checks that need it."""

    start: date
    end: date | None = None
    conclusion: date | None = None
    practical_start: date | None = None
    course_start: date | None = None
    last_exam: date | None = None
    open_ended: bool = False

    @property
    def law_day(self) -> date:
        """The day that chooses the rows of law: conclusion, or start while it is unknown."""
        return self.conclusion or self.start


@dataclass(frozen=True, slots=True)
class DurationCase:
    """What lengthens or shortens the lawful duration.

    ``cycle_months`` is the length of the training cycle; ``listed_case`` the pre-2019 cases of
    six to twelve months; ``priority_public`` and ``branch_agreement`` concern the contrat pro.
    """

    cycle_months: int | None = None
    duration_agreement: bool = False
    disabled: bool = False
    high_level_athlete: bool = False
    failed_exam: bool = False
    listed_case: bool = False
    priority_public: bool = False
    branch_agreement: bool = False


NO_CASE = DurationCase()


def longest_months(kind: ContractKind, day: date, case: DurationCase = NO_CASE) -> int:
    """Longest lawful duration in months for a contract concluded on ``day``."""
    if kind is ContractKind.PROFESSIONALISATION:
        if case.priority_public and in_force("PRO-03", day, "max_months_priority"):
            return limit("PRO-03", "max_months_priority", day)
        parameter = "max_months_branch" if case.branch_agreement else "max_months"
        return limit("PRO-03", parameter, day)
    months = limit(_duration_rule(kind, day), "max_months", day)
    if case.disabled:
        months += limit("DUR-04", "disabled_extra_months", day)
    elif case.high_level_athlete:
        months += limit("DUR-04", "athlete_extra_months", day)
    elif case.failed_exam:
        months += limit("DUR-05", "max_extension_months", day)
    return months


def longest_in_any_case(day: date) -> int:
    """Months that no apprenticeship contract concluded on ``day`` may pass, whoever the youth is: the longest duration
    with the longest year more (DUR-01 or DUR-02, with DUR-04 and DUR-05).
    """
    cases = (
        DurationCase(disabled=True),
        DurationCase(high_level_athlete=True),
        DurationCase(failed_exam=True),
    )
    return max(longest_months(ContractKind.APPRENTICESHIP, day, case) for case in cases)


def check_duration(
    kind: ContractKind, dates: ContractDates, case: DurationCase = NO_CASE
) -> list[Finding]:
    """Findings on the length of the contract; none for an open-ended one or an unknown end."""
    if dates.end is None:
        return []
    day = dates.law_day
    rule = _duration_rule(kind, day)
    low, high = limit(rule, "min_months", day), longest_months(kind, day, case)
    after = dates.end + ONE_DAY
    months = completed_months(dates.start, dates.end)
    if dates.end < dates.start:
        return [finding(rule, day, "La fin du contrat précède son début.", level=Level.BLOCK)]
    if after < add_months(dates.start, low):
        return [_too_short(rule, day, months, low, case)]
    found: list[Finding] = []
    if after > add_months(dates.start, high):
        found.append(_too_long(rule, day, months, high, case))
    return [*found, *_other_than_cycle(day, months, case)]


def _duration_rule(kind: ContractKind, day: date) -> str:
    if kind is ContractKind.PROFESSIONALISATION:
        return "PRO-03"
    return "DUR-01" if in_force("DUR-01", day) else "DUR-02"


def _too_short(rule: str, day: date, months: int, low: int, case: DurationCase) -> Finding:
    message = f"Contrat de moins de {low} mois ({months} mois entiers)."
    if (
        rule == "DUR-02"
        and case.listed_case
        and months >= limit(rule, "min_months_listed_cases", day)
    ):
        message += " Admis seulement dans les cas listés avant 2019 : à vérifier."
        return finding(rule, day, message, level=Level.WARN)
    return finding(rule, day, message, level=Level.BLOCK)


def _too_long(rule: str, day: date, months: int, high: int, case: DurationCase) -> Finding:
    message = f"Contrat de plus de {high} mois ({months} mois entiers)."
    if rule == "PRO-03" and not case.priority_public:
        message += (
            " Au-delà, il faut un accord de branche (24 mois) ou un public prioritaire (36 mois)."
        )
        return finding(rule, day, message, level=Level.WARN)
    return finding(rule, day, message, level=Level.BLOCK)


def _other_than_cycle(day: date, months: int, case: DurationCase) -> list[Finding]:
    if case.cycle_months is None or months == case.cycle_months or not in_force("DUR-03", day):
        return []
    if case.duration_agreement:
        message = (
            f"{months} mois pour un cycle de {case.cycle_months} : convention de durée jointe."
        )
        return [finding("DUR-03", day, message, level=Level.INFO)]
    code = "21" if months < case.cycle_months else "22"
    message = (
        f"{months} mois pour un cycle de {case.cycle_months} : joignez la convention de durée "
        f"signée par l'employeur, l'apprenti et le CFA (dérogation {code})."
    )
    return [finding("DUR-03", day, message, code=code)]


def check_date_order(dates: ContractDates) -> list[Finding]:
    """Order of signature, start, practical start, course start, exam and end (DUR-06 to DUR-09).

    Only for apprenticeship contracts concluded since 2019; earlier ones give no finding.
    """
    day = dates.law_day
    if not in_force("DUR-06", day):
        return []
    return [
        *_check_signature(dates, day),
        *_check_practical_start(dates, day),
        *_check_course_start(dates, day),
        *_check_end(dates, day),
    ]


def _check_signature(dates: ContractDates, day: date) -> list[Finding]:
    if dates.conclusion is None or dates.conclusion <= dates.start:
        return []
    message = (
        f"La signature ({dates.conclusion:%d/%m/%Y}) suit le début du contrat "
        f"({dates.start:%d/%m/%Y})."
    )
    return [finding("FORM-03", day, message)]


def _check_practical_start(dates: ContractDates, day: date) -> list[Finding]:
    practical = dates.practical_start
    if practical is None:
        return []
    if practical < dates.start:
        message = "La formation chez l'employeur débute avant le contrat."
        return [finding("FORM-03", day, message)]
    if practical > add_months(dates.start, limit("DUR-06", "max_months", day)):
        message = "La formation chez l'employeur débute plus de 3 mois après le contrat."
        return [finding("DUR-06", day, message)]
    if dates.end is not None and practical > dates.end:
        message = "La formation chez l'employeur débute après la fin du contrat."
        return [finding("FORM-03", day, message)]
    return []


def _check_course_start(dates: ContractDates, day: date) -> list[Finding]:
    course = dates.course_start
    if course is None:
        return []
    if course > add_months(dates.start, limit("DUR-07", "max_months", day)):
        message = "La formation au CFA débute plus de 3 mois après le contrat."
        return [finding("DUR-07", day, message)]
    if dates.start > add_months(course, limit("DUR-08", "max_months", day)):
        message = (
            "Le contrat débute plus de 3 mois après le cours : le texte l'admet pour un jeune "
            "qui suivait le cours sous un autre statut, l'outil de l'État le refuse. "
            "Demandez au CFA et à l'OPCO."
        )
        return [finding("DUR-08", day, message)]
    return []


def _check_end(dates: ContractDates, day: date) -> list[Finding]:
    if dates.last_exam is None or dates.end is None or dates.open_ended:
        return []
    if dates.end < dates.last_exam:
        message = "Le contrat finit avant le dernier examen : l'outil de l'État le refuse."
        return [finding("DUR-09", day, message)]
    if dates.end > add_months(dates.last_exam, limit("DUR-09", "max_months_control", day)):
        message = "Le contrat finit plus de 3 mois après le dernier examen : l'outil le refuse."
        return [finding("DUR-09", day, message)]
    if dates.end > add_months(dates.last_exam, limit("DUR-09", "max_months_text", day)):
        message = "Le contrat finit plus de 2 mois après le dernier examen : à justifier."
        return [finding("DUR-09", day, message)]
    return []


def check_training_share(
    kind: ContractKind, day: date, *, training_hours: int, contract_hours: int
) -> list[Finding]:
    """Share of the training in the working time of the contract (DUR-10, PRO-04).

    The texts of the dossier say "total duration" and give no leave to take off: a share that is short by little is for
    a person to judge, and the message says how the hours were counted.
    """
    if contract_hours <= 0:
        raise ValueError("a contract has working hours")
    if kind is ContractKind.APPRENTICESHIP:
        if not in_force("DUR-10", day):
            return []
        share = limit("DUR-10", "min_share", day)
        if training_hours * 100 >= share * contract_hours:
            return []
        message = (
            f"{training_hours} h de formation : moins de {share} % de la durée du contrat, "
            "comptée congés compris. Congés déduits, la part est plus haute : vérifiez avec le CFA."
        )
        return [finding("DUR-10", day, message)]
    found: list[Finding] = []
    hours, low = limit("PRO-04", "min_hours", day), limit("PRO-04", "min_share", day)
    high = limit("PRO-04", "max_share", day)
    if training_hours < hours:
        message = f"{training_hours} h de formation : il en faut {hours} au moins."
        found.append(finding("PRO-04", day, message))
    if not low * contract_hours <= training_hours * 100 <= high * contract_hours:
        message = f"La formation doit couvrir {low} à {high} % de la durée (congés compris), sauf accord de branche."
        found.append(finding("PRO-04", day, message))
    return found


def check_weekly_hours(
    minutes: int, day: date, *, part_time_allowed: bool = False
) -> list[Finding]:
    """Weekly minutes of work: full time, 40 hours at most on the form (DUR-11).

    ``part_time_allowed`` is for disabled persons and high-level athletes.
    """
    usual, top = limit("DUR-11", "default_hours", day), limit("DUR-11", "max_hours", day)
    if minutes > top * 60:
        return [finding("DUR-11", day, f"Plus de {top} h par semaine : le formulaire le refuse.")]
    if minutes < usual * 60 and not part_time_allowed:
        message = f"Moins de {usual} h : le temps plein est la règle, hors handicap et sport."
        return [finding("DUR-11", day, message)]
    return []
