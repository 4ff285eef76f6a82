"""Gender and number of one word, brought to masculine singular.

French job titles come in both genders and numbers (``boulangère``, ``vendeuses``, ``sociaux``).
The rules work on words already stripped of case and accents. They are ordered suffix rules with
closed lists of exceptions, written for trade vocabulary: they need not be right about French as a
whole, only bring two forms of one title together and keep two trades apart (``vente`` is no
feminine, ``verte`` is one).
"""

from __future__ import annotations

from functools import lru_cache

from app.engine.text.listed import listed, listed_pairs

# Words that end in s or x in the singular already.
_INVARIABLE = listed(
    """
    bras bois mais corps cours poids temps gros gras bas tiers repas tapis chassis colis vis
    avis puits sens francais anglais portugais japonais polonais irlandais ecossais divers
    commis gens acces succes proces exces concours parcours secours discours velours dos os
    cas fois mois radis permis devis sous plus moins hors sans dans tres pres apres depuis
    vers tous mes des les ses engrais palais relais marais secours debris compas lilas
    canevas verglas frais epais mauvais encours debours talus propos dessus dessous cis ois
    gaz jus pus obus bus trois deux six dix prix voix croix choix noix paix taux faux chaux
    roux doux houx silex index inox latex telex annexe process business fitness express
    press stress access wellness sales news analytics paris reims tours nantes calais
    """
)

# Plurals in -us or -is, which the general rule leaves alone.
_PLURALS = {
    word + "s": word
    for word in listed(
        """
        tissu menu elu individu revenu contenu inconnu bleu pneu taxi emploi essai delai balai loi
        convoi envoi tournoi etai apprenti fini demi ami cru ecu vertu tribu issu vendu etendu
        recu abri alibi roi paroi octroi tri defi souci raccourci converti
        """
    )
}

_IRREGULAR = listed_pairs(
    """
    yeux:oeil travaux:travail vitraux:vitrail baux:bail maux:mal emaux:email coraux:corail
    materiaux:materiau tuyaux:tuyau boyaux:boyau joyaux:joyau noyaux:noyau hotesse:hote
    maitresse:maitre contremaitresse:contremaitre doctoresse:docteur cheffe:chef
    patronne:patron championne:champion artisane:artisan paysanne:paysan marchande:marchand
    laborantine:laborantin ecrivaine:ecrivain adjointe:adjoint experte:expert avocate:avocat
    magistrate:magistrat candidate:candidat deleguee:delegue montagnarde:montagnard
    grande:grand petite:petit verte:vert conjointe:conjoint sainte:saint peinte:peint
    commise:commis cliente:client premiere:premier clownesse:clown poetesse:poete
    prefete:prefet apprentie:apprenti barmaid:barman barwoman:barman courtisane:courtisan
    toiletteuse:toiletteur chauffeuse:chauffeur masseuse:masseur legere:leger secrete:secret
    complete:complet publique:public franche:franc blanche:blanc fraiche:frais seche:sec
    longue:long haute:haut courte:court ouverte:ouvert couverte:couvert forte:fort
    juridictionnelle:juridictionnel francaise:francais anglaise:anglais chinoise:chinois
    suedoise:suedois pleine:plein humaine:humain urbaine:urbain souterraine:souterrain
    riveraine:riverain aerienne:aerien voisine:voisin masculine:masculin feminine:feminin
    equine:equin bovine:bovin ovine:ovin porcine:porcin caprine:caprin canine:canin
    feline:felin dentelliere:dentellier veuve:veuf neuve:neuf brute:brut plate:plat
    plates:plat cuite:cuit interdite:interdit produite:produit gratuite:gratuit faite:fait
    parfaite:parfait salariale:salarial trieuse:trieur locale:local finie:fini
    seconde:second designeuse:designer gouvernante:gouvernant rewriteuse:rewriter
    bookeuse:booker reportrice:reporter tisserande:tisserand motarde:motard
    substitute:substitut soldate:soldat bijoux:bijou grillardine:grillardin
    republicaine:republicain consule:consul chauffeure:chauffeur jumelle:jumeau
    nouvelle:nouveau belle:beau dispatcheuse:dispatcheur lignarde:lignard
    pizzaiola:pizzaiolo
    """
)

