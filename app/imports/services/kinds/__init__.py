"""One file a kind of row."""

from __future__ import annotations

from collections.abc import Mapping

from app.imports.models import ImportKind
from app.imports.services.kinds.base import Examined, Handler
from app.imports.services.kinds.companies import CompanyRows
from app.imports.services.kinds.openings import OpeningRows
from app.imports.services.kinds.organisations import OrganisationRows
from app.imports.services.kinds.sessions import SessionRows
from app.imports.services.kinds.youth import YouthRows
from app.policy.actor import OrganisationKind

HANDLERS: Mapping[ImportKind, Handler] = {
    ImportKind.YOUTH: YouthRows(),
    ImportKind.SESSIONS: SessionRows(),
    ImportKind.OPENINGS: OpeningRows(),
    ImportKind.COMPANIES: CompanyRows(),
    ImportKind.TRAINING_CENTRES: OrganisationRows(OrganisationKind.TRAINING_CENTRE),
    ImportKind.LOCAL_MISSIONS: OrganisationRows(OrganisationKind.LOCAL_MISSION),
}

__all__ = ["HANDLERS", "Examined", "Handler"]
