"""French words of the rights pages: stages, purposes, pages, lists that left the portal."""

from __future__ import annotations

from typing import Any

from app.core.access import AccessPurpose, ExportFormat
from app.youth.labels import FIELDS

STAGES = {
    "S1": "Profil sans nom",
    "S2": "Prénom et initiale du nom",
    "S3": "Nom, téléphone, mineur ou majeur",
    "S4": "Identité, date de naissance, représentant légal : pour préparer le contrat",
    "S5": "Ce que le contrat signé demande",
}
CHANNELS = {
    "in_person": "en face à face",
    "phone": "par téléphone",
    "paper": "sur papier",
    "link": "par le lien",
    "told": "dit au conseiller",
}
PURPOSES = {
    AccessPurpose.FOLLOW_UP: "pour l’accompagnement",
    AccessPurpose.PLACEMENT: "pour une proposition",
    AccessPurpose.ADMISSION: "pour une admission",
    AccessPurpose.HIRING: "pour un recrutement",
    AccessPurpose.EXPORT: "pour une liste sortie du portail",
    AccessPurpose.RIGHTS: "pour répondre à une demande sur les données",
}
PAGES = {
    "contracts.list": "contrats à préparer",
    "contracts.sheet": "fiche du contrat",
    "placements.immersion_request": "demande d’immersion",
    "home": "page d’accueil",
    "imports.show": "import d’un fichier",
    "placements.list_placements": "liste des propositions",
    "placements.answer_together": "réponse à plusieurs propositions",
    "placements.show": "proposition",
    "placements.without_employer_page": "admis sans employeur",
    "triples": "contrats possibles",
    "why_not": "pourquoi pas ce contrat",
    "event": "opération de promotion",
    "event_door": "accueil d’une opération",
    "event_invite": "invitation de jeunes à une opération",
    "event_timetable": "planning d’une opération",
    "mails": "courriels envoyés",
    "placements.thread": "messages d’une proposition",
    "plan_morning": "propositions du plan régional",
    "youth.create": "recherche de doublon",
    "youth.disability": "rubrique handicap",
    "youth.history": "historique du dossier",
    "youth.list_youth": "liste des jeunes",
    "youth.show": "dossier",
    "privacy.representative": "page du représentant légal",
    "privacy.file": "données et accords",
    "privacy.export": "copie du dossier",
    "privacy.erasures": "demandes d’effacement",
}
FORMATS = {
    ExportFormat.CSV: "fichier CSV",
    ExportFormat.XLSX: "classeur",
    ExportFormat.PDF: "PDF",
    ExportFormat.PRINT: "page imprimée",
    ExportFormat.JSON: "fichier JSON",
}
EXPORTS = {
    "contracts.sheet": "Fiche d’un contrat",
    "placements.immersion": "Demande d’immersion",
    "imports.given_back": "Lignes d’un import à corriger",
    "privacy.export": "Copie du dossier d’un jeune",
    "events.timetable": "Planning d’une opération",
    "youth.list": "Liste de jeunes",
    "placements.list": "Liste de propositions",
}
# Why a list of this kind leaves: one purpose a kind, so that nobody has to be believed.
EXPORT_REASONS = {
    "contracts.sheet": "préparer et déposer le contrat",
    "placements.immersion": "faire signer une immersion",
    "imports.given_back": "corriger des lignes refusées, puis les rapporter",
    "privacy.export": "remettre ses données au jeune qui les demande",
    "events.timetable": "accueillir les jeunes le jour de l’opération",
}


def page_words(code: str) -> str:
    """A page as a reader of the journal would call it."""
    return PAGES.get(code, "une page du portail")


def export_words(code: str) -> str:
    """A list that left the portal, in words."""
    return EXPORTS.get(code, "Liste nominative")


COLUMNS = {
    **FIELDS,
    "public_code": "Code montré aux partenaires",
    "typed": "Rempli sur la fiche du contrat",
    "nir_sealed": "Numéro de sécurité sociale (chiffré)",
    "disability_told_at": "Handicap dit à l’employeur le",
    "deposited_on": "Déposé le",
    "deposit_number": "Numéro de dépôt",
    "decided_on": "Réponse reçue le",
    "return_reason": "Raison du renvoi",
    "emptied_at": "Fiche vidée le",
    "organisation_id": "Structure",
    "adviser_id": "Conseiller",
    "status": "Statut",
    "live_placements": "Propositions en cours",
    "waiting_answers": "Réponses attendues du jeune",
    "last_proposed_at": "Dernière proposition",
    "last_contact_at": "Dernier contact",
    "created_at": "Ouvert le",
    "updated_at": "Modifié le",
    "is_demonstration": "Démonstration",
    "acknowledged_at": "Informé le",
    "rank": "Rang",
    "raw_text": "Mots du jeune",
    "line_text": "Ligne entière",
    "rome_code": "Métier (code ROME)",
    "confirmed_at": "Confirmé le",
    "confirmed_by": "Confirmé par",
    "title": "Intitulé",
    "obtained_on": "Obtenu le",
    "item": "Point",
    "is_done": "Fait",
    "marked_at": "Coché le",
    "marked_by": "Coché par",
    "kind": "Nature",
    "text_version": "Texte lu",
    "data_scope": "Ce qui est montré",
    "recipient_organisation_id": "À qui",
    "placement_id": "Proposition n°",
    "channel": "Donné comment",
    "given_at": "Le",
    "expires_on": "Jusqu’au",
    "recorded_by": "Noté par",
    "withdrawn_at": "Retiré le",
    "waits_for_representative": "Attend le représentant légal",
    "written_at": "Écrit le",
    "author_id": "Écrit par",
    "text": "Texte",
    "opening_id": "Offre n°",
    "session_id": "Session n°",
    "reason": "Motif",
    "until": "Jusqu’au",
    "stage": "Étape",
    "youth_leaf": "Réponse du jeune",
    "employer_leaf": "Réponse de l’employeur",
    "cfa_leaf": "Réponse du CFA",
    "suggested_at": "Proposé le",
    "suggested_by": "Proposé par",
    "suggested_by_organisation_id": "Structure qui propose",
    "answer": "Réponse",
    "words": "Mots",
    "given_by": "Donné par",
    "on_behalf": "Noté par le conseiller",
    "leaf": "Qui répond",
    "starts_at": "Début",
    "ends_at": "Fin",
    "place": "Lieu",
    "outcome": "Suite",
    "state": "État",
    "hold_until": "Retenu jusqu’au",
    "message": "Message",
    "recipient": "Destinataire",
    "subject": "Objet",
    "text_body": "Texte",
    "sent_at": "Parti le",
    "happened_at": "Le",
    "event": "Événement",
    "actor_user_id": "Par",
    "actor_organisation_id": "Pour",
    "recorded_for": "Noté pour",
    "refused_at": "Refus le",
    "user_id": "Qui",
    "read_at": "Lu le",
    "purpose": "Pourquoi",
    "page": "Page",
    "asked_at": "Demandé le",
    "due_on": "Prévu le",
    "done_at": "Fait le",
    "done_by": "Fait par",
    "details": "Détails",
    "from_state": "Avant",
    "to_state": "Après",
    "proof_seen_on": "Preuve vue le",
    "proof_seen_by": "Preuve vue par",
    "valid_until": "Valable jusqu’au",
    "agreed_at": "Accord du",
}


def column_words(code: str) -> str:
    """A column of the copy in words."""
    return COLUMNS.get(code, code.replace("_", " "))


def value_words(value: Any) -> str:
    """A value of the copy as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, dict):
        return ", ".join(f"{key} : {value_words(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(value_words(one) for one in value)
    return str(value)
