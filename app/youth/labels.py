"""French words of the youth's file: one place for what screens call each value."""

from __future__ import annotations

from app.youth.models import ReadinessItem, TravelMeans, YesNoUnknown, YouthStatus

STATUS = {
    YouthStatus.SPOTTED: "Repéré",
    YouthStatus.CONTACTED: "Rencontré",
    YouthStatus.PREPARING: "En préparation",
    YouthStatus.READY: "Prêt pour l’alternance",
    YouthStatus.PLACED: "En contrat",
    YouthStatus.PAUSED: "En pause",
    YouthStatus.WITHDRAWN: "Ne souhaite plus",
    YouthStatus.LOST_CONTACT: "Plus de contact",
    YouthStatus.TRANSFERRED: "Suivi ailleurs",
}
YES_NO = {
    YesNoUnknown.YES: "Oui",
    YesNoUnknown.NO: "Non",
    YesNoUnknown.UNKNOWN: "On ne sait pas",
}
TRAVEL = {
    TravelMeans.PUBLIC_TRANSPORT: "Transports en commun",
    TravelMeans.ON_FOOT: "À pied",
    TravelMeans.BICYCLE: "Vélo",
    TravelMeans.MOPED: "Scooter ou voiturette",
    TravelMeans.CAR: "Voiture",
    TravelMeans.LIFT: "Accompagné en voiture",
}
READINESS = {
    ReadinessItem.CV: "Le CV est à jour",
    ReadinessItem.PHONE: "Le jeune répond au téléphone",
    ReadinessItem.IDENTITY_PAPER: "La pièce d’identité est valable",
    ReadinessItem.WORK_PERMIT_CHECKED: "Le droit de travailler est vérifié",
    ReadinessItem.TIMETABLE_KNOWN: "Les horaires du métier sont connus",
    ReadinessItem.TRANSPORT_CHECKED: "Le trajet a été regardé ensemble",
    ReadinessItem.EQUIPMENT: "La tenue ou les outils sont prévus",
    ReadinessItem.REPRESENTATIVE_KNOWN: "Le représentant légal est connu (mineur)",
}
LEVELS = {
    1: "Aucun diplôme",
    2: "Fin de collège (brevet ou non)",
    3: "Niveau 3 : CAP, BEP",
    4: "Niveau 4 : baccalauréat, BP",
    5: "Niveau 5 : BTS, DUT",
    6: "Niveau 6 : licence, BUT",
    7: "Niveau 7 : master, ingénieur",
    8: "Niveau 8 : doctorat",
}
CHANNELS = {
    "in_person": "En face à face",
    "phone": "Par téléphone",
    "paper": "Sur papier signé",
    "link": "Par un lien",
}
FIELDS = {
    "given_name": "Prénom",
    "family_name": "Nom de naissance",
    "usage_name": "Nom d’usage",
    "birth_date": "Date de naissance",
    "email": "Adresse électronique",
    "phone": "Téléphone",
    "address": "Adresse",
    "commune_code": "Commune",
    "is_emancipated": "Mineur émancipé",
    "level": "Niveau atteint",
    "aimed_level": "Niveau visé",
    "last_class": "Dernière classe",
    "lower_secondary_completed": "Classe de 3e terminée",
    "travel_means": "Moyen de transport",
    "radius_km": "Distance acceptée",
    "minutes": "Trajet accepté",
    "driving_licence_b": "Permis B",
    "boarding_accepted": "Internat accepté",
    "available_from": "Disponible à partir du",
    "available_until": "Jusqu’au",
    "wants_apprenticeship": "Contrat d’apprentissage",
    "wants_professionalisation": "Contrat de professionnalisation",
    "own_words": "Mots choisis par le jeune",
    "name": "Nom du représentant",
    "relationship_label": "Lien avec le jeune",
}
EVENTS = {
    "youth_registered": "Dossier ouvert",
    "identity_changed": "Identité ou coordonnées corrigées",
    "schooling_changed": "Parcours scolaire modifié",
    "mobility_changed": "Mobilité modifiée",
    "availability_changed": "Disponibilité modifiée",
    "readiness_marked": "Liste « prêt pour l’alternance » cochée",
    "wishes_changed": "Souhaits remplacés",
    "wish_added": "Souhait ajouté",
    "wish_confirmed": "Métier confirmé",
    "wish_unconfirmed": "Métier à préciser de nouveau",
    "wish_removed": "Souhait retiré",
    "wishes_reordered": "Ordre des souhaits changé",
    "listing_agreed": "Accord du jeune pour être proposé sans son nom",
    "consent_withdrawn": "Accords retirés",
    "reveal_granted": "Nom donné à une structure",
    "reveal_waits": "Nom accordé à une structure ; le représentant légal doit d’abord être informé",
    "representative_recorded": "Représentant légal noté",
    "representative_informed": "Représentant légal informé",
    "representative_not_informed": "Information du représentant légal annulée",
    "restricted_section_changed": "Rubrique réservée modifiée",
    "status_changed": "Statut changé",
    "placed": "Contrat signé",
    "matchable_again": "De nouveau en recherche",
    "reassigned": "Conseiller changé",
    "note_written": "Note écrite",
    "contact_noted": "Contact noté",
}
PURPOSES = {
    "follow_up": "Accompagnement",
    "placement": "Proposition",
    "admission": "Admission",
    "hiring": "Recrutement",
    "export": "Export",
    "rights": "Droits du jeune",
}
