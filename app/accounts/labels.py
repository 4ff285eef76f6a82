"""French words for kinds, roles and states, and which roles an organisation of each kind has."""

from __future__ import annotations

from collections.abc import Mapping

from app.accounts.models import OrganisationStatus
from app.policy.actor import OrganisationKind, Role

K, R = OrganisationKind, Role

KINDS: Mapping[OrganisationKind, str] = {
    K.LOCAL_MISSION: "Mission locale",
    K.PAIO_OFFICE: "PAIO (historique)",
    K.CAP_EMPLOI: "Cap emploi",
    K.TRAINING_CENTRE: "CFA",
    K.POINT_A: "Point A",
    K.COMPANY: "Entreprise",
    K.FIELD_NETWORK: "Réseau de développeurs",
    K.REGIONAL_COORDINATION: "Coordination régionale",
    K.PLATFORM: "Plateforme",
}
ROLES: Mapping[Role, str] = {
    R.ADVISER: "Accompagnement des jeunes",
    R.MANAGER: "Responsable d’équipe",
    R.DISABILITY_REFERENT: "Référence handicap",
    R.POINT_A_OFFICER: "Équipe du point A",
    R.CFA_OFFICER: "Équipe du CFA",
    R.EMPLOYER: "Employeur",
    R.FIELD_AGENT: "Développement auprès des entreprises",
    R.REGIONAL_COORDINATOR: "Coordination régionale",
    R.REGIONAL_CORRESPONDENT: "Correspondance régionale",
    R.DATA_PROTECTION_OFFICER: "Protection des données",
    R.ORGANISATION_ADMIN: "Administration de l’organisation",
    R.PLATFORM_ADMIN: "Administration de la plateforme",
}
STATUSES: Mapping[OrganisationStatus, str] = {
    OrganisationStatus.TO_CHECK: "À vérifier",
    OrganisationStatus.ACTIVE: "Active",
    OrganisationStatus.CLOSED: "Fermée",
}

_HOUSE = (R.ORGANISATION_ADMIN, R.DATA_PROTECTION_OFFICER)
_ADVISING = (R.ADVISER, R.MANAGER, R.DISABILITY_REFERENT, *_HOUSE)
ROLES_OF: Mapping[OrganisationKind, tuple[Role, ...]] = {
    K.LOCAL_MISSION: _ADVISING,
    K.PAIO_OFFICE: _ADVISING,
    K.CAP_EMPLOI: _ADVISING,
    K.TRAINING_CENTRE: (R.CFA_OFFICER, *_HOUSE),
    K.POINT_A: (R.POINT_A_OFFICER, *_HOUSE),
    K.COMPANY: (R.EMPLOYER, R.ORGANISATION_ADMIN),
    K.FIELD_NETWORK: (R.FIELD_AGENT, *_HOUSE),
    K.REGIONAL_COORDINATION: (R.REGIONAL_COORDINATOR, R.REGIONAL_CORRESPONDENT, *_HOUSE),
    K.PLATFORM: (R.PLATFORM_ADMIN, R.DATA_PROTECTION_OFFICER),
}


def admin_role(kind: OrganisationKind) -> Role:
    """The role that manages the members of an organisation of this kind: one person at least holds it."""
    return R.PLATFORM_ADMIN if kind is K.PLATFORM else R.ORGANISATION_ADMIN
