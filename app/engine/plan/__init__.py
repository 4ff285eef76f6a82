"""The plan: each youth at most one triple, positions and seats respected, value near a proof.

    made = plan(pool)                                   # a frozen Plan
    made = plan(pool, not_twice=True)                   # those left out by the plan before come first
    made = plan(pool, start=yesterday.prices)           # warm start: fewer rounds for the same gap
    made = plan(pool, exact=True)                       # small pools: nothing better exists, proved
    made = plan(pool, target_gap=2e-3, rounds=7, threads=2)

**In.** A ``Pool`` (which holds the weights; ``pool.weights.version`` names them). ``not_twice`` reads
``YouthInput.left_out_before`` and adds ``LEFT_OUT_BONUS`` to every triple of such a youth. ``start``
takes prices by id from an earlier plan, of this pool or of one before it; ids that have gone are
ignored and new ones cost nothing at first. No clock and no randomness: same pool, same options,
same plan, whatever the number of threads.

**Out.** ``Plan.assigned`` (youth, opening, session, score), ``value``, ``bound`` over *all* triples,
``gap = 1 - value / bound``, ``left_out`` (youth, ``LeftOutReason``, ``again``: left out before as
well), ``shares`` by mission locale (reported, never constrained), ``prices`` (what one more position
or seat is worth: the shortest way to say where places are missing), ``stability`` (who would rather
have each other), ``rounds``, ``pool_version``, ``weights_version``.

**Beside it.** ``cheapest_ways_in(pool, plan, youths)``: for youths left without, the single change
that asks least of them and gives a triple in what the plan leaves free. ``app.engine.certificate``:
``certify(pool, plan)`` checks a plan with the plain definition.

It only proposes: it never takes a position or a seat.
"""

from __future__ import annotations

from app.engine.plan.levers import WayIn, cheapest_ways_in
from app.engine.plan.model import (
    Assigned,
    LeftOut,
    LeftOutReason,
    MissionShare,
    Plan,
    Prices,
    Stability,
)
from app.engine.plan.solve import LEFT_OUT_BONUS, plan

__all__ = [
    "LEFT_OUT_BONUS",
    "Assigned",
    "LeftOut",
    "LeftOutReason",
    "MissionShare",
    "Plan",
    "Prices",
    "Stability",
    "WayIn",
    "cheapest_ways_in",
    "plan",
]
