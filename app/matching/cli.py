"""The pool made ready when a web process starts, so that the first reader waits for nothing.

Loading the rows and the machine code of the search takes seconds, and a minute or more where the code must be compiled
first. Meanwhile the process answers, and `/readyz` says that it is not ready.
"""

from __future__ import annotations

import threading

from flask import Flask

from app.core.db import db
from app.core.health import starts_cold
from app.core.processes import give_memory_back
from app.engine.triples import best_triples, count_triples
from app.matching.queries.pool import current_pool


def warm_up(app: Flask) -> None:
    """Load the pool, search and count once, as the first page does.

    What goes wrong is logged: the first page will meet it again and say so.
    """
    try:
        with app.app_context():
            pool = current_pool(db.session())
            first = next(iter(pool.youths), None)
            if first is not None:
                best_triples(pool, first, 1)
                count_triples(pool, first)
            db.session.remove()
    except Exception:
        app.logger.exception("pool_not_warmed")


def warm_in_background(app: Flask) -> threading.Thread:
    """Start warming; readiness waits until it is over."""
    is_warm = starts_cold(app)

    def run() -> None:
        try:
            warm_up(app)
            give_memory_back()
        finally:
            is_warm.set()

    thread = threading.Thread(target=run, name="warm-up", daemon=True)
    thread.start()
    return thread
