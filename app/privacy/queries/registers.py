"""The officer's registers: lists that left the portal, erasures, what waits, and finding the file of a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, User
from app.core.access import NamedExport
from app.core.pages import Page, paginate
from app.core.text import sort_key
from app.policy import predicates
from app.policy.actor import Actor
from app.policy.facts import NOTHING
from app.privacy.labels import EXPORT_REASONS, FORMATS, export_words
from app.privacy.models import CorrectionRequest, ErasureRequest, ErasureState
from app.youth.models import Youth

MOST_FOUND = 25


@dataclass(frozen=True, slots=True)
class ExportLine:
    """One list that left the portal."""

    id: int
    made_at: datetime
    who: str
    organisation: str | None
    what: str
    why: str
    file_format: str
    filters: Mapping[str, Any]
    names: int


@dataclass(frozen=True, slots=True)
class ErasureLine:
    """One request; the certificate is there once it is done."""

    id: int
    youth_id: int
    organisation: str
    state: ErasureState
    asked_at: datetime
    by_youth: bool
    is_asked: bool  # else a stop left the mark, and a new agreement takes it away
    due_on: date
    done_at: datetime | None
    certificate_hash: str | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits on the officer's first page."""

    erasures: int
    corrections: int
    exports: int


@dataclass(frozen=True, slots=True)
class FoundFile:
    """One file found by its code or its name."""

    id: int
    name: str
    code: str
    organisation: str
    birth_date: date


def _own(actor: Actor, column: Any) -> ColumnElement[bool]:
    """The platform's officer answers for every organisation, another one for its own."""
    if predicates.of_the_platform(actor, NOTHING):
        return true()
    return column == actor.organisation_id  # type: ignore[no-any-return]


def waiting_for_officer(db_session: Session, actor: Actor) -> Waiting:
    """Three counts: three statements."""
    erasures = select(func.count()).where(
        ErasureRequest.state == ErasureState.WAITING, _own(actor, ErasureRequest.organisation_id)
    )
    corrections = (
        select(func.count())
        .select_from(CorrectionRequest)
        .join(Youth, Youth.id == CorrectionRequest.youth_id)
        .where(CorrectionRequest.done_at.is_(None), _own(actor, Youth.organisation_id))
    )
    exports = select(func.count()).where(_own(actor, NamedExport.organisation_id))
    return Waiting(
        erasures=db_session.scalar(erasures) or 0,
        corrections=db_session.scalar(corrections) or 0,
        exports=db_session.scalar(exports.select_from(NamedExport)) or 0,
    )


def exports_of(db_session: Session, actor: Actor, *, page: int, text: str = "") -> Page[ExportLine]:
    """One page of the register of named lists, newest first: two statements."""
    query = (
        select(
            NamedExport,
            User.given_name,
            User.family_name,
            Organisation.name.label("organisation"),
        )
        .outerjoin(User, User.id == NamedExport.user_id)
        .outerjoin(Organisation, Organisation.id == NamedExport.organisation_id)
        .where(_own(actor, NamedExport.organisation_id))
        .order_by(NamedExport.made_at.desc(), NamedExport.id.desc())
    )
    if text.strip():
        query = query.where(Organisation.sort_name.contains(sort_key(text), autoescape=True))
    found = paginate(db_session, query, number=page)
    rows = [
        ExportLine(
            id=one.NamedExport.id,
            made_at=one.NamedExport.made_at,
            who=f"{one.given_name} {one.family_name}" if one.given_name else "Le jeune lui-même",
            organisation=one.organisation,
            what=export_words(one.NamedExport.kind),
            why=EXPORT_REASONS.get(one.NamedExport.kind, "–"),
            file_format=FORMATS[one.NamedExport.file_format],
            filters=one.NamedExport.filters,
            names=one.NamedExport.names,
        )
        for one in found.rows
    ]
    return Page(rows=rows, number=found.number, size=found.size, total=found.total)


def erasures_of(db_session: Session, actor: Actor, *, page: int) -> Page[ErasureLine]:
    """One page of the requests, those that wait first: two statements."""
    query = (
        select(ErasureRequest, Organisation.name.label("organisation"))
        .join(Organisation, Organisation.id == ErasureRequest.organisation_id)
        .where(_own(actor, ErasureRequest.organisation_id))
        .order_by(
            (ErasureRequest.state == ErasureState.WAITING).desc(),
            ErasureRequest.due_on.desc(),
            ErasureRequest.id.desc(),
        )
    )
    found = paginate(db_session, query, number=page)
    rows = [_erasure(one.ErasureRequest, one.organisation) for one in found.rows]
    return Page(rows=rows, number=found.number, size=found.size, total=found.total)


def _erasure(request: ErasureRequest, organisation: str) -> ErasureLine:
    return ErasureLine(
        id=request.id,
        youth_id=request.youth_id,
        organisation=organisation,
        state=request.state,
        asked_at=request.asked_at,
        by_youth=request.asked_by is None,
        is_asked=request.is_asked,
        due_on=request.due_on,
        done_at=request.done_at,
        certificate_hash=request.certificate_hash,
    )


def certificate_of(db_session: Session, actor: Actor, request_id: int) -> ErasureRequest | None:
    """A request of the officer's own field, with its certificate."""
    return db_session.scalar(
        select(ErasureRequest).where(
            ErasureRequest.id == request_id, _own(actor, ErasureRequest.organisation_id)
        )
    )


def erased_with(db_session: Session, actor: Actor, digest: str) -> ErasureRequest | None:
    """The certificate of the person with this fingerprint, if they were erased."""
    return db_session.scalar(
        select(ErasureRequest)
        .where(
            ErasureRequest.digest == digest,
            ErasureRequest.state == ErasureState.DONE,
            _own(actor, ErasureRequest.organisation_id),
        )
        .order_by(ErasureRequest.id.desc())
        .limit(1)
    )


def files_named(db_session: Session, actor: Actor, text: str) -> list[FoundFile]:
    """Files whose code or whole name the officer typed: one statement. A part of a name finds nothing."""
    folded = sort_key(text)
    if not folded:
        return []
    turned = " ".join([*folded.split()[1:], *folded.split()[:1]])
    names = [Youth.folded_name.in_([folded, turned]), Youth.folded_usage_name.in_([folded, turned])]
    rows = db_session.execute(
        select(Youth, Organisation.name.label("organisation"))
        .join(Organisation, Organisation.id == Youth.organisation_id)
        .where(
            Youth.anonymised_at.is_(None),
            _own(actor, Youth.organisation_id),
            or_(Youth.public_code == text.strip().upper(), *names),
        )
        .order_by(Youth.folded_name, Youth.id)
        .limit(MOST_FOUND)
    )
    return [
        FoundFile(
            one.Youth.id,
            one.Youth.full_name,
            one.Youth.public_code,
            one.organisation,
            one.Youth.birth_date,
        )
        for one in rows
    ]
