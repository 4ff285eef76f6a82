"""French words of what imports store."""

from __future__ import annotations

from collections.abc import Mapping

from app.imports.fields import KINDS
from app.imports.models import Decision, ImportKind, ImportState, RowState

KIND: Mapping[ImportKind, str] = {kind: known.title for kind, known in KINDS.items()}

STATE: Mapping[ImportState, str] = {
    ImportState.UPLOADED: "colonnes à confirmer",
    ImportState.CHECKING: "vérification en cours",
    ImportState.CHECKED: "à relire",
    ImportState.RUNNING: "import en cours",
    ImportState.DONE: "terminé",
    ImportState.FAILED: "arrêté",
}

ROW: Mapping[RowState, str] = {
    RowState.READ: "pas encore lue",
    RowState.GOOD: "bonne",
    RowState.BAD: "à corriger",
    RowState.CHOICE: "à préciser",
    RowState.DUPLICATE: "peut-être déjà là",
    RowState.SAME: "déjà là",
    RowState.CREATED: "importée",
    RowState.UPDATED: "complétée",
    RowState.SKIPPED: "écartée",
}

GROUP: Mapping[str, str] = {
    "a-decider": "À décider",
    "erreurs": "À corriger",
    "bonnes": "Bonnes",
    "deja-la": "Déjà dans Trèfle",
    "importees": "Importées",
    "ecartees": "Écartées",
}

DECISION: Mapping[Decision, str] = {
    Decision.NEW: "Importer comme nouvelle",
    Decision.UPDATE: "Compléter ce qui est connu",
    Decision.SKIP: "Écarter la ligne",
}

CHOICE: Mapping[str, str] = {
    "trade": "Quel métier ?",
    "city": "Quelle commune ?",
    "birth_date": "Quelle date de naissance ?",
}

# What each kind needs, and what becomes of its rows, said before the file is chosen.
HELP: Mapping[ImportKind, str] = {
    ImportKind.YOUTH: (
        "Nom, prénom et date de naissance sont nécessaires ; une date qui manque se demande ligne par "
        "ligne, avant l’import. Personne n’est proposé à un partenaire "
        "par un import : l’accord se recueille ensuite, dans chaque dossier. Sexe, nationalité, "
        "numéros de sécurité sociale et INE, handicap ne sont jamais conservés."
    ),
    ImportKind.SESSIONS: "Formation, début et nombre de places sont nécessaires.",
    ImportKind.OPENINGS: (
        "Seules les offres d’apprentissage et de professionnalisation sont prises. Elles arrivent "
        "en brouillon : vous les relisez avant de les publier."
    ),
    ImportKind.COMPANIES: "La raison sociale et la commune sont nécessaires, le SIRET est conseillé.",
    ImportKind.TRAINING_CENTRES: "Listes des réseaux (CCI, CMA, MFR, GRETA, agricole, Compagnons).",
    ImportKind.LOCAL_MISSIONS: "Nom et SIRET sont nécessaires.",
}
