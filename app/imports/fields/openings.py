"""Advertisements of job boards and lists of posts."""

from __future__ import annotations

import re
from datetime import date

from app.core.text import sort_key
from app.imports.fields import cells
from app.imports.fields.base import Field, Kind, ParsedRow, Read

WORK_STUDY = re.compile(
    r"\b(alternan(ce|te?s?)|apprenti(e|s|es)?|apprentissage|professionnalisation|contrat pro)\b"
)
PROFESSIONALISATION = re.compile(r"\b(professionnalisation|contrat pro|pro apprentissage)\b")
OTHER_CONTRACT = re.compile(
    r"\b(cdi|cdd|interim|stage|stagiaire|vie|saisonnier|freelance|benevolat)\b"
)
APPRENTICESHIP = re.compile(r"\b(alternan(ce|te?s?)|apprenti(e|s|es)?|apprentissage)\b")
# Words around the trade: what kind of contract, for whom, urgent or not.
AROUND_TRADE = re.compile(
    r"\b(alternan(?:ce|te?s?)|apprenti(?:ssage|e|s|es)?|en contrat|contrat|h\s?[/-]\s?f|f\s?[/-]\s?h|"
    r"m\s?[/-]\s?f|niveau\s+\w+|urgent)\b",
    re.IGNORECASE,
)


def clean_title(text: str) -> str:
    """The trade alone: "ALTERNANCE - Boucher F/H" → "Boucher".

    >>> clean_title("Conseiller Commercial Après-Vente en Alternance (H/F)")
    'Conseiller Commercial Après-Vente'
    """
    bare = AROUND_TRADE.sub(" ", text)
    bare = re.sub(r"\(\s*\)|\[\s*\]", " ", bare)
    bare = re.sub(r"\s+", " ", bare).strip(" -–|:,/")
    bare = re.sub(r"\s+(?:en|de|d’|d'|un|une)$", "", bare)
    return bare.strip(" -–|:,/") or text.strip()


def contract(text: str) -> Read:
    """A contract kind, folded; judged with the title and the text of the row."""
    return Read(sort_key(text)[:200])


def place_note(text: str) -> Read:
    """ "Yvelines (78)", "DR Ile-de-France": a département or region, kept as text."""
    return Read(" ".join(text.split())[:120])


def check_opening(row: ParsedRow, _today: date) -> None:
    """Only work-study is taken: the contract decides, then the title, then the first lines."""
    said = str(row.values.get("contract", ""))
    title = sort_key(str(row.values.get("title", "")))
    words = sort_key(str(row.values.get("description", ""))[:400])
    evidence = next((text for text in (said, title, words) if WORK_STUDY.search(text)), "")
    if (
        said
        and not WORK_STUDY.search(said)
        and not (WORK_STUDY.search(title) and not OTHER_CONTRACT.search(said))
    ):
        shown = said.upper() if len(said) <= 4 else said
        row.problems["contract"] = (
            f"Contrat « {shown} » : ce n’est ni un apprentissage ni un contrat de "
            "professionnalisation. Cette offre n’est pas importée."
        )
        return
    if not evidence:
        row.problems["contract"] = (
            "Rien ne dit que c’est une alternance : ajoutez le type de contrat, ou retirez la ligne."
        )
        return
    both = f"{said} {title}"
    row.values["professionalisation"] = bool(PROFESSIONALISATION.search(both))
    row.values["apprenticeship"] = (
        bool(APPRENTICESHIP.search(both)) or not row.values["professionalisation"]
    )
    if row.values.get("start_until") and row.values.get("start_from"):
        if row.values["start_until"] < row.values["start_from"]:
            row.problems["start_until"] = "Fin de la période : elle doit venir après le début."


OPENINGS = Kind(
    title="Offres",
    fields=(
        Field(
            "title",
            "Intitulé",
            (
                "titre",
                "title",
                "poste",
                "intitule du poste",
                "intitule de l offre",
                "offre",
                "titre de l offre",
                "libelle du poste",
            ),
            cells.text_of(160, "Intitulé"),
            required=True,
            missing="Intitulé : il manque.",
        ),
        Field(
            "trade",
            "Métier (code ROME ou nom)",
            ("code rome", "rome", "metier"),
            cells.text_of(120, "Métier"),
        ),
        Field(
            "contract",
            "Type de contrat",
            ("contrat", "contract type", "contractType.label", "nature du contrat", "type contrat"),
            contract,
        ),
        Field(
            "company",
            "Entreprise",
            (
                "employeur",
                "raison sociale",
                "nom de l entreprise",
                "brand.name",
                "organisationName",
                "company",
                "enseigne",
                "societe",
            ),
            cells.text_of(200, "Entreprise"),
        ),
        Field(
            "siret", "SIRET", ("siret entreprise", "siret employeur", "numero siret"), cells.siret
        ),
        Field(
            "address",
            "Adresse",
            ("address.parts.street", "rue", "lieu de travail"),
            cells.text_of(300, "Adresse"),
        ),
        Field(
            "postal_code",
            "Code postal",
            ("cp", "address.parts.zip", "code postal du lieu de travail"),
            cells.postal_code,
        ),
        Field(
            "city",
            "Commune",
            ("ville", "address.parts.city", "localite", "commune du lieu de travail"),
            cells.text_of(80, "Commune"),
        ),
        Field(
            "area",
            "Département ou région",
            ("region.label", "departement", "department.label"),
            place_note,
        ),
        Field(
            "description",
            "Description",
            ("description1Formatted", "descriptif", "missions", "description du poste", "texte"),
            cells.plain_from_html,
        ),
        Field(
            "profile",
            "Profil",
            ("profile", "description2Formatted", "profil recherche"),
            cells.plain_from_html,
        ),
        Field(
            "positions",
            "Nombre de postes",
            ("postes", "nb postes", "nombre de places"),
            cells.whole_of("Nombre de postes", 1, 500),
        ),
        Field(
            "start_from",
            "Début au plus tôt",
            ("date de debut", "beginningDate", "debut", "date debut contrat"),
            cells.date_of("Début au plus tôt"),
        ),
        Field(
            "start_until",
            "Début au plus tard",
            ("date limite de debut",),
            cells.date_of("Début au plus tard"),
        ),
        Field(
            "reference",
            "Référence",
            ("identifiant", "reference", "id", "reference de l offre", "numero d offre"),
            cells.text_of(120, "Référence"),
        ),
    ),
    check=check_opening,
    one_of=((frozenset({"company", "siret"}), "Entreprise : ni nom ni SIRET."),),
)
