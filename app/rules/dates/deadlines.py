"""Days by which a paper must leave or an answer must come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from app.rules.dates.arithmetic import ONE_DAY, add_months, add_working_days, reminder_friday
from app.rules.law import ContractKind, ToConfirm, limit

AID_ALERT_HALF_MONTHS = (8, 10, 11)


@dataclass(frozen=True, slots=True)
class DepositDeadline:
    """When the contract must reach the OPCO (the DDETS for a public employer).

    ``legal_day`` is the day to show; ``other_reading`` the later day when the text can be read in
    two ways; ``reminder_day`` an office day, the Friday before; ``late_from`` the first late day.
    """

    rule_id: str
    legal_day: date
    reminder_day: date
    other_reading: date | None = None

    @property
    def late_from(self) -> date:
        """The day after the legal day."""
        return self.legal_day + ONE_DAY


def deposit_deadline(start: date, kind: ContractKind, department: str = "") -> DepositDeadline:
    """Deposit within five days of the start of execution, which is not counted.

    Apprenticeship: five *jours ouvrables* (D6224-1, EMP-02). Contrat de professionnalisation: "5
    days" (D6325-1, PRO-08), so the earlier reading is the one shown and the other is kept.
    ``department`` is the INSEE code of the workplace, for its public holidays.
    """
    if kind is ContractKind.APPRENTICESHIP:
        count = limit("EMP-02", "deposit_days", start)
        legal = add_working_days(start, count, department)
        return DepositDeadline("EMP-02", legal, reminder_friday(legal, department))
    count = limit("PRO-08", "deposit_days", start)
    calendar_day = start + timedelta(days=count)
    working = add_working_days(start, count, department)
    return DepositDeadline(
        "PRO-08",
        calendar_day,
        reminder_friday(calendar_day, department),
        None if working == calendar_day else working,
    )


def rider_deposit_day(signed_on: date) -> date:
    """Last day to send a rider to the OPCO, as the public guide counts it (EMP-08, secondary source)."""
    return signed_on + timedelta(days=limit("EMP-08", "rider_deposit_days", signed_on))


def deposit_reminders(start: date, department: str = "") -> tuple[date, date, date]:
    """Reminders of the deposit: second and fourth working day, then the sixth (late)."""
    return (
        add_working_days(start, 2, department),
        add_working_days(start, 4, department),
        add_working_days(start, 6, department),
    )


def opco_answer_day(complete_file: date, kind: ContractKind) -> date:
    """Last day of the OPCO's twenty days from the complete file (EMP-03, PRO-08)."""
    rule = "EMP-03" if kind is ContractKind.APPRENTICESHIP else "PRO-08"
    return complete_file + timedelta(days=limit(rule, "decision_days", complete_file))


def aid_transmission_day(conclusion: date) -> date:
    """Last day to send the contract to the OPCO and keep the aid (EMP-04).

    Raises ``NoRuleInForce`` for a contract concluded before the rule.
    """
    return add_months(conclusion, limit("EMP-04", "max_months", conclusion))


def aid_transmission_alerts(conclusion: date) -> tuple[date, ...]:
    """Alerts at 4, 5 and 5½ months after conclusion (dossier, workflow.md table E)."""
    return tuple(
        add_months(conclusion, half // 2) + timedelta(days=15 * (half % 2))
        for half in AID_ALERT_HALF_MONTHS
    )


def pre_hire_window(start: date) -> tuple[date, date]:
    """First and last day of the DPAE: the eight days before hiring (EMP-01)."""
    return start - timedelta(days=limit("EMP-01", "days_before", start)), start - ONE_DAY


@dataclass(frozen=True, slots=True)
class ResignationDates:
    """Earliest days of the apprentice's resignation after the 45 days (TER-03)."""

    employer_informed_from: date
    effective_from: date
    mediator_answers_by: date


def resignation_dates(referral: date, informed: date | None = None) -> ResignationDates:
    """Dates from the referral to the mediator: +5 days to inform, then +7 days to leave.

    ``informed`` is the day the employer was really told; one earlier than allowed does not bring
    the effect forward. Source: L6222-18, D6222-21-1.
    """
    first = referral + timedelta(days=limit("TER-03", "wait_before_notice", referral))
    told = max(informed or first, first)
    return ResignationDates(
        first,
        told + timedelta(days=limit("TER-03", "wait_before_effect", referral)),
        referral + timedelta(days=limit("TER-03", "mediator_delay", referral)),
    )


def notice_after_diploma() -> ToConfirm:
    """Length of the notice when the diploma is obtained early: sources disagree (TER-04)."""
    return ToConfirm("TER-04", "préavis écrit d'un mois ou de deux selon les sources", "LBA-RUPT")


def aid_stops_on(contract_end: date) -> date:
    """First day without aid after the end of the contract (TER-07)."""
    return contract_end + ONE_DAY
