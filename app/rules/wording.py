"""Words that an employer's free text must not hold (L1132-1; dossier, ``privacy.md`` §10).

The check is a fixed list of patterns on a folded text, made to warn early and explain: an adviser
reads the text afterwards, since no list catches everything. Patterns speak of *persons*: "origine
des produits", "jeunes pousses de salade" or "santé et sécurité au travail" are not caught.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.rules.law import Finding, finding


class Criterion(StrEnum):
    """The criteria of L1132-1 that free texts touch most."""

    AGE = "age"
    SEX = "sex"
    ORIGIN = "origin"
    APPEARANCE = "appearance"
    HEALTH = "health"
    FAMILY = "family"
    RESIDENCE = "residence"
    RELIGION = "religion"
    OPINION = "opinion"
    LANGUAGE = "language"
    VULNERABILITY = "vulnerability"


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage found: where it stands in the text as typed, and why it cannot stay."""

    start: int
    end: int
    text: str
    criterion: Criterion
    explanation: str


_EXPLANATIONS: dict[Criterion, str] = {
    Criterion.AGE: (
        "L'âge ne peut pas être un critère : seules les limites légales du contrat comptent, "
        "et le portail les vérifie."
    ),
    Criterion.SEX: "Le poste doit être ouvert aux femmes et aux hommes.",
    Criterion.ORIGIN: "L'origine et la nationalité ne peuvent pas être un critère.",
    Criterion.APPEARANCE: "L'apparence physique ne peut pas être un critère.",
    Criterion.HEALTH: (
        "La santé et le handicap ne peuvent pas être un critère : décrivez la tâche, "
        "pas la personne."
    ),
    Criterion.FAMILY: "La famille et la grossesse ne peuvent pas être un critère.",
    Criterion.RESIDENCE: (
        "Le lieu de résidence ne peut pas être un critère : indiquez les horaires ou le "
        "déplacement que le poste demande."
    ),
    Criterion.RELIGION: "La religion ne peut pas être un critère.",
    Criterion.OPINION: "Les opinions et l'engagement syndical ne peuvent pas être un critère.",
    Criterion.LANGUAGE: (
        "La langue maternelle et l'accent ne peuvent pas être un critère : indiquez ce que le "
        "poste demande de lire, d'écrire ou de dire."
    ),
    Criterion.VULNERABILITY: (
        "La situation sociale ou le suivi par une mission locale ne peuvent pas être un critère."
    ),
}

_PERSON = (
    r"(?:homme|femme|fille|garcon|dame|monsieur|personne|candidate?|profil|apprentie?|collaborateur"
    r"|collaboratrice|employee?|salariee?|recrue|stagiaire|vendeuse?|vendeur|commis|serveuse"
    r"|serveur|coiffeuse|secretaire|assistante?|equipier|equipiere|gars|mec|nana|talent)s?"
)

