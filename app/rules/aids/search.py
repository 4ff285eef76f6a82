"""Which aids a contract may receive, and how much at most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from app.rules.aids.case import AidCase, judge
from app.rules.aids.tables import AidRow, DayBasis, Family, Side, aid_table
from app.rules.law import Mark, ToConfirm

_STATE_FAMILIES = (Family.SINGLE, Family.EXCEPTIONAL, Family.HORIZON, Family.GAP)


@dataclass(frozen=True, slots=True)
class AidLine:
    """One aid to show. ``amount`` is euros at most for the first year (negative for a cost),
    None when ``text`` states a formula, or ``ToConfirm`` when no figure may be printed.
    """

    row: AidRow
    amount: Decimal | ToConfirm | None
    text: str

    @property
    def aid_id(self) -> str:
        """The id to print beside the amount, with the date of the table."""
        return self.row.aid_id

    @property
    def is_to_confirm(self) -> bool:
        """Whether the screen must say "à confirmer"."""
        return isinstance(self.amount, ToConfirm)


@dataclass(frozen=True, slots=True)
class AidReport:
    """The lines, the sentence that must go with them, and the date of the table."""

    lines: tuple[AidLine, ...]
    sentence: str
    table_date: date

    @property
    def state_lines(self) -> tuple[AidLine, ...]:
        """The State's aid to employers: single, exceptional, their absence or their unknown."""
        return tuple(line for line in self.lines if line.row.family in _STATE_FAMILIES)

    @property
    def state_amount(self) -> Decimal | ToConfirm:
        """State aid of the first year at most, in euros; zero when a row or no row says none."""
        lines = sorted(self.state_lines, key=lambda line: _STATE_FAMILIES.index(line.row.family))
        known = [line.amount for line in lines if isinstance(line.amount, Decimal)]
        unknown = [line.amount for line in lines if isinstance(line.amount, ToConfirm)]
        if any(amount > 0 for amount in known):
            return max(known)
        return unknown[0] if unknown else Decimal(0)


def employer_aids(case: AidCase) -> AidReport:
    """Aids (and costs) of the employer for one contract."""
    return _report(_exclusive(_lines(case, Side.EMPLOYER), case))


def youth_aids(case: AidCase) -> AidReport:
    """Aids of the youth before and during the contract."""
    return _report(_lines(case, Side.YOUTH))


def training_centre_aids(case: AidCase) -> AidReport:
    """What the CFA may receive for this contract."""
    return _report(_lines(case, Side.TRAINING_CENTRE))


def _report(lines: Sequence[AidLine]) -> AidReport:
    table = aid_table()
    return AidReport(tuple(lines), table.sentence, table.compiled)


def _lines(case: AidCase, side: Side) -> list[AidLine]:
    contracts = {case.kind.value, "both"} | ({"before"} if side is Side.YOUTH else set())
    lines: list[AidLine] = []
    for row in aid_table().rows:
        day = case.signed if row.day is DayBasis.CONCLUSION else case.start
        if row.side is side and row.contract in contracts and row.covers(day):
            line = _line(row, case, day)
            if line is not None:
                lines.append(line)
    return lines


def _line(row: AidRow, case: AidCase, day: date) -> AidLine | None:
    required = judge(row.requires, case, day)
    if required.holds is False:
        return None
    missing = required.missing
    for amount in row.amounts:
        verdict = judge(amount.when, case, day)
        if verdict.holds is False:
            continue
        missing = (*missing, *(name for name in verdict.missing if name not in missing))
        if missing:
            reason = "il manque : " + ", ".join(missing)
            return AidLine(row, ToConfirm(row.aid_id, reason, row.source), "montant selon le cas")
        return AidLine(row, _printable(row, amount.eur, case), amount.text)
    return None


def _printable(row: AidRow, eur: Decimal | None, case: AidCase) -> Decimal | ToConfirm | None:
    horizon = aid_table().horizon
    if case.start >= horizon and row.valid_to is None and eur is not None:
        reason = f"début à partir du {horizon:%d/%m/%Y}, règles non connues"
        return ToConfirm(row.aid_id, reason, row.source)
    if row.mark is Mark.UNVERIFIED and (eur is not None or row.family is Family.HORIZON):
        return ToConfirm(row.aid_id, "montant non vérifié", row.source)
    if row.family in (Family.SINGLE, Family.EXCEPTIONAL) and case.public_employer:
        return ToConfirm(row.aid_id, "employeur public", row.source)
    return eur


def _exclusive(lines: list[AidLine], case: AidCase) -> list[AidLine]:
    """Keep one of the two State aids of the first year: they are never added up."""
    single = next((line for line in lines if line.row.family is Family.SINGLE), None)
    other = next((line for line in lines if line.row.family is Family.EXCEPTIONAL), None)
    if single is None or other is None or not isinstance(single.amount, Decimal):
        return lines
    kept = [line for line in lines if line is not other]
    if single.amount == other.amount or not isinstance(other.amount, Decimal):
        return kept
    reason = "l'ordre de l'aide unique et de l'aide exceptionnelle n'est pas vérifié"
    doubt = replace(single, amount=ToConfirm(single.aid_id, reason, single.row.source))
    return [doubt if line is single else line for line in kept]
