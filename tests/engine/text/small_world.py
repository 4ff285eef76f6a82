"""A small world of trades: enough titles, courses and synonyms for words to mean something."""

from __future__ import annotations

from app.engine.similarity import Knowledge, Synonym, SynonymKind, TitledCode

TITLES = {
    "D1102": ["Boulanger / Boulangère", "Boulanger-pâtissier / Boulangère-pâtissière"],
    "D1104": ["Pâtissier / Pâtissière", "Chocolatier / Chocolatière"],
    "D1101": ["Boucher / Bouchère", "Boucher-charcutier / Bouchère-charcutière"],
    "D1106": ["Vendeur / Vendeuse", "Vendeur / Vendeuse en boulangerie"],
    "D1202": ["Coiffeur / Coiffeuse", "Coiffeur / Coiffeuse mixte"],
    "D1402": [
        "Agent commercial / Agente commerciale",
        "Assistant commercial / Assistante commerciale",
    ],
    "D1502": ["Manager de rayon", "Chef de rayon"],
    "G1602": ["Cuisinier / Cuisinière", "Commis / Commise de cuisine"],
    "I1604": [
        "Mécanicien / Mécanicienne automobile",
        "Mécanicien réparateur / Mécanicienne réparatrice automobile",
    ],
    "K1306": ["Auxiliaire de vie sociale", "Auxiliaire de vie"],
    "K2503": ["Agent / Agente de sécurité", "Vigile"],
    "A1203": ["Jardinier / Jardinière d'espaces verts", "Jardinier / Jardinière"],
    "K2204": [
        "Agent / Agente d'entretien",
        "Agent / Agente de propreté",
        "Agent / Agente de nettoyage",
    ],
    "N2201": ["Agent / Agente d'escale", "Agent / Agente de piste", "Agent / Agente d'accueil"],
    "C1504": ["Agent immobilier / Agente immobilière", "Agent / Agente de location"],
    "N4103": ["Conducteur / Conductrice de bus", "Conducteur / Conductrice de car"],
}
COURSES = [
    TitledCode("CAP boulanger", "D1102"),
    TitledCode("CAP pâtissier", "D1104"),
    TitledCode("CAP métiers de la coiffure", "D1202"),
    TitledCode("Bac pro maintenance des véhicules automobiles", "I1604"),
    TitledCode("Bac pro aménagements paysagers", "A1203"),
    TitledCode("Gardiennage et sécurité", "K2503"),
    TitledCode("Surveillance et gardiennage, sécurité", "theme:sécurité"),
]
SYNONYMS = (
    Synonym("AVS", SynonymKind.SHORT, "auxiliaire de vie sociale"),
    Synonym("voiture", SynonymKind.WORD, "automobile"),
    Synonym("mécanique", SynonymKind.WORD, "mécanicien"),
    Synonym("vente", SynonymKind.WORD, "vendeur"),
    Synonym("pâtisserie", SynonymKind.CODE, "D1104|D1102"),
    Synonym("boulangerie", SynonymKind.CODE, "D1102"),
    Synonym("policier", SynonymKind.NONE, "K2503|Z9999"),
)


def small_knowledge() -> Knowledge:
    """Titles of sixteen trades with their courses and synonyms."""
    titles = tuple(TitledCode(title, code) for code, all_ in TITLES.items() for title in all_)
    return Knowledge(titles=titles, diplomas=tuple(COURSES), synonyms=SYNONYMS)
