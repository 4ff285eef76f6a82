"""Names of the demonstration: frequent given names, and family names of many origins."""

from __future__ import annotations

from app.demo.chance import Chance


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GIVEN = _words(
    """
    Lina Enzo Jade Nathan Manon Lucas Chloé Hugo Léa Théo Inès Mathis Camille Noah Sarah Yanis
    Emma Rayan Louise Tom Anaïs Maël Océane Kylian Clara Ewen Mélissa Gabin Enora Malo Nolwenn
    Killian Gwenaëlle Titouan Maëlys Evan Fatou Mamadou Aminata Ibrahim Yasmine Mehdi Samira
    Karim Nour Bilal Sofia Adam Thaïs Axel Eva Dylan Lola Jordan Morgane Kevin Laura Alexis
    Élise Quentin Lucie Antoine Marie Pierre Julie Valentin Pauline Romain Zoé Bastien Aya Amine
    Leïla Moussa Awa Ismaël Linh Minh Ana Tiago Inaya Diego Elena Mihai Oksana Danylo Priya Arun
    """
)

FAMILY = _words(
    """
    Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefebvre
    Leroy Roux David Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau
    Le_Goff Le_Gall Tanguy Riou Kerbrat Cadiou Guéguen Le_Roux Hamon Jégou Morvan Rolland
    Benali Haddad Mansouri Traoré Diallo Coulibaly Ndiaye Konaté Nguyen Tran Pham Da_Silva
    Ferreira Pereira Garcia Lopez Fernandez Rossi Popescu Ionescu Kovalenko Yilmaz Kaya Demir
    Rahmani Sylla Camara Bah Keita Mendy Sow Abdallah Belkacem Chérif Ziani Hoarau Payet Grondin
    """
)


def person(chance: Chance) -> tuple[str, str]:
    """A given and a family name that no rule ties together."""
    return chance.choice(GIVEN), chance.choice(FAMILY).replace("_", " ")
