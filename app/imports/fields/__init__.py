"""What each kind of file holds: its fields, how a header is recognised, how a cell is read. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from app.imports.fields.base import BadCell, Field, Kind, ParsedRow, Read, parse_row
from app.imports.fields.companies import COMPANIES
from app.imports.fields.headers import recognise, recognise_table, sensitive_columns
from app.imports.fields.openings import OPENINGS
from app.imports.fields.organisations import LOCAL_MISSIONS, TRAINING_CENTRES
from app.imports.fields.sessions import SESSIONS
from app.imports.fields.youth import YOUTH
from app.imports.models import ImportKind

KINDS: Mapping[ImportKind, Kind] = {
    ImportKind.YOUTH: YOUTH,
    ImportKind.SESSIONS: SESSIONS,
    ImportKind.OPENINGS: OPENINGS,
    ImportKind.COMPANIES: COMPANIES,
    ImportKind.TRAINING_CENTRES: TRAINING_CENTRES,
    ImportKind.LOCAL_MISSIONS: LOCAL_MISSIONS,
}

__all__ = [
    "KINDS",
    "BadCell",
    "Field",
    "Kind",
    "ParsedRow",
    "Read",
    "parse_row",
    "recognise",
    "recognise_table",
    "sensitive_columns",
]
