"""Lines of a file of travel times: what is understood, what is given back and why."""

from __future__ import annotations

import io

import pytest

from app.core.errors import Invalid
from app.reference.models import JourneyMeans
from app.reference.services.travel import Reading, read_times
from app.reference.services.travel.reading import Known

QUIMPER = Known("29232", "53", (47.9960, -4.0970))
BREST = Known("29019", "53", (48.4003, -4.5024))
COMMUNES = {
    "29232": QUIMPER,
    "29019": BREST,
    "01004": Known("01004", "53", None),
    "23008": Known("23008", "75", None),
    "29999": QUIMPER,  # a code of before a merger
}


def read(text: str, means: JourneyMeans | None = None) -> Reading:
    return read_times(io.BytesIO(text.encode()), COMMUNES, region="53", means=means)


@pytest.mark.parametrize(
    "text",
    [
        "origine;destination;moyen;minutes\n29232;29019;voiture;55\n",
        "Mode de transport,Durée (minutes),Arrivée,Départ\nVOITURE,55,29019,29232\n",
        "from\tto\tmeans\tminutes\n29999\t29019\tCovoiturage\t55,2 min\n",
    ],
)
def test_columns_are_known_by_their_names_in_any_order_and_old_codes_lead_to_the_commune_of_today(
    text: str,
) -> None:
    reading = read(text)

    assert dict(reading.minutes) == {("29232", JourneyMeans.CAR): {"29019": 55}}
    assert not reading.reasons


def test_a_zero_that_a_spreadsheet_ate_is_given_back_and_a_means_may_be_said_for_the_whole_file() -> (
    None
):
    reading = read("origine;destination;minutes\n1004;29019;80\n", JourneyMeans.TRANSIT)

    assert dict(reading.minutes) == {("01004", JourneyMeans.TRANSIT): {"29019": 80}}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("99999;29019;voiture;55", "la commune de départ n’est pas un code INSEE connu"),
        ("29232;Brest;voiture;55", "la commune d’arrivée n’est pas un code INSEE connu"),
        ("23008;29019;voiture;55", "la commune de départ est dans une autre région"),
        ("29232;29019;trottinette;55", "le moyen de transport n’est pas reconnu"),
        ("29232;29019;;55", "le moyen de transport n’est pas reconnu"),
        ("29232;29019;voiture;", "la durée n’est pas un nombre de minutes de 0 à 600"),
        ("29232;29019;voiture;-3", "la durée n’est pas un nombre de minutes de 0 à 600"),
        ("29232;29019;voiture;nan", "la durée n’est pas un nombre de minutes de 0 à 600"),
        ("29232;29019;voiture;601", "la durée n’est pas un nombre de minutes de 0 à 600"),
        ("29232;29019;voiture;12", "la durée suppose plus de 150 km/h à vol d’oiseau"),
    ],
)
def test_a_line_that_cannot_be_is_given_back_with_its_number_its_cells_and_the_reason(
    line: str, reason: str
) -> None:
    reading = read(f"origine;destination;moyen;minutes\n29019;29232;bus;90\n{line}\n")

    assert reading.pairs == 1
    assert [(one.line, one.reason) for one in reading.refused] == [(3, reason)]
    assert reading.refused[0].cells[0] == line.split(";", maxsplit=1)[0]


def test_the_same_way_said_twice_counts_once_and_another_time_for_it_is_given_back() -> None:
    head = "origine;destination;moyen;minutes\n"

    reading = read(head + "29232;29019;bus;90\n29232;29019;bus;90\n29232;29019;bus;95\n")

    assert reading.pairs == 1
    assert [one.line for one in reading.refused] == [4]


@pytest.mark.parametrize("head", ["origine;minutes;moyen\n", "29232;29019;voiture;55\n"])
def test_a_file_that_does_not_name_its_columns_is_refused_as_a_whole(head: str) -> None:
    with pytest.raises(Invalid, match="Il manque"):
        read(head)
