"""Reads of companies, openings and positions."""

from app.openings.queries.companies import CompanyFilters, company_list, visible_companies
from app.openings.queries.company import (
    company_page,
    establishments_of,
    find_company,
    record_of_siren,
)
from app.openings.queries.duplicates import duplicate_pairs, merges_of, pairs_of
from app.openings.queries.facts import company_facts, opening_facts
from app.openings.queries.lists import (
    OpeningFilters,
    opening_list,
    opening_page,
    visible_openings,
)
from app.openings.queries.positions import lapsed_positions, position_hold
from app.openings.queries.records import (
    is_known_school,
    record_ids,
    record_key,
    record_members,
    record_of,
)
from app.openings.queries.sectors import (
    hiring_shares,
    is_marked_short,
    own_trades,
    tense_activities,
    tense_trades,
)

__all__ = [
    "CompanyFilters",
    "OpeningFilters",
    "company_facts",
    "company_list",
    "company_page",
    "duplicate_pairs",
    "establishments_of",
    "find_company",
    "hiring_shares",
    "is_known_school",
    "is_marked_short",
    "lapsed_positions",
    "merges_of",
    "opening_facts",
    "opening_list",
    "opening_page",
    "own_trades",
    "pairs_of",
    "position_hold",
    "record_ids",
    "record_key",
    "record_members",
    "record_of",
    "record_of_siren",
    "tense_activities",
    "tense_trades",
    "visible_companies",
    "visible_openings",
]
