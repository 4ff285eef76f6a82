"""Verbs on openings: positions, the openings themselves, companies."""

from app.openings.queries.company import find_company
from app.openings.services.approvals import approval_opening, approve_opening, ask_approval
from app.openings.services.checks import OpeningDetails
from app.openings.services.companies import (
    CompanyDetails,
    add_company,
    create_company,
    edit_company,
)
from app.openings.services.establishments import (
    EstablishmentDetails,
    add_establishment,
    close_establishment,
    refuse_closed,
)
from app.openings.services.leads import raise_lead
from app.openings.services.lifetime import close_opening, remind_expiry, renew_opening
from app.openings.services.merging import merge_companies, say_different, undo_merge
from app.openings.services.openings import (
    create_opening,
    duplicate_opening,
    edit_opening,
    move_opening,
)
from app.openings.services.positions import (
    NoPositionLeft,
    extend_position,
    hold_position,
    release_position,
    take_position,
)
from app.openings.services.registry import RegistryReport, load_registry

__all__ = [
    "CompanyDetails",
    "EstablishmentDetails",
    "NoPositionLeft",
    "OpeningDetails",
    "RegistryReport",
    "add_company",
    "add_establishment",
    "approval_opening",
    "approve_opening",
    "ask_approval",
    "close_establishment",
    "close_opening",
    "create_company",
    "create_opening",
    "duplicate_opening",
    "edit_company",
    "edit_opening",
    "extend_position",
    "find_company",
    "hold_position",
    "load_registry",
    "merge_companies",
    "move_opening",
    "raise_lead",
    "refuse_closed",
    "release_position",
    "remind_expiry",
    "renew_opening",
    "say_different",
    "take_position",
    "undo_merge",
]
