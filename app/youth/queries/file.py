"""Everything that a youth's page shows: one dataclass for the house, another, much smaller, for a partner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, User
from app.core import clock
from app.core.errors import NotFound
from app.engine.similarity import SynonymKind
from app.engine.text import fold
from app.reference.models import Commune, CommunePostalCode, Trade
from app.reference.queries import Place, TradeChoice, suggest_trades, trade_labels
from app.reference.queries.trades import read_synonyms
from app.youth.models import (
    ConsentKind,
    ConsentRecord,
    DisabilityRecognition,
    LegalRepresentative,
    ReadinessItem,
    ReadinessMark,
    TravelMeans,
    Wish,
    YesNoUnknown,
    Youth,
    YouthDiploma,
    YouthNote,
    YouthStatus,
)

NOTES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class WishRow:
    """One wish. `suggestions` are trades to confirm, given for the first open wish only;
    `has_no_title`: no apprenticeship title leads to these words, the suggestions are near them.
    """

    id: int
    rank: int
    raw_text: str
    line_text: str | None
    rome_code: str | None
    label: str | None
    suggestions: tuple[TradeChoice, ...] = ()
    has_no_title: bool = False


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """One row of the ledger as the page shows it."""

    kind: ConsentKind
    recipient: str | None
    data_scope: str
    given_at: datetime
    channel: str
    expires_on: date | None
    withdrawn_at: datetime | None
    is_live: bool
    waits_for_representative: bool


@dataclass(frozen=True, slots=True)
class NoteRow:
    written_at: datetime
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class YouthFile:
    """What the house that follows the youth sees on the page."""

    youth: Youth
    place: Place | None
    organisation: str
    adviser: str | None
    representative: LegalRepresentative | None
    wishes: tuple[WishRow, ...]
    ready: frozenset[ReadinessItem]
    consents: tuple[ConsentRow, ...]
    notes: tuple[NoteRow, ...]
    diplomas: tuple[YouthDiploma, ...]

    @property
    def listing(self) -> ConsentRow | None:
        """The live agreement to be listed that lasts longest."""
        live = [one for one in self.consents if one.kind is ConsentKind.LISTING and one.is_live]
        return max(live, key=lambda one: one.expires_on or date.max, default=None)


@dataclass(frozen=True, slots=True)
class SharedFile:
    """What a partner sees: no contact, no birth date, no address, no note, nothing about health.

    `name` is None until the youth let this organisation know it.
    """

    id: int
    public_code: str
    name: str | None
    organisation: str
    area: str | None
    status: YouthStatus
    wishes: tuple[str, ...]
    level: int | None
    aimed_level: int | None
    travel_means: TravelMeans | None
    radius_km: int | None
    minutes: int | None
    driving_licence_b: YesNoUnknown
    boarding_accepted: YesNoUnknown
    available_from: date | None
    own_words: str | None


def youth_file(db_session: Session, youth_id: int) -> YouthFile:
    """All of the page: six statements, and three more while a wish has no confirmed trade.

    Raises:
        NotFound: there is no such youth.
    """
    row = _base(db_session, youth_id)
    ready = db_session.scalars(
        select(ReadinessMark.item).where(ReadinessMark.youth_id == youth_id, ReadinessMark.is_done)
    )
    return YouthFile(
        youth=row.Youth,
        place=_place(row),
        organisation=row.organisation,
        adviser=f"{row.adviser_given} {row.adviser_family}" if row.adviser_given else None,
        representative=row.LegalRepresentative,
        wishes=wishes_of(db_session, youth_id),
        ready=frozenset(ready),
        consents=consents_of(db_session, youth_id),
        notes=notes_of(db_session, youth_id),
        diplomas=diplomas_of(db_session, youth_id),
    )


def _base(db_session: Session, youth_id: int) -> Any:
    postal = select(CommunePostalCode.postal_code).where(
        CommunePostalCode.insee_code == Youth.commune_code
    )
    codes = postal.with_only_columns(func.count(), maintain_column_froms=True).scalar_subquery()
    lowest = postal.with_only_columns(
        func.min(CommunePostalCode.postal_code), maintain_column_froms=True
    ).scalar_subquery()
    row = db_session.execute(
        select(
            Youth,
            Commune,
            LegalRepresentative,
            Organisation.name.label("organisation"),
            User.given_name.label("adviser_given"),
            User.family_name.label("adviser_family"),
            codes.label("postal_codes"),
            lowest.label("postal_code"),
        )
        .join(Organisation, Organisation.id == Youth.organisation_id)
        .outerjoin(Commune, Commune.insee_code == Youth.commune_code)
        .outerjoin(LegalRepresentative, LegalRepresentative.youth_id == Youth.id)
        .outerjoin(User, User.id == Youth.adviser_id)
        .where(Youth.id == youth_id)
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound
    return row


def _place(row: Any) -> Place | None:
    """The commune with the label that the commune field reads back without doubt."""
    commune: Commune | None = row.Commune
    if commune is None:
        return None
    return Place(
        insee_code=commune.insee_code,
        name=commune.name,
        departement_code=commune.departement_code,
        region_code=commune.region_code,
        postal_codes=(row.postal_code,) if row.postal_codes == 1 else (),
        population=commune.population,
        latitude=commune.latitude,
        longitude=commune.longitude,
    )


def wishes_of(db_session: Session, youth_id: int) -> tuple[WishRow, ...]:
    """Wishes by rank; the first one without a trade comes with what it may mean."""
    rows = db_session.execute(
        select(Wish, Trade.label)
        .outerjoin(Trade, Trade.rome_code == Wish.rome_code)
        .where(Wish.youth_id == youth_id)
        .order_by(Wish.rank, Wish.id)
        .execution_options(populate_existing=True)
    ).all()
    first_open = next((row.Wish.id for row in rows if row.Wish.rome_code is None), None)
    return tuple(_wish(db_session, row, is_asked=row.Wish.id == first_open) for row in rows)


def _wish(db_session: Session, row: Any, *, is_asked: bool) -> WishRow:
    wish: Wish = row.Wish
    near = near_trades(db_session, wish.raw_text) if is_asked else ((), False)
    return WishRow(
        id=wish.id,
        rank=wish.rank,
        raw_text=wish.raw_text,
        line_text=wish.line_text,
        rome_code=wish.rome_code,
        label=row.label,
        suggestions=near[0],
        has_no_title=near[1],
    )


def near_trades(db_session: Session, text: str) -> tuple[tuple[TradeChoice, ...], bool]:
    """Trades that the words may mean; True when no apprenticeship title leads there ("policier")
    and the trades are those worth a look instead.
    """
    wanted = fold(text)
    for one in read_synonyms():
        if one.kind is SynonymKind.NONE and fold(one.term) == wanted:
            codes = [code for code in one.target.split("|") if code]
            labels = trade_labels(db_session, codes)
            near = (TradeChoice(code, labels[code], text, 0.0) for code in codes if code in labels)
            return tuple(near), True
    return tuple(suggest_trades(db_session, text)), False


def consents_of(db_session: Session, youth_id: int) -> tuple[ConsentRow, ...]:
    """The ledger, newest first."""
    today = clock.today()
    rows = db_session.execute(
        select(ConsentRecord, Organisation.name.label("recipient"))
        .outerjoin(Organisation, Organisation.id == ConsentRecord.recipient_organisation_id)
        .where(ConsentRecord.youth_id == youth_id)
        .order_by(ConsentRecord.given_at.desc(), ConsentRecord.id.desc())
        .execution_options(populate_existing=True)
    )
    return tuple(
        ConsentRow(
            kind=row.ConsentRecord.kind,
            recipient=row.recipient,
            data_scope=row.ConsentRecord.data_scope,
            given_at=row.ConsentRecord.given_at,
            channel=row.ConsentRecord.channel,
            expires_on=row.ConsentRecord.expires_on,
            withdrawn_at=row.ConsentRecord.withdrawn_at,
            is_live=row.ConsentRecord.withdrawn_at is None
            and (row.ConsentRecord.expires_on or date.max) >= today,
            waits_for_representative=row.ConsentRecord.waits_for_representative,
        )
        for row in rows
    )


def notes_of(db_session: Session, youth_id: int) -> tuple[NoteRow, ...]:
    """The newest notes first."""
    rows = db_session.execute(
        select(YouthNote.written_at, YouthNote.text, User.given_name, User.family_name)
        .outerjoin(User, User.id == YouthNote.author_id)
        .where(YouthNote.youth_id == youth_id)
        .order_by(YouthNote.written_at.desc(), YouthNote.id.desc())
        .limit(NOTES_SHOWN)
    )
    return tuple(
        NoteRow(
            row.written_at,
            f"{row.given_name} {row.family_name}" if row.given_name else "Trèfle",
            row.text,
        )
        for row in rows
    )


def diplomas_of(db_session: Session, youth_id: int) -> tuple[YouthDiploma, ...]:
    """The newest diploma first; those without a date last."""
    rows = db_session.scalars(
        select(YouthDiploma)
        .where(YouthDiploma.youth_id == youth_id)
        .order_by(
            YouthDiploma.obtained_on.is_(None), YouthDiploma.obtained_on.desc(), YouthDiploma.id
        )
    )
    return tuple(rows)


def shared_file(db_session: Session, youth_id: int, *, with_name: bool) -> SharedFile:
    """The page of a partner: two statements.

    Raises:
        NotFound: there is no such youth.
    """
    row = _base(db_session, youth_id)
    youth: Youth = row.Youth
    wishes = db_session.execute(
        select(Wish.raw_text, Trade.label)
        .outerjoin(Trade, Trade.rome_code == Wish.rome_code)
        .where(Wish.youth_id == youth_id)
        .order_by(Wish.rank, Wish.id)
    )
    return SharedFile(
        id=youth.id,
        public_code=youth.public_code,
        name=youth.full_name if with_name else None,
        organisation=row.organisation,
        area=row.Commune.name if row.Commune else None,
        status=youth.status,
        wishes=tuple(one.label or f"« {one.raw_text} »" for one in wishes),
        level=youth.level,
        aimed_level=youth.aimed_level,
        travel_means=youth.travel_means,
        radius_km=youth.radius_km,
        minutes=youth.minutes,
        driving_licence_b=youth.driving_licence_b,
        boarding_accepted=youth.boarding_accepted,
        available_from=youth.available_from,
        own_words=youth.own_words,
    )


def disability_of(db_session: Session, youth_id: int) -> DisabilityRecognition | None:
    """The restricted row; the caller has judged DISABILITY_VIEW and noted the reading."""
    return db_session.get(DisabilityRecognition, youth_id, populate_existing=True)
