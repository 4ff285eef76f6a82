"""The texts that a youth agrees to, each with its version, which the consent record names.

A text that was used is never edited: a new wording is a new version, added beside.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConsentText:
    """One text as it is read aloud: shown on the screen, printed on the sheet, named by the ledger."""

    version: str
    title: str
    paragraphs: tuple[str, ...]


def _paragraphs(text: str) -> tuple[str, ...]:
    """Paragraphs parted by an empty line, each on one line."""
    return tuple(" ".join(one.split()) for one in text.strip().split("\n\n"))


LISTING_2026_11 = ConsentText(
    "listing-2026-11",
    "Être proposé sans mon nom",
    _paragraphs("""
        Je cherche un contrat en alternance. J’accepte que mon conseiller montre mon profil à des
        employeurs, à des CFA et aux points A qui travaillent avec sa structure.

        On y lit : les métiers que je souhaite, mon niveau, à partir de quand je suis disponible,
        jusqu’où je peux aller, si j’ai besoin d’un internat, si j’ai le permis quand le poste le
        demande, et les mots que j’ai choisis.

        On n’y lit jamais : mon nom, mon adresse, ma date de naissance, mon téléphone, ma santé,
        les notes de mon conseiller. Mon nom n’est donné à un employeur que si je dis oui, à
        chaque fois.

        Je peux dire non. Je peux changer d’avis quand je veux, d’un mot à mon conseiller : mon
        profil disparaît aussitôt. Cela ne change rien à mon accompagnement. Mon accord vaut six
        mois ; on me redemande ensuite.
    """),
)
REVEAL_2026_11 = ConsentText(
    "reveal-2026-11",
    "Donner mon nom à un employeur et à un CFA",
    _paragraphs("""
        Je dis oui à cette proposition. J’accepte que cet employeur et ce CFA reçoivent mon prénom
        et l’initiale de mon nom puis, quand un entretien ou un contrat se prépare, ce qu’il faut
        pour le préparer.

        Personne d’autre ne les reçoit. Je peux changer d’avis : ils ne voient alors plus rien de
        moi.
    """),
)
REVEAL_HELPED_2026_11 = ConsentText(
    "reveal-helped-2026-11",
    "Donner mon nom à un employeur, à un CFA et à la personne qui aide au contrat",
    _paragraphs("""
        Je dis oui à cette proposition. J’accepte que cet employeur et ce CFA reçoivent mon prénom
        et l’initiale de mon nom puis, quand un entretien ou un contrat se prépare, ce qu’il faut
        pour le préparer.

        Un conseiller en apprentissage a fait cette proposition. Si l’employeur, le CFA et moi
        disons tous oui, il reçoit aussi mon nom, pour aider à écrire le contrat.

        Personne d’autre ne les reçoit. Je peux changer d’avis : ils ne voient alors plus rien de
        moi.
    """),
)
ACKNOWLEDGEMENT_2026_11 = ConsentText(
    "acknowledgement-2026-11",
    "Représentant légal : ce que je sais",
    _paragraphs("""
        Je sais que le mineur dont je suis responsable cherche un contrat en alternance et que son
        profil, sans son nom, est proposé à des employeurs et à des CFA.

        Son nom n’est donné à un employeur qu’avec son accord. Ma signature sera nécessaire pour un
        contrat.
    """),
)
REPRESENTATIVE_2026_11 = ConsentText(
    "representative-2026-11",
    "Représentant légal : mon accord",
    _paragraphs("""
        Le jeune dont je suis responsable cherche un contrat en alternance : il apprend un métier
        dans un CFA et dans une entreprise. Son conseiller le propose à des employeurs et à des CFA
        sans dire son nom.

        Si je suis d’accord, et si le jeune dit oui lui aussi, un employeur et un CFA peuvent
        connaître son prénom, puis son nom quand un entretien ou un contrat se prépare.

        Si je ne suis pas d’accord, son nom n’est donné à personne. Avant 16 ans, il n’est plus
        proposé du tout. Cela ne change rien à l’aide que son conseiller lui apporte.

        Je peux changer d’avis à tout moment, par ce lien. Ma signature restera nécessaire pour un
        contrat.
    """),
)

LISTING = LISTING_2026_11
REVEAL = REVEAL_2026_11
REVEAL_HELPED = REVEAL_HELPED_2026_11
ACKNOWLEDGEMENT = ACKNOWLEDGEMENT_2026_11
REPRESENTATIVE = REPRESENTATIVE_2026_11
TEXTS = {
    one.version: one
    for one in (
        LISTING_2026_11,
        REVEAL_2026_11,
        REVEAL_HELPED_2026_11,
        ACKNOWLEDGEMENT_2026_11,
        REPRESENTATIVE_2026_11,
    )
}

LISTING_MONTHS = 6
# A name given for a proposal is good for as long as a listing; given for a signed contract, for the
# longest contract (three years, four with a recognised disability) and six months of follow-up.
REVEAL_MONTHS = 6
CONTRACT_MONTHS = 54
FOLLOW_UP_MONTHS = 6
