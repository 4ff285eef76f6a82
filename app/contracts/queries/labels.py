"""Values of a sheet in French words, and the names of its sections."""

from __future__ import annotations

from datetime import date

from app.rules.contract_sheet import FieldKind, field_form
from app.rules.law import ContractKind

SECTIONS = {
    "employer": "L’employeur",
    "apprentice": "L’apprenti",
    "employee": "Le salarié",
    "representative": "Le représentant légal",
    "tutor": "La personne qui forme",
    "contract": "Le contrat",
    "training": "La formation",
    "bottom": "Au moment de signer",
}


def shown_value(field_id: str, raw: str, kind: ContractKind = ContractKind.APPRENTICESHIP) -> str:
    """One value as the reader meets it."""
    form = field_form(field_id, is_professionalisation=kind is ContractKind.PROFESSIONALISATION)
    if form.choices is not None:
        return form.choices.get(raw, raw)
    if form.kind is FieldKind.ANSWER:
        return {"yes": "oui", "no": "non"}.get(raw, raw)
    if form.kind is FieldKind.DAY:
        try:
            return f"{date.fromisoformat(raw):%d/%m/%Y}"
        except ValueError:
            return raw
    if form.kind is FieldKind.AMOUNT:
        return f"{raw.replace('.', ',')}\u00a0€"
    return raw
