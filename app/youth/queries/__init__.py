"""Reads of youth files."""

from __future__ import annotations

from app.youth.queries.departures import files_held, files_of_colleagues
from app.youth.queries.duplicates import (
    PersonName,
    PossibleDuplicate,
    possible_duplicates,
    same_person,
)
from app.youth.queries.facts import (
    facts_for,
    listed_condition,
    live_consent,
    may_name,
    visible_youth,
    youth_facts,
)
from app.youth.queries.file import (
    SharedFile,
    YouthFile,
    disability_of,
    near_trades,
    shared_file,
    youth_file,
)
from app.youth.queries.history import history_of, readings_of
from app.youth.queries.portfolio import (
    SORTS,
    Filters,
    ListedYouth,
    list_youth,
    ready_without_proposal,
    to_do_condition,
)
from app.youth.queries.sections import (
    SECTION_FIELDS,
    section_now,
    section_token,
    section_values,
)

__all__ = [
    "SECTION_FIELDS",
    "SORTS",
    "Filters",
    "ListedYouth",
    "PersonName",
    "PossibleDuplicate",
    "SharedFile",
    "YouthFile",
    "disability_of",
    "facts_for",
    "files_held",
    "files_of_colleagues",
    "history_of",
    "list_youth",
    "listed_condition",
    "live_consent",
    "may_name",
    "near_trades",
    "possible_duplicates",
    "readings_of",
    "ready_without_proposal",
    "same_person",
    "section_now",
    "section_token",
    "section_values",
    "shared_file",
    "to_do_condition",
    "visible_youth",
    "youth_facts",
    "youth_file",
]
