"""The writer is killed at any moment: what it acknowledged is there once, and the database tells one story."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.operations.kills import KillReport, run_kills


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_or_doubled_by_three_kills(kept_app: Flask) -> None:
    report = run_kills(kept_app, kills=3)

    assert (report.kills, report.faults) == (3, [])
    assert report.acknowledged >= 3


def test_a_loss_would_be_told() -> None:
    report = KillReport(lost=["k0-1"], doubled=["k0-2"], findings=["Places : n° 1"])

    assert report.faults == ["lost k0-1", "doubled k0-2", "Places : n° 1"]
