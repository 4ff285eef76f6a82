"""The independent checker of a plan: feasibility, value and dual bound, in float64.

``certify(pool, plan)`` shares no code with the planner or the searches. Triples of the plan are scored
anew, and those found otherwise, with a share of the rest, judged by the plain definition (``judge.py``);
the bound is added up again from the rows by plain loops over every youth, opening and session within
reach (``sheets.py``, ``worth.py``, ``sums.py``): own tables, own formulas, haversine instead of chords,
and every pair looked at that could still win.
"""

from __future__ import annotations

from app.engine.certificate.checks import Certificate, certify

__all__ = ["Certificate", "certify"]