# Folded text: lower case, no accents, straight apostrophes, one character for one character.
_PATTERNS: tuple[tuple[Criterion, str], ...] = (
    (Criterion.AGE, rf"\bjeunes? (?:et \w+ )?{_PERSON}\b"),
    (Criterion.AGE, rf"\b{_PERSON} (?:tres |plutot |assez )?jeunes?\b"),
    (Criterion.AGE, r"\bjeunes? (?:et|,) ?dynamiques?\b"),
    (Criterion.AGE, r"\bdynamiques?\b"),
    (
        Criterion.AGE,
        r"\b(?:trop|plutot|assez|tres|etre|suffisamment|pas assez) (?:jeune|age)e?s?\b",
    ),
    (Criterion.AGE, r"\bequipe jeune\b|\bjeune equipe\b"),
    (Criterion.AGE, r"\btrop (?:vieux|vieille|vieilles|vieil)\b"),
    (Criterion.AGE, r"\bagee?s? (?:de|entre|d'au)\b|\b(?:tranche d'age|limite d'age|age max\w*)"),
    (
        Criterion.AGE,
        r"\b(?:son|leur|votre|ton) age\b|\ba cause de l'age\b|\bage (?:requis|ideal)\b",
    ),
    (Criterion.AGE, r"\b(?:entre|de) \d{2} (?:et|a) \d{2} ans\b(?! d'(?:experience|anciennete))"),
    (Criterion.AGE, r"\b(?:moins|plus) de \d{2} ans\b(?! d'(?:experience|anciennete|existence))"),
    (
        Criterion.AGE,
        r"\b\d{2} ?[-–/] ?\d{2} ans\b|\b\d{2} ans (?:maxi\w*|minimum|au plus|revolus)\b",
    ),
    (Criterion.AGE, r"\b(?:pas|aucun|sans|jamais) (?:de )?(?:mineure?s?|seniors?|majeure?s?)\b"),
    (
        Criterion.AGE,
        r"\b(?:majeure?s?|mineure?s?) (?:uniquement|seulement|exigee?s?|de preference)\b",
    ),
    (Criterion.AGE, r"\bdigital natives?\b|\bjunior (?:uniquement|seulement)\b"),
    (
        Criterion.SEX,
        r"\b(?:jeunes? )?(?:homme|femme|fille|garcon|gars|mec|nana|demoiselle)s?"
        r"(?! (?:de menage|de chambre|d'entretien|de l'art|et homme|et femme|ou homme|ou femme))\b",
    ),
    (Criterion.SEX, r"\b(?:hommes?|femmes?) (?:uniquement|seulement|de preference|exigee?s?)\b"),
    (Criterion.SEX, r"\b(?:sexe|masculine?s?|feminine?s?)\b(?! (?:pret|mode))"),
    (Criterion.ORIGIN, r"\bnationalites?\b|\bnaturalisee?s?\b|\bimmigree?s?\b|\bmigrants?\b"),
    (
        Criterion.ORIGIN,
        r"\b(?:d'|leur |son |ses |leurs |votre )origines?\b(?! (?:du|des) produit)",
    ),
    (Criterion.ORIGIN, r"\borigines? (?:etrangere|francaise|africaine|maghrebine|ethnique)s?\b"),
    (
        Criterion.ORIGIN,
        rf"\b{_PERSON} (?:d'origine|francaise?|etrangere?|africaine?|arabe|blanche?|noire?|europeenne?|maghrebine?)s?\b",
    ),
    (Criterion.ORIGIN, r"\b(?:francaise?s?|europeenne?s?) (?:uniquement|seulement|de souche)\b"),
    (
        Criterion.ORIGIN,
        r"\b(?:etrangers?|etrangeres|maghrebins?|arabes|africains?|gitans?|roms?|gens du voyage)\b(?! (?:marche|client|langue|pays))",
    ),
    (Criterion.ORIGIN, r"\b(?:bleu blanc rouge|bbr|race|ethnie|couleur de peau)\b"),
    (
        Criterion.ORIGIN,
        r"\bnom (?:de famille )?(?:a consonance|etranger|arabe|francais|imprononcable)\b",
    ),
    (
        Criterion.APPEARANCE,
        r"\b(?:bonne|belle|mauvaise) presentation\b|\bphysique (?:agreable|avantageux|ingrat|sportif)\b",
    ),
    (
        Criterion.APPEARANCE,
        r"\b(?:apparence|physiquement|obese|grosse?|trop grosse?|mince|surpoids|jolie?|belle gueule|beau gosse|photogenique)s?\b(?! (?:oeuvre|volume|quantite|piece|outillage|commande|client))",
    ),
    (Criterion.APPEARANCE, r"\b(?:tatoue|tatouage|piercing|dreadlock)(?:e|s|es)?\b"),
    (
        Criterion.HEALTH,
        rf"\b{_PERSON} (?:\w+ )?(?:valide|malade|invalide|handicapee?|infirme|fragile|depressive?|enceinte)s?\b",
    ),
    (Criterion.HEALTH, r"\b(?:handicap\w*|rqth|cotorep|mdph|invalid(?:e|es|ite)|infirmites?)\b"),
    (
        Criterion.HEALTH,
        r"\b(?:en )?(?:bonne|parfaite|excellente|mauvaise) sante\b|\b(?:son|sa|leur|votre|probleme de|problemes de|etat de) sante\b",
    ),
    (
        Criterion.HEALTH,
        r"\b(?:malade|maladies?|depressi(?:f|ve|on)|diabet\w+|epilep\w+|autis\w+|dyslexi\w+|dysphasi\w+|addict\w*)s?\b(?! (?:des plantes|du bois|de la vigne|professionnelle))",
    ),
    (
        Criterion.HEALTH,
        r"\b(?:sans|aucune?|pas de) (?:probleme|restriction|contre-indication)s? (?:physique|medicale?|de dos|de sante)s?\b",
    ),
    (
        Criterion.FAMILY,
        r"\benceintes?\b(?! (?:acoustique|bluetooth|de|du|fermee|sportive|sonore|reservee))|\bgrossesses?\b|\bmaternites?\b(?! de)",
    ),
    (
        Criterion.FAMILY,
        r"\b(?:celibataires?|mariee?s?|divorcee?s?|pacsee?s?)\b|\bsans enfants?\b|\b(?:a|ont|avec|ses|des|deja) (?:un |deux |trois |jeunes )?enfants? (?:a charge|a garder|en bas age|a la maison)\b",
    ),
    (
        Criterion.FAMILY,
        r"\b(?:mere|pere|maman|papa)s? (?:de famille|celibataire|isolee?|d'un|de \d|de deux|de trois)\b|\bcharge de famille\b|\bsituation (?:de famille|familiale|matrimoniale)\b",
    ),
    (
        Criterion.RESIDENCE,
        r"\b(?:habit\w+|resid\w+|demeur\w+|vi(?:t|vant|vre)|loge\w*) (?:pas |trop |bien |uniquement |obligatoirement |imperativement )*(?:a|au|aux|dans|en|sur|pres|proche|loin|hors|a proximite)\b(?! (?:la creation|l'internat|l'etage))",
    ),
    (
        Criterion.RESIDENCE,
        rf"\b{_PERSON} (?:du (?:coin|quartier|village|secteur)|local|locale|locaux|locales|de la (?:commune|ville))\b",
    ),
    (
        Criterion.RESIDENCE,
        r"\b(?:qpv|quartiers? (?:prioritaires?|sensibles?|nord|difficiles?)|zup|cite hlm|banlieues?|son adresse|mauvaise adresse)\b",
    ),
    (
        Criterion.RESIDENCE,
        r"\b(?:locaux|locales|riverains|gens du coin) (?:uniquement|seulement|de preference)\b",
    ),
    (
        Criterion.RELIGION,
        r"\b(?:musulmane?s?|catholiques?|chretienn?e?s?|juifs?|juives?|protestante?s?|athees?|islam\w*|religi(?:on|ons|eux|euse|euses)|voile (?:islamique|integral)|voilees?|foulard islamique|ramadan|croyante?s?|pratiquante?s?)\b",
    ),
    (
        Criterion.OPINION,
        r"\b(?:syndiquee?s?|syndicalistes?|cgt|cfdt|opinions? politiques?|militante?s?|encartee?s?|(?:de|extreme) (?:gauche|droite) politique)\b",
    ),
    (
        Criterion.LANGUAGE,
        r"\blangue maternelle\b|\b(?:sans|avec|son|un|fort|trop d')\s?accent\b(?! (?:aigu|grave|circonflexe))|\bfrancais (?:natif|parfait|sans accent)\b|\bbilingue de naissance\b",
    ),
    (
        Criterion.VULNERABILITY,
        r"\b(?:cas sociaux|cas social|cassos|assistes?|rsastes?|sdf|delinquante?s?|casier (?:judiciaire )?vierge|sortant de prison|pauvres?|surendettee?s?)\b",
    ),
    (
        Criterion.VULNERABILITY,
        r"\b(?:pas|sans|aucune?|ni|jamais|hors|refus\w*) (?:de |d'|un |une |les )*(?:jeunes? )?(?:des? |de la )?missions? locales?\b",
    ),
    (
        Criterion.VULNERABILITY,
        r"\b(?:suivie?s?|envoyee?s?|orientee?s?|vien\w+|issue?s?) (?:par|de) (?:la|une) mission locale\b",
    ),
)
_COMPILED = tuple((criterion, re.compile(pattern)) for criterion, pattern in _PATTERNS)

