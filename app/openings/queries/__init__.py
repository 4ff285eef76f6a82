"""Reads of companies, openings and positions."""

from app.openings.queries.companies import company_list, company_page, find_company
from app.openings.queries.facts import company_facts, opening_facts
from app.openings.queries.lists import (
    OpeningFilters,
    opening_list,
    opening_page,
    visible_openings,
)
from app.openings.queries.positions import lapsed_positions, position_hold

__all__ = [
    "OpeningFilters",
    "company_facts",
    "company_list",
    "company_page",
    "find_company",
    "lapsed_positions",
    "opening_facts",
    "opening_list",
    "opening_page",
    "position_hold",
    "visible_openings",
]
