"""The parts of a file that are saved alone, and the token that tells whether one has moved.

A section's token is a digest of its values. The page carries it; the verb compares. A token per section, rather than
the row's version, lets two sections of one page be saved one after the other, or by two colleagues at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from app.youth.models import LegalRepresentative, Youth

SECTION_FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "identity": (
            "given_name",
            "family_name",
            "usage_name",
            "birth_date",
            "email",
            "phone",
            "address",
            "commune_code",
            "is_emancipated",
        ),
        "schooling": ("level", "aimed_level", "last_class", "lower_secondary_completed"),
        "mobility": (
            "travel_means",
            "radius_km",
            "minutes",
            "driving_licence_b",
            "boarding_accepted",
        ),
        "availability": (
            "available_from",
            "available_until",
            "wants_apprenticeship",
            "wants_professionalisation",
            "own_words",
        ),
        "representative": ("name", "relationship_label", "email", "phone"),
    }
)


def section_values(row: Youth | LegalRepresentative | None, section: str) -> dict[str, Any]:
    """The stored values of a section, by field name; all None when there is no row yet."""
    return {name: getattr(row, name, None) for name in SECTION_FIELDS[section]}


def section_token(values: Mapping[str, Any]) -> str:
    """Sixteen hexadecimal digits that change when a value does."""
    text = "\x1f".join(f"{name}={values[name]!s}" for name in sorted(values))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def section_now(db_session: Session, youth_id: int, section: str) -> dict[str, Any]:
    """The section's values as they are stored now: one statement."""
    row: Youth | LegalRepresentative | None
    if section == "representative":
        row = db_session.get(LegalRepresentative, youth_id, populate_existing=True)
    else:
        row = db_session.get(Youth, youth_id, populate_existing=True)
    return section_values(row, section)
