"""What people write first when a long password is asked for: words, keyboard rows, years, names of the trade.

Written by us for this portal, folded (lower case, no accent). Fifteen characters made only of these
are on every guesser's list.
"""

from __future__ import annotations

ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "zyxwvutsrqponmlkjihgfedcba",
    "azertyuiop",
    "poiuytreza",
    "qsdfghjklm",
    "mlkjhgfdsq",
    "wxcvbn",
    "nbvcxw",
    "qwertyuiop",
    "poiuytrewq",
    "asdfghjkl",
    "lkjhgfdsa",
    "zxcvbnm",
    "mnbvcxz",
)

_WORDS = """
admin administrateur administrator alternance amour anniversaire apprenti apprentie apprentissage
azerty bienvenue bonjour bretagne cfa changer changeme chaton cheval chocolat code coeur compte
connexion conseiller conseillere contrasena contrat coucou default demo demonstration dragon
employeur entreprise famille football formation france fromage google hello iloveyou insertion
invite jeune jeunes jetaime jtaime letmein licorne liverpool locale local login lundi mardi
marseille master maison mercredi michael microsoft minou mission missionlocale mdp mot motdepasse
motdepas naruto nicolas nouveau nouvelle ordinateur oublie paris pass passe passw0rd passer
password passwort pokemon portail princesse provisoire qwerty rugby samedi secret secretaire
secure securite service soleil starwars summer sunshine superman temporaire test thomas trefle
trefles trustno trustno1 user utilisateur vacances vendredi welcome winter printemps automne hiver
ete janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
de du des la le les un une mon ma mes et ou ne pas est suis
"""
COMMON_PARTS = frozenset(_WORDS.split())
