"""Verbs on openings: positions, the openings themselves, companies."""

from app.openings.queries.companies import find_company
from app.openings.services.companies import (
    CompanyDetails,
    add_company,
    create_company,
    edit_company,
)
from app.openings.services.leads import raise_lead
from app.openings.services.openings import (
    OpeningDetails,
    create_opening,
    duplicate_opening,
    edit_opening,
    move_opening,
)
from app.openings.services.positions import (
    NoPositionLeft,
    hold_position,
    release_position,
    take_position,
)

__all__ = [
    "CompanyDetails",
    "NoPositionLeft",
    "OpeningDetails",
    "add_company",
    "create_company",
    "create_opening",
    "duplicate_opening",
    "edit_company",
    "edit_opening",
    "find_company",
    "hold_position",
    "move_opening",
    "raise_lead",
    "release_position",
    "take_position",
]
