"""Lists of training organisations as the networks publish them, and of missions locales."""

from __future__ import annotations

import re
from datetime import date

from app.core.text import sort_key
from app.imports.fields import cells
from app.imports.fields.base import BadCell, Field, Kind, ParsedRow, Read, no_check

# "… 44200 Nantes": the postal code and the town close the address.
ADDRESS_END = re.compile(r"^(?P<street>.*)\b(?P<code>\d{5})\s+(?P<city>[^\W\d].*)$")
# "Lyon 9e Arrondissement", "Quimper CEDEX 9": the town alone names the commune.
AFTER_TOWN = re.compile(
    r"\s+(?:\d+\s*(?:er|e|eme|ème)?(?:\s+arrondissement)?|cedex(?:\s+\d+)?)$", re.IGNORECASE
)
NETWORKS = {
    "cci": "cci",
    "cma": "cma",
    "mfr": "mfr",
    "greta": "greta",
    "agri": "agri",
    "agricole": "agri",
    "cfa agricole": "agri",
    "compagnons du devoir": "compagnons",
    "compagnons devoir": "compagnons",
    "compagnons": "compagnons",
}


def split_address(text: str) -> tuple[str, str, str]:
    """Street, postal code and town of an address on one line; code and town empty when they are
    not there, as for "Saint-Romain-de-Popey".

    >>> split_address("61 Boulevard de la Prairie au Duc 44200 Nantes")
    ('61 Boulevard de la Prairie au Duc', '44200', 'Nantes')
    """
    line = " ".join(text.split())
    found = ADDRESS_END.match(line)
    if found is None:
        return line, "", ""
    return found["street"].strip(" ,-"), found["code"], AFTER_TOWN.sub("", found["city"])


def network(text: str) -> Read:
    """The network a list belongs to: of "cfa ec|cma" the first we know, else the first word."""
    parts = [part for part in re.split(r"[|;,/]", text) if part.strip()]
    for part in parts:
        known = NETWORKS.get(sort_key(part.replace("_", " ")))
        if known:
            return Read(known)
    return Read(sort_key(parts[0]).replace(" ", "_")[:40] if parts else None)


def state(text: str) -> Read:
    """Whether the register knows the place as active."""
    word = sort_key(text)
    if word in {"actif", "active", "ouvert"}:
        return Read("active")
    if word in {"ferme", "fermee", "cesse", "inactif"}:
        return Read("closed")
    raise BadCell(f"État administratif : « {text[:20]} » n’est ni actif ni fermé.")


def check_centre(row: ParsedRow, _today: date) -> None:
    """A closed place is given back; a place without any UAI is taken and shown."""
    if row.values.get("state") == "closed":
        row.problems["state"] = "Établissement fermé au registre : il n’est pas importé."
    filled = set(row.values) - {"network", "site_count"}
    if "siret" in row.problems and len(filled) == 0:
        row.problems.clear()
        row.problems[""] = "Ligne sans information."
        return
    if "uai" not in row.values and "likely_uai" not in row.values and "uai" not in row.problems:
        row.warnings["uai"] = "Aucun UAI : à compléter."
    if "city" not in row.values and "address" in row.values:
        if not split_address(row.values["address"])[1]:
            row.warnings["address"] = (
                "L’adresse n’a pas de code postal : la commune reste à préciser."
            )
    elif "address" not in row.values and "city" not in row.values:
        row.warnings["address"] = "Aucune adresse : la commune reste à préciser."


TRAINING_CENTRES = Kind(
    title="Organismes de formation (CFA)",
    fields=(
        Field(
            "siret",
            "SIRET",
            ("numero siret", "n siret", "siret etablissement"),
            cells.register_siret,
            required=True,
            missing="SIRET : il manque.",
        ),
        Field(
            "name",
            "Raison sociale",
            ("nom", "nom de l organisme", "denomination", "nom cfa", "organisme"),
            cells.text_of(200, "Raison sociale"),
            required=True,
            missing="Raison sociale : elle manque.",
        ),
        Field("brand", "Enseigne", ("nom commercial", "sigle"), cells.text_of(200, "Enseigne")),
        Field("uai", "UAI validée", ("uai", "numero uai", "rne", "code uai"), cells.uai),
        Field("likely_uai", "UAI probable", (), cells.uai),
        Field("state", "État administratif", ("etat administratif", "etat"), state),
        Field(
            "address",
            "Adresse",
            ("adresse complete", "adresse postale"),
            cells.text_of(300, "Adresse"),
        ),
        Field("postal_code", "Code postal", ("cp",), cells.postal_code),
        Field("city", "Commune", ("ville", "localite"), cells.text_of(80, "Commune")),
        Field("network", "Réseaux à jour", ("reseau", "reseaux"), network),
        Field("email", "Adresse électronique", ("email", "mail", "courriel"), cells.email),
        Field("phone", "Téléphone", ("tel",), cells.phone),
    ),
    check=check_centre,
)

LOCAL_MISSIONS = Kind(
    title="Missions locales",
    fields=(
        Field(
            "name",
            "Nom",
            ("nom de la mission locale", "mission locale", "raison sociale"),
            cells.text_of(200, "Nom"),
            required=True,
            missing="Nom : il manque.",
        ),
        Field(
            "siret",
            "SIRET",
            ("numero siret",),
            cells.register_siret,
            required=True,
            missing="SIRET : il manque.",
        ),
        Field(
            "website",
            "Page de rendez-vous",
            ("rdv url", "site", "site web", "site internet", "url"),
            cells.text_of(300, "Page de rendez-vous"),
        ),
        Field(
            "alias",
            "Autre nom",
            ("matched nom mongo", "sigle", "nom court"),
            cells.text_of(200, "Autre nom"),
        ),
        Field("address", "Adresse", ("adresse complete",), cells.text_of(300, "Adresse")),
        Field("postal_code", "Code postal", ("cp",), cells.postal_code),
        Field("city", "Commune", ("ville",), cells.text_of(80, "Commune")),
        Field("email", "Adresse électronique", ("email", "mail", "courriel"), cells.email),
        Field("phone", "Téléphone", ("tel",), cells.phone),
    ),
    check=no_check,
)
