"""Lists of companies."""

from __future__ import annotations

from app.imports.fields import cells
from app.imports.fields.base import Field, Kind, no_check

COMPANIES = Kind(
    title="Entreprises",
    fields=(
        Field(
            "name",
            "Raison sociale",
            (
                "nom",
                "entreprise",
                "denomination",
                "nom de l entreprise",
                "societe",
                "employeur",
                "enseigne",
            ),
            cells.text_of(200, "Raison sociale"),
            required=True,
            missing="Raison sociale : elle manque.",
        ),
        Field("siret", "SIRET", ("numero siret", "n siret", "siret entreprise"), cells.siret),
        Field("naf_code", "Code NAF", ("naf", "ape", "code ape"), cells.naf),
        Field(
            "headcount",
            "Effectif",
            ("effectifs", "nombre de salaries", "salaries"),
            cells.whole_of("Effectif", 0, 1_000_000),
        ),
        Field(
            "idcc",
            "Convention collective (IDCC)",
            ("idcc", "convention collective", "code idcc"),
            cells.idcc,
        ),
        Field("address", "Adresse", ("adresse postale", "rue"), cells.text_of(300, "Adresse")),
        Field("postal_code", "Code postal", ("cp",), cells.postal_code),
        Field("city", "Commune", ("ville", "localite"), cells.text_of(80, "Commune")),
        Field(
            "email",
            "Adresse électronique",
            ("email", "mail", "courriel", "adresse mail"),
            cells.email,
        ),
        Field("phone", "Téléphone", ("tel", "numero de telephone"), cells.phone),
    ),
    check=no_check,
)
