"""Linear pace towards a target, such as the objectives of the 2009 agreements."""

from __future__ import annotations

from datetime import date


def linear_pace(start: date, end: date, target: int, on: date) -> int:
    """Count expected on ``on`` at an even pace from ``start`` to ``end``, rounded down.

    Zero until ``start``, ``target`` from ``end``. Test vector of the dossier: 50,000 companies
    from 2009-07-02 to 2010-10-31 give 18,724 on 2009-12-31. Raises ``ValueError`` when the window
    is empty or the target negative.
    """
    if end <= start:
        raise ValueError("the window is empty")
    if target < 0:
        raise ValueError("a target cannot be negative")
    elapsed = min(max((on - start).days, 0), (end - start).days)
    return target * elapsed // (end - start).days
