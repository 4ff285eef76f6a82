"""Verbs of contract sheets: fill, tell, seal the number, deposit, note the answer, remind."""

from app.contracts.services.deposit import note_decision, note_deposit
from app.contracts.services.filling import choose_kind, fill_part, tell_disability
from app.contracts.services.nir import read_nir, save_nir
from app.contracts.services.reminding import send_contract_reminder

__all__ = [
    "choose_kind",
    "fill_part",
    "note_decision",
    "note_deposit",
    "read_nir",
    "save_nir",
    "send_contract_reminder",
    "tell_disability",
]
