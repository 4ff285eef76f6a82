"""Erasure: asked for, thirty days to change one's mind, done with a certificate, done again after a restore."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.erasures import Act, Noted, note_word, noted_acts
from app.core.errors import Conflict, NotFound
from app.core.permissions import ensure
from app.core.retention import BACKUP_DAYS
from app.policy.actor import CLOCK, Actor
from app.policy.permissions import Permission
from app.privacy import emails
from app.privacy.models import ErasureRequest, ErasureState
from app.privacy.queries.holdings import HOLDINGS, Treatment
from app.privacy.queries.person import has_contract, keeps_seat, rights_facts, waiting_erasure
from app.privacy.services.marking import close_overtaken, mark_for_erasure
from app.privacy.services.noting import note_on_file
from app.privacy.services.purging import purge_person
from app.privacy.services.stopping import adviser_email, stop
from app.youth.models import Youth


def ask_erasure(db_session: Session, actor: Actor, *, youth_id: int) -> ErasureRequest:
    """The youth asks to be forgotten. Everything stops now; the purge comes after thirty days of grace.

    A stop leaves a mark that a new agreement takes away; this one stays until the youth says that they keep the
    file. Days that run since a stop go on.

    Raises:
        NotFound: no such youth for this actor.
        Conflict: it was asked for already.
    """
    youth = _open(db_session, actor, youth_id)
    waiting = waiting_erasure(db_session, youth_id)
    if waiting is not None and waiting.is_asked:
        raise Conflict("L’effacement est déjà demandé : la date est sur la page.")
    stopped = stop(db_session, actor, youth_id=youth_id, is_erasure_asked=True)
    if stopped.marked is not None:
        return stopped.marked
    row = mark_for_erasure(db_session, actor, youth, by_stop=False)
    if actor.link is not None:
        emails.tell_house_of_request(
            db_session,
            organisation_id=youth.organisation_id,
            adviser_email=adviser_email(db_session, youth),
            code=youth.public_code,
            youth_id=youth_id,
            due_on=row.due_on,
        )
    return row


def keep_after_all(db_session: Session, actor: Actor, *, youth_id: int) -> ErasureRequest:
    """The youth changed their mind inside the thirty days. Agreements do not come back: they are given anew.

    Noted by somebody else, it is told to the youth: nobody undoes what they asked behind their back.

    Raises:
        NotFound: no such youth for this actor.
        Conflict: nothing was asked.
    """
    youth = _open(db_session, actor, youth_id)
    row = waiting_erasure(db_session, youth_id)
    if row is None:
        raise Conflict("Aucun effacement n’est demandé.")
    row.state = ErasureState.KEPT
    note_word(Act.KEPT, youth.id, youth.public_code)
    note_on_file(db_session, actor, youth_id, "erasure_cancelled")
    if actor.link is None and youth.email:
        emails.confirm_kept(db_session, youth)
    return row


def due_erasures(db_session: Session) -> list[int]:
    """Requests whose grace is over."""
    return list(
        db_session.scalars(
            select(ErasureRequest.id)
            .where(
                ErasureRequest.state == ErasureState.WAITING,
                ErasureRequest.due_on <= clock.today(),
            )
            .order_by(ErasureRequest.id)
        )
    )


def erase_due(db_session: Session, *, request_id: int) -> ErasureRequest | None:
    """Purge one person whose grace is over; None before the day, while a contract runs or a seat is kept.

    Who agreed anew since the mark of a stop has come back: the mark ends instead.

    The certificate says what was removed, by table, what stays and why; its hash is of the canonical JSON.
    """
    row = db_session.get(ErasureRequest, request_id, with_for_update=True)
    if row is None or row.state is not ErasureState.WAITING or row.due_on > clock.today():
        return None
    if close_overtaken(db_session, youth_id=row.youth_id):
        return None
    if has_contract(db_session, row.youth_id) or keeps_seat(db_session, row.youth_id):
        return None
    removed = purge_person(db_session, youth_id=row.youth_id)
    row.state, row.done_at = ErasureState.DONE, clock.now()
    row.certificate = _certificate(row, removed)
    row.certificate_hash = certificate_hash(row.certificate)
    note_on_file(db_session, CLOCK, row.youth_id, "erased")
    return row


def erase_again(db_session: Session) -> int:
    """After a restore: purge those whom the copy still knows and who were erased since. Returns how many."""
    again = 0
    for erased in list(noted_acts()):
        if erased.act is not Act.ERASED or still_known(db_session, erased) is None:
            continue
        removed = purge_person(db_session, youth_id=erased.youth_id)
        waiting = waiting_erasure(db_session, erased.youth_id)
        if waiting is not None:
            waiting.state, waiting.done_at = ErasureState.DONE, clock.now()
            waiting.certificate = _certificate(waiting, removed)
            waiting.certificate_hash = certificate_hash(waiting.certificate)
        note_on_file(db_session, CLOCK, erased.youth_id, "erased_again")
        again += 1
    return again


def still_known(db_session: Session, noted: Noted) -> Youth | None:
    """The person of a line, where the database still knows them."""
    youth = db_session.get(Youth, noted.youth_id)
    if youth is None or youth.anonymised_at is not None or not noted.is_of(youth.public_code):
        return None
    return youth


def certificate_hash(certificate: Mapping[str, Any]) -> str:
    """SHA-256 of the certificate written with sorted keys and no spaces."""
    text = json.dumps(certificate, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _certificate(row: ErasureRequest, removed: Mapping[str, int]) -> dict[str, Any]:
    kept = {
        name: one.why
        for name, one in HOLDINGS.items()
        if one.treatment is not Treatment.DELETE and one.why
    }
    return {
        "number": row.id,
        "digest": row.digest,
        "asked_at": row.asked_at.isoformat(),
        "due_on": row.due_on.isoformat(),
        "done_at": row.done_at.isoformat() if row.done_at else None,
        "removed": dict(removed),
        "kept": kept,
        "backups_expire_on": (clock.today() + timedelta(days=BACKUP_DAYS)).isoformat(),
    }


def _open(db_session: Session, actor: Actor, youth_id: int) -> Youth:
    facts = rights_facts(db_session, youth_id)
    ensure(actor, Permission.RIGHTS_ERASE, facts, seen_by=Permission.RIGHTS_VIEW)
    youth = db_session.get(Youth, youth_id)
    if youth is None or youth.anonymised_at is not None:
        raise NotFound
    return youth
