"""A sheet as data, for a file: what this reader sees and nothing else; the NIR never leaves this way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from app.contracts.queries.riders import RiderVersion
from app.contracts.queries.sheet import SheetPage
from app.rules.law import Finding, ToConfirm


def as_data(
    page: SheetPage, riders: Sequence[RiderVersion], *, made_on: date, export_id: int
) -> dict[str, Any]:
    """The sheet as JSON data: labels and values, what is missing, controls, pay, aids, papers, deadlines, riders."""
    return {
        "export": export_id,
        "fait_le": made_on.isoformat(),
        "proposition": page.placement_id,
        "formulaire": {
            "nom": page.version.form.value if page.version else None,
            "version": page.version.number if page.version else None,
            "marque": page.version.mark.value if page.version else None,
        },
        "etat": page.state.value,
        "champs": {
            section: {
                row.field.field_id: {"libelle": row.field.label, "valeur": row.value}
                for row in rows
            }
            for section, rows in page.sections.items()
        },
        "manque": {one.label: [field.field_id for field in one.fields] for one in page.missing},
        "controles": [_finding(one) for one in page.findings],
        "derogation": page.derogation or None,
        "paie": [
            {
                "du": one.start.isoformat(),
                "au": one.end.isoformat(),
                "annee": one.contract_year,
                "pourcentage": str(one.pct),
                "base": one.base,
                "brut_mensuel": str(one.amount),
                "provisoire": one.provisional,
                "ligne": one.pay_id,
            }
            for one in (page.estimate.pay.periods if page.estimate else ())
        ],
        "aides": [
            {
                "ligne": one.aid_id,
                "libelle": one.row.label,
                "au_plus": amount(one.amount),
                "texte": one.text,
            }
            for one in (page.estimate.aids.lines if page.estimate else ())
        ],
        "papiers": [one.label for one in page.papers],
        "signataires": [one.value for one in page.signatories],
        "depot": {
            "chez": page.recipient,
            "au_plus_tard": page.deadline.legal_day.isoformat(),
            "fait_le": _day(page.sheet.deposited_on if page.sheet else None),
            "numero": page.sheet.deposit_number if page.sheet else None,
        },
        "avenants": [_rider(one) for one in riders],
    }


def amount(value: Decimal | ToConfirm | None) -> str | None:
    """Euros as text, or the words "à confirmer"."""
    return None if value is None else str(value)


def _rider(one: RiderVersion) -> dict[str, Any]:
    rider = one.rider
    return {
        "version": one.version,
        "type": rider.rider_type,
        "libelle": one.label,
        "effet": rider.effect_on.isoformat(),
        "etat": rider.state.value,
        "signe_le": _day(rider.signed_on),
        "depose_le": _day(rider.deposited_on),
        "numero": rider.deposit_number,
        "changements": {
            change.field.field_id: {"avant": change.before, "apres": change.after}
            for change in one.changes
        },
    }


def _finding(one: Finding) -> dict[str, str]:
    return {
        "regle": one.rule_id,
        "niveau": one.level.value,
        "message": one.message,
        "texte": one.basis,
        "source": one.source,
        "marque": one.mark.value,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