# Ordinary expressions that a pattern would otherwise catch; blanked before the search.
_INNOCENT = re.compile(
    r"\bjeunes? (?:diplomee? |)travailleurs?\b"
    r"|\bjeunes? (?:pousses?|plants?|plantes?|animaux|veaux|chiens?|chevaux|arbres?|legumes|clients?|clientele|enfants?|public|entreprises?)\b"
    r"|\b(?:clients?|clientele|public|rayon|pret-a-porter|mode|coupes?|coiffure|vetements?|chaussures?|parfums?|accessoires?|salon) (?:pour )?(?:jeunes?|hommes?|femmes?|feminine?s?|masculine?s?|garcons?|filles?|mixte)(?: (?:et|ou) (?:hommes?|femmes?|enfants?|filles?))?\b"
    r"|\b(?:hommes?|femmes?) ?(?:/|et|ou) ?(?:hommes?|femmes?)\b|\bh ?/ ?f\b|\bf ?/ ?h\b"
    r"|\bvalet / femme de chambre\b|\bfemme de chambre / valet\b|\bsage-femmes?\b"
    r"|\b(?:secteur|environnement|marche|commerce|ville|territoire|quartier|entreprise|groupe|activite|croissance|equipe|structure|zone|agence|centre-ville) (?:en pleine croissance et |tres )?dynamiques?\b"
    r"|\b(?:pages?|tableaux?|sites?|contenus?|equilibrage|gestion|charge|affichage)s? dynamiques?\b"
    r"|\b(?:accueil|accompagnement|aide|soins?|assistance|transport|service|services|acces|accessible|accessibilite)(?: (?:a|aux|de|des|d'une|d'un|pour|les))* (?:la |les |l')?(?:personnes? |enfants? |adultes? |eleves? |publics? |situation de |en situation de )*(?:agee?s?|handicap\w*|malades?|fragiles?|dependantes?|valides?|invalides?)\b"
    r"|\bpersonnes? agees?\b|\bpersonnes? en situation de handicap\b|\bpersonnes? handicapees?\b"
    r"|\breferente? handicap\b|\bentreprise adaptee\b|\bhandi-?accueillant\w*\b"
    r"|\bposte (?:ouvert|accessible) a tou\w*\b|\bouvert aux personnes [\w ]*handicap\w*\b"
    r"|\bapparence (?:des?|du) (?:plats?|produits?|gateaux?|vitrines?|rayons?|pieces?)\b"
    r"|\bgros(?:se)?s? (?:oeuvre|volumes?|quantites?|pieces?|outillage|commandes?|clients?|chantiers?|travaux|porteurs?|appareils?|caisses?|charges?)\b"
    r"|\btissus? jolis?\b|\bjolie? (?:vitrine|table|presentation|boutique|terrasse|plat)s?\b"
    r"|\bd'origine (?:controlee|protegee|locale|francaise|animale|vegetale|biologique)\b"
    r"|\b(?:logiciel|emballage|piece)s? d'origine\b|\bappellation d'origine\b"
    r"|\bresident(?:s|e|es)?\b|\bresidences?\b"
    r"|\bpublic (?:pauvre|fragile)\b|\bsols? pauvres?\b|\bdefense d'entrer\b"
    r"|\b(?:conge|service|rayon|cle|ecole|rez) (?:de )?maternites?\b"
    r"|\bbonne presentation (?:des?|du) (?:plats?|produits?|vitrines?|rayons?|gateaux?|dossiers?|documents?)\b"
)


