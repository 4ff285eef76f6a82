"""The sector of a company in words: sections of the NAF rev. 2, told by the first two figures of its code. Pure.

The cut is that of INSEE; the words are ours, and shorter. A number that the nomenclature leaves out stays unsaid.
"""

from __future__ import annotations

SECTIONS: tuple[tuple[int, int, str], ...] = (
    (1, 3, "Agriculture, forêt et pêche"),
    (5, 9, "Industries extractives"),
    (10, 33, "Industrie et artisanat de fabrication"),
    (35, 35, "Électricité, gaz et chaleur"),
    (36, 39, "Eau, assainissement et déchets"),
    (41, 43, "Construction"),
    (45, 47, "Commerce, réparation de véhicules"),
    (49, 53, "Transports et entreposage"),
    (55, 56, "Hébergement et restauration"),
    (58, 63, "Information et communication"),
    (64, 66, "Banque et assurance"),
    (68, 68, "Immobilier"),
    (69, 75, "Activités spécialisées, scientifiques et techniques"),
    (77, 82, "Services administratifs et de soutien"),
    (84, 84, "Administration publique"),
    (85, 85, "Enseignement"),
    (86, 88, "Santé et action sociale"),
    (90, 93, "Arts, spectacles et loisirs"),
    (94, 96, "Autres services, dont coiffure et soins"),
    (97, 98, "Ménages employeurs"),
    (99, 99, "Organismes internationaux"),
)
"""First and last division of each section, and what it is called."""


def sector_of(naf_code: str | None) -> str:
    """The words of the section, empty when the code is unknown or none.

    >>> sector_of("10.71C"), sector_of("56"), sector_of("04"), sector_of(None)
    ('Industrie et artisanat de fabrication', 'Hébergement et restauration', '', '')
    """
    digits = (naf_code or "")[:2]
    if not digits.isdigit():
        return ""
    return next((words for first, last, words in SECTIONS if first <= int(digits) <= last), "")
