"""The checker looks at a few strips of the map around each home; it must pass nobody over, wherever the home."""

from __future__ import annotations

import numpy as np
import pytest

from app.engine.certificate import certify
from app.engine.plan import plan
from app.engine.pool import Pool
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


def test_the_checker_needs_no_positions() -> None:
    nowhere = {"lat": None, "lon": None}
    pool = Pool.build(
        [baker(1, **nowhere), baker(2)],
        [bakery(7, **nowhere)],
        [bakery_course(9, **nowhere)],
    )

    made = plan(pool)

    assert certify(pool, made).bound == pytest.approx(made.bound, abs=1e-9)