# Feminine look-alikes that name a thing, another trade or an act: never changed.
_KEEP = listed(
    """
    vente rente pente tente plante attente entente detente descente fente soixante quarante
    trente cinquante variante constante charpente patente mante amiante tangente menthe
    matrice cicatrice cantatrice matiere biere carriere riviere lumiere barriere maniere
    frontiere croisiere chaudiere fourriere gouttiere pepiniere derriere arriere cimetiere
    priere verriere visiere meuliere ministere caractere critere repere mere pere frere
    colere artere misere jachere fougere hemisphere atmosphere mystere vipere panthere here
    galere cautere adultere bordere salmoniere bonbonniere charniere orniere taniere musee
    lycee journee soiree entree armee annee duree dictee idee cheminee matinee tournee maree
    poupee trophee epee denree traversee livree assemblee fumee vallee portee mosquee
    plongee randonnee donnee montee veillee levee chaussee rosee gelee puree risee fusee
    equipee arrivee destinee pensee rentree tranchee orchidee dragee bouee allee echappee
    personne colonne tonne couronne bonne consonne anemone antenne varenne benne penne renne
    canne panne vanne manne moyenne persienne cayenne vaisselle dentelle echelle nacelle
    tutelle chapelle parcelle poubelle ficelle passerelle querelle ruelle cannelle vielle
    nielle prunelle aquarelle marelle airelle tonnelle gamelle modelle flanelle varicelle
    mirabelle tourterelle sauterelle gabelle cathedrale cigale scandale succursale salle
    dalle halle balle malle petale pale ovale vandale rafale cabale morale escale fringale
    timbale sale male femorale sandale pedale rive archive lessive locomotive olive endive
    initiative perspective directive grive missive offensive cooperative alternative
    narrative tentative derive salive gencive cursive heure demeure beurre chantepleure
    usure religieuse berceuse creuse meuse
    """
)

# Adjectives in -eux: their feminine in -euse must not become -eur.
_EUX = frozenset(
    stem + "euse"
    for stem in listed(
        """
        danger preci relig nombr gaz amour contagi infecti bitumin oleagin lign vitr heur
        poussier fibr pierr argil mouss spongi harmoni graci ambiti seri spaci contenti
        precontenti spiritu proteagin tubercul luxu fructu
        """
    )
)
_PLURALS_IN_EUX = listed(
    """
    cheveux jeux feux lieux milieux enjeux pieux voeux neveux
    """
)


def _plural(word: str) -> str:
    """Strip the plural mark of a word of at least four letters."""
    if word in _INVARIABLE or word[-1] not in "sx":
        return word
    if word.endswith("eaux"):
        return word[:-1]
    if word.endswith("aux") and len(word) > 5:
        return word[:-3] + "al"
    if word.endswith("x"):
        return word[:-1] if word in _PLURALS_IN_EUX or word.endswith("oux") else word
    if word.endswith(("ss", "us", "is", "as")):
        return _PLURALS.get(word, word)
    return word[:-1]


_FEMININE: tuple[tuple[str, str, int], ...] = (
    ("trice", "teur", 7),
    ("drice", "deur", 7),
    ("euse", "eur", 6),
    ("iere", "ier", 6),
    ("ere", "er", 6),
    ("eure", "eur", 6),
    ("ienne", "ien", 7),
    ("yenne", "yen", 7),
    ("woman", "man", 5),
    ("onne", "on", 7),
    ("enne", "en", 7),
    ("ante", "ant", 6),
    ("ente", "ent", 6),
    ("ielle", "iel", 6),
    ("nelle", "nel", 7),
    ("uelle", "uel", 6),
    ("relle", "rel", 7),
    ("ale", "al", 5),
    ("tive", "tif", 6),
    ("sive", "sif", 6),
    ("ee", "e", 5),
)


def _masculine(word: str) -> str:
    """Bring a feminine singular word to the masculine."""
    if word in _KEEP:
        return word
    for feminine, masculine, shortest in _FEMININE:
        if len(word) >= shortest and word.endswith(feminine):
            if feminine == "euse" and word in _EUX:
                return word[:-2] + "x"
            return word[: -len(feminine)] + masculine
    return word


@lru_cache(maxsize=131_072)
def lemma(word: str) -> str:
    """Return the masculine singular of an accent-free lower-case word.

    Idempotent: the rules run until nothing changes.
    """
    while len(word) > 3:
        changed = _IRREGULAR.get(word)
        if changed is None:
            changed = _plural(word)
            if changed == word:
                changed = _masculine(word)
        if changed == word:
            break
        word = changed
    return word
