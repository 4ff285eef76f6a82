"""The checker looks at a few strips of the map around each home; it must pass nobody over, wherever the home."""

from __future__ import annotations

import numpy as np
import pytest

from app.engine.brute import brute_best
from app.engine.certificate import certify
from app.engine.plan import plan
from app.engine.pool import Pool
from app.engine.triples import best_triples
from tests.engine.plain_rows import baker, bakery, bakery_course


@pytest.mark.parametrize(
    ("lat", "lon"),
    [(48.0, -4.1), (89.95, 10.0), (-60.0, 179.95), (0.0, -179.95), (48.05, 0.0)],
    ids=["Quimper", "pole", "east of the date line", "west of it", "edge of a strip"],
)
def test_the_checker_proves_the_bound_of_the_search_wherever_youths_live(
    lat: float, lon: float
) -> None:
    random = np.random.default_rng(3)

    def near() -> dict[str, float]:
        high, wide = random.normal(0.0, 0.15, 2)
        east = lon + wide / np.cos(np.radians(lat))  # as far on the ground wherever it is
        return {"lat": min(90.0, lat + high), "lon": (east + 180.0) % 360.0 - 180.0}

    pool = Pool.build(
        [baker(i, **near(), limit_km=25.0, readiness=i / 16) for i in range(16)],
        [bakery(i, **near(), answer_rate=i / 12) for i in range(12)],
        [bakery_course(i, **near(), seats_free=2) for i in range(8)],
    )

    made = plan(pool)

    proof = certify(pool, made)
    assert made.assigned
    assert proof.sound, proof.faults
    assert proof.bound == pytest.approx(made.bound, abs=1e-9)


@pytest.mark.parametrize(
    ("lat", "lon"), [(48.0, -4.1), (89.5, 10.0), (-60.0, 179.95), (0.0, -179.95), (5.6, 10.8)]
)
def test_a_search_passes_no_site_by_for_the_zone_it_lies_in(lat: float, lon: float) -> None:
    """Courses by the hundred, each of its own kind, all over some zones of the map: those within reach are found."""
    random = np.random.default_rng(4)

    def around(spread: float) -> dict[str, float]:
        high, wide = random.normal(0.0, spread, 2)
        east = lon + wide / np.cos(np.radians(min(89.0, lat)))
        return {"lat": min(90.0, lat + high), "lon": (east + 180.0) % 360.0 - 180.0}

    trades = [("D1102", f"A{1000 + i}") for i in range(120)]
    courses = [bakery_course(i, **around(0.8), trades=trades[i]) for i in range(120)]
    pool = Pool.build(
        [baker(1, lat=lat, lon=lon, limit_km=60.0)], [bakery(7, **around(0.1))], courses
    )

    found = best_triples(pool, 1, k=200)

    best = brute_best(
        pool.youths[1], pool.openings.values(), courses, pool.likeness, pool.weights, 200
    )
    assert [triple.session for triple in found] == [triple.session for triple in best]
    assert 0 < len(found) < len(courses)


def test_the_checker_needs_no_positions() -> None:
    nowhere = {"lat": None, "lon": None}
    pool = Pool.build(
        [baker(1, **nowhere), baker(2)],
        [bakery(7, **nowhere)],
        [bakery_course(9, **nowhere)],
    )

    made = plan(pool)

    assert certify(pool, made).bound == pytest.approx(made.bound, abs=1e-9)
