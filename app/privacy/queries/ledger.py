"""The ledger of agreements of one youth: which text, which data, to whom, until when, given how."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, User
from app.core import clock
from app.core.pages import Page, paginate
from app.privacy.labels import CHANNELS, STAGES
from app.youth.models import ConsentKind, ConsentRecord
from app.youth.texts import TEXTS, ConsentText


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One agreement.

    Attributes:
        recipient: the organisation that receives the name; None for the listing without a name.
        text: the very text; None for a version of before this program.
        state: "en cours", "attend le représentant légal", "retiré", "terminé".
    """

    id: int
    kind: ConsentKind
    recipient: str | None
    what: str
    text: ConsentText | None
    text_version: str
    given_at: datetime
    channel: str
    recorded_by: str | None
    expires_on: date | None
    withdrawn_at: datetime | None
    state: str

    @property
    def is_live(self) -> bool:
        """True while this agreement of the youth holds; the representative's is not the youth's to stop."""
        return self.state == LIVE and self.kind is not ConsentKind.REPRESENTATIVE

    @property
    def title(self) -> str:
        """What was agreed to, in words."""
        if self.kind is ConsentKind.LISTING:
            return "Être proposé sans nom, à des partenaires"
        if self.kind is ConsentKind.REPRESENTATIVE:
            return "Accord du représentant légal"
        return f"Nom donné à {self.recipient or 'une structure'}"


LIVE, WAITS, WITHDRAWN, OVER = "en cours", "attend le représentant légal", "retiré", "terminé"


def ledger_of(db_session: Session, youth_id: int, *, page: int = 1) -> Page[LedgerRow]:
    """One page of the ledger, newest first: two statements."""
    query = (
        select(
            ConsentRecord,
            Organisation.name.label("recipient"),
            User.given_name,
            User.family_name,
        )
        .outerjoin(Organisation, Organisation.id == ConsentRecord.recipient_organisation_id)
        .outerjoin(User, User.id == ConsentRecord.recorded_by)
        .where(ConsentRecord.youth_id == youth_id)
        .order_by(ConsentRecord.given_at.desc(), ConsentRecord.id.desc())
        .execution_options(populate_existing=True)
    )
    found = paginate(db_session, query, number=page)
    rows = [
        _row(one.ConsentRecord, one.recipient, one.given_name, one.family_name)
        for one in found.rows
    ]
    return Page(rows=rows, number=found.number, size=found.size, total=found.total)


def _row(
    record: ConsentRecord, recipient: str | None, given_name: str | None, family_name: str | None
) -> LedgerRow:
    return LedgerRow(
        id=record.id,
        kind=record.kind,
        recipient=recipient,
        what=STAGES.get(record.data_scope, record.data_scope),
        text=TEXTS.get(record.text_version),
        text_version=record.text_version,
        given_at=record.given_at,
        channel=CHANNELS.get(record.channel, record.channel),
        recorded_by=f"{given_name} {family_name}" if given_name else None,
        expires_on=record.expires_on,
        withdrawn_at=record.withdrawn_at,
        state=_state(record),
    )


def _state(record: ConsentRecord) -> str:
    if record.withdrawn_at is not None:
        return WITHDRAWN
    if record.expires_on is not None and record.expires_on < clock.today():
        return OVER
    return WAITS if record.waits_for_representative else LIVE