def _fold_char(char: str) -> str:
    if char in "’‘ʼ`´":
        return "'"
    if char.isspace():
        return " "
    base = unicodedata.normalize("NFKD", char)[:1].lower()
    return base if len(base) == 1 else " "


def _fold(text: str) -> str:
    # One character for one character, so that positions hold in the text as typed.
    return "".join(_fold_char(char) for char in text)


def find_forbidden(text: str) -> list[Passage]:
    """Passages that touch a forbidden criterion, in the order of the text, without overlap.

    Positions are those of ``text`` as given. An empty list is not a proof of innocence.
    """
    composed = unicodedata.normalize("NFC", text)
    folded = re.sub(r"(?<=[a-z]) (?= )", " ", _fold(composed))
    searched = _INNOCENT.sub(lambda match: "\0" * len(match[0]), folded)
    found: list[Passage] = []
    for criterion, pattern in _COMPILED:
        for match in pattern.finditer(searched):
            found.append(
                Passage(
                    match.start(),
                    match.end(),
                    composed[match.start() : match.end()],
                    criterion,
                    _EXPLANATIONS[criterion],
                )
            )
    return _without_overlap(found)


def _without_overlap(passages: list[Passage]) -> list[Passage]:
    kept: list[Passage] = []
    for passage in sorted(passages, key=lambda p: (p.start, -p.end)):
        if not kept or passage.start >= kept[-1].end:
            kept.append(passage)
    return kept


def check_wording(text: str, day: date) -> list[Finding]:
    """One blocking finding a passage, quoting it and saying why (EQ-01)."""
    return [
        finding("EQ-01", day, f"« {passage.text} » : {passage.explanation}", code=passage.criterion)
        for passage in find_forbidden(text)
    ]
