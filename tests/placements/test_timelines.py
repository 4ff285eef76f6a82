"""One time line for a youth, an opening, a session and a company; each reader finds what it may read and no more."""

from __future__ import annotations

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.placements import services
from app.placements.workflow import LeafState
from tests.factories.accounts import sign_in
from tests.factories.placements import Party, Triple, make_placement, make_triple, say_yes
from tests.helpers.swap import parse


@pytest.fixture
def triple(frozen: time_machine.Traveller, app: Flask, session: Session) -> Triple:
    """The employer says no with a reason; the youth says no for health, which is nobody else's business."""
    with transaction() as writing:
        triple = make_triple(writing)
        placement = say_yes(writing, triple, make_placement(writing, triple), "cfa")
        services.employer_says(
            writing,
            triple.employer.actor,
            placement_id=placement.id,
            answer=LeafState.NO,
            reason="no_tutor",
        )
        services.youth_says(
            writing,
            triple.adviser.actor,
            placement_id=placement.id,
            answer=LeafState.NO,
            reason="health",
        )
        return triple


def lines(app: Flask, party: Party, path: str) -> list[str] | int:
    """The sentences of a time line, or the status of a refusal."""
    answer = sign_in(app.test_client(), party.user).get(path)
    if answer.status_code != 200:
        return answer.status_code
    return [" ".join(one.get_text().split()) for one in parse(answer).select("ol.timeline li")]


def paths(triple: Triple) -> dict[str, str]:
    return {
        "youth": f"/historique/jeune/{triple.youth.id}",
        "opening": f"/historique/offre/{triple.opening.id}",
        "session": f"/historique/session/{triple.training.id}",
        "company": f"/historique/entreprise/{triple.employer.organisation.id}",
    }


def test_the_house_reads_everything_of_its_youth(app: Flask, triple: Triple) -> None:
    found = lines(app, triple.adviser, paths(triple)["youth"])

    assert isinstance(found, list)
    assert any("Employeur : non" in one and "Pas de maître d'apprentissage" in one for one in found)
    assert any("(Santé)" in one and "lu par l’accompagnement" in one for one in found)
    assert all("lu par" in one for one in found)


@pytest.mark.parametrize("of", ["opening", "company"])
def test_the_employer_reads_its_side_without_the_youths_reason(
    app: Flask, triple: Triple, of: str
) -> None:
    found = lines(app, triple.employer, paths(triple)[of])

    assert isinstance(found, list)
    assert any("Jeune : non" in one and triple.youth.public_code in one for one in found)
    assert not [one for one in found if "Santé" in one]
    assert not [one for one in found if triple.adviser.organisation.name in one]


def test_the_cfa_reads_the_history_of_its_session(app: Flask, triple: Triple) -> None:
    found = lines(app, triple.cfa, paths(triple)["session"])

    assert isinstance(found, list)
    assert any("CFA : oui" in one for one in found)
    assert not [one for one in found if "Santé" in one]


def test_strangers_find_no_line_or_no_page(app: Flask, session: Session, triple: Triple) -> None:
    with transaction() as writing:
        other = make_triple(writing)
    session.commit()

    found = {
        name: (
            lines(app, other.adviser, path),
            lines(app, other.cfa, path),
            lines(app, other.employer, path),
        )
        for name, path in paths(triple).items()
    }

    assert found == {
        "youth": (404, 404, 404),
        "opening": ([], [], 404),
        "session": ([], [], []),
        "company": ([], [], 404),
    }
