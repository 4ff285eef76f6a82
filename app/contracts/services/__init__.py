"""Verbs of contract sheets: fill, tell, seal the number, deposit, note the answer, renew, remind; and of riders."""

from app.contracts.services.declaration import renew_declaration
from app.contracts.services.deposit import note_decision, note_deposit
from app.contracts.services.filling import choose_kind, fill_part, tell_disability
from app.contracts.services.nir import read_nir, save_nir
from app.contracts.services.reminding import send_contract_reminder
from app.contracts.services.riders import (
    begin_rider,
    decide_rider,
    deposit_rider,
    drop_rider,
    fill_rider,
)

__all__ = [
    "begin_rider",
    "choose_kind",
    "decide_rider",
    "deposit_rider",
    "drop_rider",
    "fill_part",
    "fill_rider",
    "note_decision",
    "note_deposit",
    "read_nir",
    "renew_declaration",
    "save_nir",
    "send_contract_reminder",
    "tell_disability",
]
