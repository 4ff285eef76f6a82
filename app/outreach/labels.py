"""French words of the closed lists of this slice."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.openings.models import LeadKind, LeadState
from app.outreach.models import (
    CampaignChannel,
    ContractFocus,
    NextStep,
    Objection,
    TargetState,
    VisitKind,
)

KINDS: Mapping[VisitKind, str] = MappingProxyType(
    {
        VisitKind.VISIT: "Visite",
        VisitKind.CALL: "Appel",
        VisitKind.MEETING: "Rencontre",
        VisitKind.MAILING: "Courrier",
    }
)
OBJECTIONS: Mapping[Objection, str] = MappingProxyType(
    {
        Objection.NO_NEED: "Pas de besoin en ce moment",
        Objection.NO_TIME: "Pas le temps de former",
        Objection.NO_TUTOR: "Personne pour être maître d’apprentissage",
        Objection.TOO_SMALL: "Entreprise trop petite",
        Objection.COST: "Coût",
        Objection.PAPERWORK: "Démarches",
        Objection.RHYTHM: "Rythme de l’alternance",
        Objection.PAST_EXPERIENCE: "Une expérience passée",
        Objection.MINORS: "Règles pour les mineurs",
        Objection.SAFETY: "Machines, sécurité",
        Objection.ACTIVITY_DOWN: "Activité en baisse",
        Objection.OTHER: "Autre",
    }
)
STEPS: Mapping[NextStep, str] = MappingProxyType(
    {
        NextStep.NOTHING: "Rien de prévu",
        NextStep.CALL_BACK: "Rappeler",
        NextStep.VISIT_AGAIN: "Repasser",
        NextStep.SEND_PAPERS: "Envoyer des documents",
        NextStep.WRITE_OPENING: "Écrire l’offre",
        NextStep.PREPARE_CONTRACT: "Préparer le contrat",
    }
)
FOCUSES: Mapping[ContractFocus, str] = MappingProxyType(
    {
        ContractFocus.BOTH: "Les deux contrats",
        ContractFocus.APPRENTICESHIP: "Contrat d’apprentissage",
        ContractFocus.PROFESSIONALISATION: "Contrat de professionnalisation",
    }
)
CHANNELS: Mapping[CampaignChannel, str] = MappingProxyType(
    {CampaignChannel.LETTER: "Lettre à imprimer", CampaignChannel.MAIL: "Courriel"}
)
TARGET_STATES: Mapping[TargetState, str] = MappingProxyType(
    {
        TargetState.PREPARED: "À envoyer",
        TargetState.SENT: "Envoyé",
        TargetState.RETURNED: "Revenu",
        TargetState.OPPOSED: "S’oppose à la prospection",
        TargetState.ANSWERED: "A répondu",
        TargetState.OPENING_RAISED: "Une offre est née",
    }
)
NETWORKS: Mapping[str, str] = MappingProxyType(
    {
        "cci": "CCI",
        "cma": "Chambres de métiers",
        "agriculture": "Chambres d’agriculture",
        "opco": "OPCO",
    }
)
LEAD_KINDS: Mapping[LeadKind, str] = MappingProxyType(
    {
        LeadKind.COLLEAGUE_SEEKS: "Un confrère cherche un apprenti",
        LeadKind.EMPLOYER_WITHDREW: "L’employeur s’est retiré",
        LeadKind.EMPLOYER_SILENT: "L’employeur ne répond pas",
        LeadKind.CONTRACT_BROKEN: "Un contrat a été rompu",
    }
)
LEAD_STATES: Mapping[LeadState, str] = MappingProxyType(
    {
        LeadState.NEW: "À prendre",
        LeadState.TAKEN: "Prise",
        LeadState.DONE: "Faite",
        LeadState.DROPPED: "Sans suite",
    }
)
