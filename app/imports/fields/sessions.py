"""Sessions of a CFA with the course they belong to."""

from __future__ import annotations

from datetime import date

from app.imports.fields import cells
from app.imports.fields.base import BadCell, Field, Kind, ParsedRow, Read
from app.rules.identifiers import (
    is_valid_cfd,
    is_valid_rncp,
    is_valid_rs,
    normalise_cfd,
    normalise_rncp,
)


def rncp(text: str) -> Read:
    """RNCP and its digits."""
    if is_valid_rs(text):
        raise BadCell("RNCP : un code RS ne se prépare pas en apprentissage.")
    if not is_valid_rncp(text):
        raise BadCell("RNCP : écrivez RNCP suivi de ses chiffres.")
    return Read(normalise_rncp(text))


def cfd(text: str) -> Read:
    """Eight characters."""
    if not is_valid_cfd(text):
        raise BadCell("Code diplôme : huit caractères sont attendus, comme 50022137.")
    return Read(normalise_cfd(text))


def check_session(row: ParsedRow, _today: date) -> None:
    """An end after the start; people enrolled may exceed the capacity: overbooking is shown."""
    start, end = row.values.get("starts_on"), row.values.get("ends_on")
    if start and end and end < start:
        row.problems["ends_on"] = "Fin : elle doit venir après le début."
    capacity, enrolled = row.values.get("capacity"), row.values.get("enrolled")
    if capacity is not None and enrolled is not None and enrolled > capacity:
        row.warnings["enrolled"] = (
            "Plus d’inscrits que de places : la session sera montrée complète."
        )


SESSIONS = Kind(
    title="Sessions de formation",
    fields=(
        Field(
            "title",
            "Formation",
            (
                "intitule de la formation",
                "diplome",
                "libelle formation",
                "libelle court formation",
                "intitule",
                "nom de la formation",
                "titre",
            ),
            cells.text_of(250, "Formation"),
            required=True,
            missing="Formation : l’intitulé manque.",
        ),
        Field(
            "starts_on",
            "Début",
            ("date de debut", "date debut", "date entree formation", "debut de session", "rentree"),
            cells.date_of("Début"),
            required=True,
            missing="Début : la date manque.",
        ),
        Field(
            "capacity",
            "Places",
            ("nombre de places", "capacite", "capacite d accueil", "places ouvertes"),
            cells.whole_of("Places", 0, 500),
            required=True,
            missing="Places : le nombre manque.",
        ),
        Field(
            "ends_on",
            "Fin",
            ("date de fin", "date fin", "date fin formation"),
            cells.date_of("Fin"),
        ),
        Field(
            "enrolled",
            "Inscrits",
            ("places prises", "nombre d inscrits", "effectif"),
            cells.whole_of("Inscrits", 0, 500),
        ),
        Field(
            "cfa",
            "CFA (UAI ou SIRET)",
            ("cfa", "uai", "siret", "uai du cfa", "etablissement formateur uai", "uai formateur"),
            cells.text_of(40, "CFA"),
        ),
        Field("rncp_code", "RNCP", ("code rncp", "formation rncp"), rncp),
        Field("cfd_code", "Code diplôme", ("cfd", "code formation diplome", "formation cfd"), cfd),
        Field(
            "level",
            "Niveau préparé",
            ("niveau", "niveau de sortie"),
            cells.whole_of("Niveau préparé", 3, 8),
        ),
        Field(
            "months",
            "Durée en mois",
            ("duree", "duree mois", "duree theorique formation mois"),
            cells.whole_of("Durée en mois", 1, 48),
        ),
        Field(
            "trade",
            "Métier (code ROME ou nom)",
            ("code rome", "rome", "metier", "metiers prepares"),
            cells.text_of(120, "Métier"),
        ),
        Field(
            "postal_code",
            "Code postal",
            ("cp", "code postal du site", "code postal lieu de formation"),
            cells.postal_code,
        ),
        Field(
            "city",
            "Commune",
            ("ville", "lieu", "site", "commune du site", "lieu de formation"),
            cells.text_of(80, "Commune"),
        ),
        Field(
            "boarding",
            "Places d’internat",
            ("internat", "nombre de places internat"),
            cells.whole_of("Places d’internat", 0, 500),
        ),
    ),
    check=check_session,
)
