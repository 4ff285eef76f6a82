"""One line, several trades."""

from __future__ import annotations

import pytest

from app.engine.text import split_wishes


@pytest.mark.parametrize(
    ("line", "wishes"),
    [
        ("boulengerie/patiserie", ["boulengerie", "patiserie"]),
        ("Vendeur / Vendeuse", ["Vendeur / Vendeuse"]),
        ("serveur/euse", ["serveur / euse"]),
        ("Boulanger H/F, coiffeur ou mécanicien", ["Boulanger", "coiffeur", "mécanicien"]),
        ("Agent / Agente d'entretien / peintre", ["Agent / Agente d'entretien", "peintre"]),
        ("- maçon\n- plombier", ["maçon", "plombier"]),
        ("boulanger(ère) & pâtissier(ère)", ["boulanger(ère)", "pâtissier(ère)"]),
        ("coiffeur (h/f/x)", ["coiffeur"]),
        ("vente et commerce", ["vente et commerce"]),
        ("Coiffure ou coiffure", ["Coiffure"]),
        ("cuisine sinon service", ["cuisine", "service"]),
        ("développeur C++", ["développeur C++"]),
        ("maçon / ", ["maçon"]),
        ("", []),
        (" ;; ", []),
    ],
)
def test_a_line_is_parted_into_the_trades_it_names(line: str, wishes: list[str]) -> None:
    assert split_wishes(line) == wishes
