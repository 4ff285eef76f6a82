"""The two sides of the estate, by the names of the world's people and places."""

from __future__ import annotations

from dataclasses import dataclass

Ids = dict[str, int]


@dataclass(frozen=True, slots=True)
class Side:
    """Who stands on one side; `helper` proposes the placement, `network` writes letters and visits."""

    is_own: bool
    adviser: str
    mission: str
    cfa: str
    company: str
    partner: str
    agent: str
    helper: str
    coordinator: str
    region_code: str
    commune: str
    departement: str
    siret: str


OWN = Side(
    is_own=True,
    adviser="adviser",
    mission="mission",
    cfa="cfa",
    company="employer",
    partner="point_a",
    agent="field_agent",
    helper="field_agent",
    coordinator="coordinator",
    region_code="53",
    commune="29232",
    departement="29",
    siret="13002526500013",
)
FOREIGN = Side(
    is_own=False,
    adviser="other_adviser",
    mission="other_mission",
    cfa="other_cfa",
    company="other_employer",
    partner="other_region",
    agent="other_field_agent",
    helper="other_adviser",
    coordinator="other_coordinator",
    region_code="52",
    commune="35238",
    departement="35",
    siret="13002526500021",
)
