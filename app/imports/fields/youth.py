"""Files of young people: lists of a mission locale, of a CFA, of the apprenticeship dashboard."""

from __future__ import annotations

from app.imports.fields import cells
from app.imports.fields.base import Field, Kind, no_check

DISABILITY = (
    "la reconnaissance de handicap ne s’importe pas : elle se note dans le dossier, "
    "avec l’accord de la personne"
)
NOT_KEPT = "cette donnée n’est pas utile à la recherche d’un contrat et n’est pas conservée"

# Folded words of headers. Nothing of these columns is stored, not even for the time of the import.
SENSITIVE = {
    "rqth": DISABILITY,
    "handicap": DISABILITY,
    "travailleur handicape": DISABILITY,
    "sexe": NOT_KEPT,
    "genre": NOT_KEPT,
    "civilite": NOT_KEPT,
    "nationalite": NOT_KEPT,
    "pays naissance": NOT_KEPT,
    "lieu naissance": NOT_KEPT,
    "code postal naissance": NOT_KEPT,
    "nir": NOT_KEPT,
    "numero securite sociale": NOT_KEPT,
    "n securite sociale": NOT_KEPT,
    "securite sociale": NOT_KEPT,
    "ine": NOT_KEPT,
    "ine apprenant": NOT_KEPT,
    "situation familiale": NOT_KEPT,
    "allocation": NOT_KEPT,
    "rsa": NOT_KEPT,
    "qpv": NOT_KEPT,
}

YOUTH = Kind(
    title="Jeunes",
    fields=(
        Field(
            "family_name",
            "Nom",
            (
                "nom apprenant",
                "nom de naissance",
                "nom de famille",
                "nom du jeune",
                "nom beneficiaire",
                "nom patronymique",
                "last name",
                "lastname",
            ),
            cells.name_of("Nom"),
            required=True,
            missing="Nom : il manque.",
        ),
        Field(
            "given_name",
            "Prénom",
            ("prenom apprenant", "prenom du jeune", "prenoms", "prenom beneficiaire", "first name"),
            cells.name_of("Prénom"),
            required=True,
            missing="Prénom : il manque.",
        ),
        Field(
            "birth_date",
            "Date de naissance",
            (
                "date de naissance apprenant",
                "date naissance",
                "ne le",
                "ne e le",
                "nee le",
                "ddn",
                "date de naissance du jeune",
                "date naiss",
                "birth date",
            ),
            cells.date_of("Date de naissance"),
            required=True,
            missing=(
                "Date de naissance : elle manque, et l’âge seul ne suffit pas. Écrivez-la ici, ou "
                "dans la colonne « Date de naissance » du fichier des lignes à corriger."
            ),
            asked=True,
        ),
        Field(
            "usage_name",
            "Nom d’usage",
            ("nom usage", "nom marital", "nom d epouse"),
            cells.name_of("Nom d’usage"),
        ),
        Field(
            "phone",
            "Téléphone",
            (
                "tel",
                "tel apprenant",
                "telephone portable",
                "portable",
                "mobile",
                "numero de telephone",
                "tel portable",
                "telephone du jeune",
                "phone",
            ),
            cells.phone,
        ),
        Field(
            "email",
            "Adresse électronique",
            (
                "email",
                "e mail",
                "mail",
                "courriel",
                "email contact",
                "adresse mail",
                "adresse email",
                "mail du jeune",
            ),
            cells.email,
        ),
        Field(
            "address",
            "Adresse",
            ("adresse apprenant", "adresse postale", "rue", "adresse du jeune", "voie"),
            cells.text_of(300, "Adresse"),
        ),
        Field(
            "postal_code",
            "Code postal",
            (
                "code postal apprenant",
                "cp",
                "code postal de residence",
                "code postal du jeune",
                "code postal residence",
            ),
            cells.postal_code,
        ),
        Field(
            "city",
            "Commune",
            (
                "ville",
                "ville de residence",
                "commune de residence",
                "localite",
                "commune residence",
                "ville residence",
            ),
            cells.text_of(80, "Commune"),
        ),
        Field(
            "wishes",
            "Souhaits",
            (
                "metier souhaite",
                "souhait",
                "projet",
                "projet professionnel",
                "metier recherche",
                "intitule de la formation",
                "libelle court formation",
                "metiers souhaites",
                "formation souhaitee",
                "metier vise",
            ),
            cells.text_of(600, "Souhaits"),
        ),
        Field(
            "level",
            "Niveau de diplôme atteint",
            ("niveau", "niveau de formation atteint", "niveau scolaire", "niveau diplome"),
            cells.whole_of("Niveau de diplôme atteint", 1, 8),
        ),
    ),
    check=no_check,
    sensitive=SENSITIVE,
)
