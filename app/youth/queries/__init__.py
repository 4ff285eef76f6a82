"""Reads of youth files."""

from __future__ import annotations

from app.youth.queries.facts import (
    facts_for,
    listed_condition,
    live_consent,
    may_name,
    visible_youth,
    youth_facts,
)

__all__ = [
    "facts_for",
    "listed_condition",
    "live_consent",
    "may_name",
    "visible_youth",
    "youth_facts",
]
