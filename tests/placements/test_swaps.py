"""A whole life by swaps: what htmx puts in the place of the card is, at each turn, the page loaded anew."""

from __future__ import annotations

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from app.core import clock
from app.core.db import transaction
from app.placements import services
from tests.factories.accounts import sign_in
from tests.factories.placements import Triple, make_placement, make_triple
from tests.helpers.swap import assert_same, htmx_headers, parse, swap

Turn = tuple[str, str, dict[str, object]]
"""Who, which button, what is sent."""
ATTACH = "rattacher"
"""Its button stands among the other ways, which load the page whole."""


@pytest.fixture
def triple(frozen: time_machine.Traveller, app: Flask, session: Session) -> Triple:
    with transaction() as writing:
        return make_triple(writing)


def lived(triple: Triple, meeting: str) -> list[Turn]:
    """A life of many turns."""
    return [
        ("cfa", "cfa", {"answer": "yes"}),
        ("adviser", "jeune", {"answer": "yes", "youth-channel": "phone"}),
        ("adviser", f"rendez-vous/{meeting}", {f"outcome_{meeting}-outcome": "good"}),
        ("adviser", "detacher/employer", {"detach_employer-reason": "too_far"}),
        ("cfa", "prolonger", {}),
        ("cfa", "stagiaire", {}),
        ("adviser", ATTACH, {"attach-opening_id": triple.opening.id}),
        ("adviser", "jeune", {"answer": "yes", "youth-channel": "phone"}),
        ("employer", "employeur", {"answer": "yes"}),
        ("employer", "prolonger-poste", {}),
        ("cfa", "signer", {}),
        ("employer", "tuteur", {"tutor-tutor_email": "gaelle@fournil.fr"}),
        ("cfa", "fin-du-contrat", {"contract_end-contract_ends_on": "2028-08-31"}),
        ("cfa", "commencer", {}),
    ]


ENDS = {
    "terminer": {"complete-result": "diploma"},
    "rompre": {"break_off-reason": "mutual_agreement"},
}


@pytest.mark.parametrize("end", ENDS)
def test_at_each_turn_of_a_life_the_card_that_is_swapped_in_is_the_page_loaded_anew(
    app: Flask, triple: Triple, end: str
) -> None:
    with transaction() as writing:
        key = make_placement(writing, triple).id
        meeting = services.interview(
            writing,
            triple.employer.actor,
            placement_id=key,
            starts_at=clock.now(),
            place="Au fournil",
        ).id
    path = f"/propositions/{key}"
    clients = {
        who: sign_in(app.test_client(), getattr(triple, who).user)
        for who in ("adviser", "employer", "cfa")
    }

    for who, verb, values in [*lived(triple, str(meeting)), ("cfa", end, ENDS[end])]:
        client = clients[who]
        page = parse(client.get(path))
        offered = [one["action"] for one in page.select("form[hx-post]")]
        token = page.select_one('form[hx-post] input[name$="csrf_token"]')
        assert token
        data = {"csrf_token": token["value"], **values}
        if verb == ATTACH:
            assert client.post(f"{path}/{verb}", data=data).status_code == 303
            continue

        answer = client.post(f"{path}/{verb}", data=data, headers=htmx_headers("placement-card"))

        assert f"{path}/{verb}" in offered
        assert answer.status_code == 200, (verb, answer.text)
        assert_same(swap(page, answer, target="placement-card"), parse(client.get(path)))
