"""Minimum pay of both contracts: grids by day of conclusion, SMIC by day of pay."""

from app.rules.pay.case import Extension, ExtensionKind, PayCase, Qualification
from app.rules.pay.money import (
    check_gross,
    employee_exempt_share,
    euros,
    in_kind_deduction_cap,
)
from app.rules.pay.period import PayPeriod
from app.rules.pay.rates import BandChange, band_changes, contract_year, pay_age
from app.rules.pay.schedule import PaySchedule, minimum_pay, pay_schedule
from app.rules.pay.tables import (
    Grid,
    PayRow,
    SmicRow,
    Territory,
    building_idccs,
    is_provisional,
    pay_row,
    pay_rows,
    smic_on,
    smic_rows,
)

__all__ = [
    "BandChange",
    "Extension",
    "ExtensionKind",
    "Grid",
    "PayCase",
    "PayPeriod",
    "PayRow",
    "PaySchedule",
    "Qualification",
    "SmicRow",
    "Territory",
    "band_changes",
    "building_idccs",
    "check_gross",
    "contract_year",
    "employee_exempt_share",
    "euros",
    "in_kind_deduction_cap",
    "is_provisional",
    "minimum_pay",
    "pay_age",
    "pay_row",
    "pay_rows",
    "pay_schedule",
    "smic_on",
    "smic_rows",
]
