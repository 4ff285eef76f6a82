"""What the night does to data: warn, anonymise, erase, purge, and the report of it."""

from __future__ import annotations

from typing import Any

from app.core.db import db, transaction
from app.core.retention import RetentionKind
from app.core.tasks import JobContext, periodic, task
from app.core.vault import unlock
from app.privacy import services
from app.privacy.queries.retention import warned_files
from app.privacy.services.marking import close_overtaken, youth_who_came_back
from app.privacy.services.old_rows import open_names_of_adults
from app.privacy.services.requests import TASK
from app.privacy.services.retaining import FILE_KINDS


@task(TASK)
def send_own_link(_context: JobContext, payload: dict[str, Any]) -> None:
    """Send their link to the youth of an address, if there are any."""
    with transaction() as session:
        services.email_own_link(session, email=unlock(str(payload["address"])))


@periodic("privacy_stops", minute="*/2")
def finish_stops() -> None:
    """Whatever ended the agreements of a youth, all that rested on them ends within minutes.

    The other way round: the mark of who agreed anew ends, so that the registers count what is true.
    """
    session = db.session()
    unfinished, returned = services.unfinished_stops(session), youth_who_came_back(session)
    session.rollback()
    for youth_id in returned:
        with transaction() as writing:
            close_overtaken(writing, youth_id=youth_id)
    for youth_id in unfinished:
        with transaction() as writing:
            services.finish_stop(writing, youth_id=youth_id)


@periodic("privacy_night", hour="1", minute="40")
def night() -> None:
    """Each person in a transaction of their own: a night that is cut goes on where it stopped the next time."""
    run_night()


def run_night() -> dict[str, int]:
    """The night's work; safe to run twice. Returns counts by what was done, as the report keeps them."""
    counts = {"warned": 0, "anonymised": 0, "erased": 0, "adults": 0}
    session = db.session()
    due, erasures = warned_files(session), services.due_erasures(session)
    session.rollback()
    for request_id in erasures:
        with transaction() as writing:
            counts["erased"] += services.erase_due(writing, request_id=request_id) is not None
    for youth_id in due:
        with transaction() as writing:
            counts["anonymised"] += services.anonymise_due(writing, youth_id=youth_id)
    with transaction() as writing:
        counts["warned"] = services.warn_of_due(writing)
    with transaction() as writing:
        counts["adults"] = open_names_of_adults(writing)
    for kind in RetentionKind:
        if kind in FILE_KINDS:
            continue
        with transaction() as writing:
            removed = services.run_other_purges(writing, kind)
            if removed:
                counts[kind.value] = removed
    with transaction() as writing:
        services.note_night(writing, counts)
    return counts
