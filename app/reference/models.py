"""Reference rows. Codes are text; every row of a dated list keeps its source and its validity."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, code, enum_type


class Commune(Model):
    """A commune of today. Positions are WGS 84 degrees; approximate ones are centres of a larger
    area, and say so.
    """

    __tablename__ = "commune"

    insee_code: Mapped[str] = mapped_column(code(5), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    sort_name: Mapped[str] = mapped_column(
        String(80), index=True
    )  # folded: no accent, no case, no hyphen
    departement_code: Mapped[str] = mapped_column(code(3), index=True)
    region_code: Mapped[str] = mapped_column(code(3), index=True)  # 975, 977, 978 are not regions
    epci_code: Mapped[str | None] = mapped_column(code(9))
    arrondissement_code: Mapped[str | None] = mapped_column(code(4))
    employment_zone_code: Mapped[str | None] = mapped_column(code(4), index=True)
    population: Mapped[int] = mapped_column(default=0)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    position_is_approximate: Mapped[bool] = mapped_column(default=True)


class CommunePostalCode(Model):
    """One commune has several postal codes and one postal code several communes."""

    __tablename__ = "commune_postal_code"

    postal_code: Mapped[str] = mapped_column(code(5), primary_key=True)
    insee_code: Mapped[str] = mapped_column(
        ForeignKey("commune.insee_code"), primary_key=True, index=True
    )


class CommuneAlias(Model):
    """Codes and names of communes that merged: files still carry them."""

    __tablename__ = "commune_alias"

    old_code: Mapped[str] = mapped_column(code(5), primary_key=True)
    old_name: Mapped[str] = mapped_column(String(80))
    sort_name: Mapped[str] = mapped_column(String(80), index=True)
    insee_code: Mapped[str] = mapped_column(ForeignKey("commune.insee_code"), index=True)


class Trade(Model):
    """A ROME trade. `rome_code` is a letter and four digits."""

    __tablename__ = "trade"

    rome_code: Mapped[str] = mapped_column(code(5), primary_key=True)
    label: Mapped[str] = mapped_column(String(200))
    sort_name: Mapped[str] = mapped_column(String(200), index=True)
    family: Mapped[str] = mapped_column(code(1), index=True)
    parent_code: Mapped[str | None] = mapped_column(code(5))
    typical_diplomas: Mapped[str | None] = mapped_column(Text)
    level_low: Mapped[int | None]
    level_high: Mapped[int | None]
    has_apprenticeship: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(String(60))


class TitleKind(enum.StrEnum):
    LABEL = "label"
    APPELLATION = "appellation"
    SYNONYM = "synonym"
    SHORT_FORM = "short_form"
    MISSPELLING = "misspelling"


TAUGHT = "regional team"
"""The source of the titles that a person added on the page of wishes without an answer; only these are taken out."""


class TradeTitle(Model):
    """A name under which a trade is found: official appellations and words added by us or by a
    regional team.
    """

    __tablename__ = "trade_title"
    __table_args__ = (UniqueConstraint("rome_code", "folded"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rome_code: Mapped[str] = mapped_column(ForeignKey("trade.rome_code"), index=True)
    title: Mapped[str] = mapped_column(String(250))
    folded: Mapped[str] = mapped_column(String(250), index=True)
    kind: Mapped[TitleKind] = mapped_column(enum_type(TitleKind))
    source: Mapped[str] = mapped_column(String(60))


class ShortageMark(Model):
    """One statement that a trade is hard to recruit for, as one dated source says it.

    `scope` is "FR" or a region code; `value` the source's own figure in percent when it has one.
    """

    __tablename__ = "shortage_mark"
    __table_args__ = (UniqueConstraint("rome_code", "source", "year", "scope"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rome_code: Mapped[str] = mapped_column(ForeignKey("trade.rome_code"), index=True)
    scope: Mapped[str] = mapped_column(code(2), default="FR")
    source: Mapped[str] = mapped_column(String(60))
    year: Mapped[int]
    is_shortage: Mapped[bool]
    value: Mapped[float | None]
    mark: Mapped[str] = mapped_column(code(1), default="U")  # V verified, P secondary, U unverified
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Certification(Model):
    """A diploma or title. One RNCP sheet and one CFD code may meet several times: the pair with its
    source is the row.
    """

    __tablename__ = "certification"
    __table_args__ = (
        UniqueConstraint("rncp_code", "cfd_code"),
        Index("ix_certification_sort_name", "sort_name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rncp_code: Mapped[str] = mapped_column(code(10), default="", index=True)
    cfd_code: Mapped[str] = mapped_column(code(8), default="", index=True)
    title: Mapped[str] = mapped_column(String(300))
    sort_name: Mapped[str] = mapped_column(String(300))
    level: Mapped[int | None]
    is_open_to_apprenticeship: Mapped[bool | None]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(60))


class CertificationTrade(Model):
    __tablename__ = "certification_trade"

    certification_id: Mapped[int] = mapped_column(ForeignKey("certification.id"), primary_key=True)
    rome_code: Mapped[str] = mapped_column(code(5), primary_key=True, index=True)


class Activity(Model):
    """A NAF sub-class. NAF rev. 2 and NAF 2025 look alike and mean different things: the version is
    part of the key.
    """

    __tablename__ = "activity"

    naf_code: Mapped[str] = mapped_column(code(6), primary_key=True)
    version: Mapped[str] = mapped_column(code(8), primary_key=True, default="rev2")
    label: Mapped[str] = mapped_column(String(250))


class ActivityHiring(Model):
    """Hirings of a year by trade and activity: which companies hire for which trade."""

    __tablename__ = "activity_hiring"

    naf_code: Mapped[str] = mapped_column(code(6), primary_key=True)
    rome_code: Mapped[str] = mapped_column(code(5), primary_key=True, index=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    hirings: Mapped[int]


class JourneyMeans(enum.StrEnum):
    """A means of transport, by the value it has in the engine."""

    WALK = "walk"
    CYCLE = "cycle"
    TRANSIT = "transit"
    MOPED = "moped"
    CAR = "car"


class TravelTableState(enum.StrEnum):
    WAITING = "waiting"  # brought, not yet read to its end
    CHECKED = "checked"  # read: figures and refused lines are shown, nothing uses it
    IN_USE = "in_use"
    REFUSED = "refused"  # no line of it is good
    WITHDRAWN = "withdrawn"  # replaced, or taken away by a person: its times are gone
    FAILED = "failed"


class TravelTable(Model):
    """A file of travel times from the communes of one region; at most one a region is in use.

    `content` is the file as brought (compressed) until it has been read. `refused` holds the first
    lines given back, `[[line, reason, [cell, …]], …]`; `reasons` counts all of them.
    """

    __tablename__ = "travel_table"
    __table_args__ = (
        CheckConstraint("pair_count >= 0 AND refused_count >= 0", name="counts"),
        CheckConstraint("state <> 'in_use' OR pair_count > 0", name="used_is_full"),
        CheckConstraint("(state = 'waiting') = (content IS NOT NULL)", name="content"),
        Index(
            "uq_travel_table_in_use",
            "region_code",
            unique=True,
            sqlite_where=text("state = 'in_use'"),
            postgresql_where=text("state = 'in_use'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(code(3), index=True)
    source: Mapped[str] = mapped_column(String(120))
    valid_from: Mapped[date]
    file_name: Mapped[str] = mapped_column(String(200))
    default_means: Mapped[JourneyMeans | None] = mapped_column(
        enum_type(JourneyMeans, name="default_means")
    )
    state: Mapped[TravelTableState] = mapped_column(enum_type(TravelTableState))
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    pair_count: Mapped[int] = mapped_column(default=0)
    refused_count: Mapped[int] = mapped_column(default=0)
    origin_count: Mapped[int] = mapped_column(default=0)
    means: Mapped[list[str]] = mapped_column(default=list)
    refused: Mapped[list[Any]] = mapped_column(default=list, deferred=True)
    reasons: Mapped[dict[str, Any]] = mapped_column(default=dict)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    brought_at: Mapped[datetime]
    used_since: Mapped[datetime | None]


class TravelDepartures(Model):
    """All times from one commune by one means: `minutes` by INSEE code of the commune reached.

    One row for a thousand times: a region of half a million is read in one statement and a second.
    """

    __tablename__ = "travel_departures"

    table_id: Mapped[int] = mapped_column(ForeignKey("travel_table.id"), primary_key=True)
    origin_code: Mapped[str] = mapped_column(ForeignKey("commune.insee_code"), primary_key=True)
    means: Mapped[JourneyMeans] = mapped_column(enum_type(JourneyMeans), primary_key=True)
    minutes: Mapped[dict[str, Any]]


class ReferenceEdition(Model):
    """One reference file that was loaded: importing it twice changes nothing, a new edition is kept
    beside.
    """

    __tablename__ = "reference_edition"
    __table_args__ = (
        UniqueConstraint("kind", "digest"),
        CheckConstraint("row_count >= 0", name="row_count"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    file_name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    row_count: Mapped[int]
    loaded_at: Mapped[datetime]
