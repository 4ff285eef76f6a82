"""Plans of a region, their lines, who is left without, and named what-ifs."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, code, enum_type
from app.planning.workflow import LineState, PlanState


class Scenario(Model):
    """A named what-if: changes made to a copy of the region, never to the region."""

    __tablename__ = "scenario"
    __table_args__ = (UniqueConstraint("region_code", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(code(2))
    name: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class ChangeKind(enum.StrEnum):
    PLACES = "places"  # seats of a course that leads to the trade, in a commune
    POSITIONS = "positions"  # openings of the trade, in a commune
    BUS_LINE = "bus_line"  # so many minutes between two communes, both ways


class ScenarioChange(Model):
    """One change of a what-if; the columns that its kind needs are filled."""

    __tablename__ = "scenario_change"
    __table_args__ = (
        CheckConstraint("amount BETWEEN 1 AND 10000", name="amount"),
        CheckConstraint("(kind = 'bus_line') = (other_commune_code IS NOT NULL)", name="line"),
        CheckConstraint("(kind = 'bus_line') = (rome_code IS NULL)", name="trade"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scenario_id: Mapped[int] = mapped_column(ForeignKey("scenario.id"), index=True)
    kind: Mapped[ChangeKind] = mapped_column(enum_type(ChangeKind))
    amount: Mapped[int]  # seats, positions, or minutes of the line
    commune_code: Mapped[str] = mapped_column(ForeignKey("commune.insee_code"))
    other_commune_code: Mapped[str | None] = mapped_column(ForeignKey("commune.insee_code"))
    rome_code: Mapped[str | None] = mapped_column(ForeignKey("trade.rome_code"))
    level: Mapped[int | None]
    starts_on: Mapped[date | None]


class PlanRun(Model):
    """One computed plan of a region, for real (no scenario) or for a what-if.

    `figures` holds what the page shows beside the lines: before and after, shares by mission locale, reasons of those
    left without, stability. `prices` let the next night start from here.
    """

    __tablename__ = "plan_run"
    __table_args__ = (Index("ix_plan_run_region_code_scenario_id", "region_code", "scenario_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(code(2))
    scenario_id: Mapped[int | None] = mapped_column(ForeignKey("scenario.id"))
    on_day: Mapped[date]
    state: Mapped[PlanState] = mapped_column(enum_type(PlanState), default=PlanState.WAITING)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    computed_at: Mapped[datetime | None]
    value: Mapped[float | None]
    bound: Mapped[float | None]
    gap: Mapped[float | None]
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    prices: Mapped[dict[str, Any]] = mapped_column(default=dict)


class PlanLine(Model):
    """One triple of a real plan and what became of it; a what-if keeps figures only."""

    __tablename__ = "plan_line"
    __table_args__ = (UniqueConstraint("plan_id", "youth_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan_run.id"))
    youth_id: Mapped[int] = mapped_column(ForeignKey("youth.id"), index=True)
    opening_id: Mapped[int] = mapped_column(ForeignKey("opening.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"))
    score: Mapped[float]
    state: Mapped[LineState] = mapped_column(enum_type(LineState), default=LineState.COMPUTED)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    placement_id: Mapped[int | None] = mapped_column(ForeignKey("placement.id"))


class LeftWithout(Model):
    """A youth whom a real plan leaves without, why, and the change that asks least of them.

    `lever_room`: what that change needs besides, "position", "seat" or "both"; None when it is enough by itself.
    """

    __tablename__ = "left_without"
    __table_args__ = (UniqueConstraint("plan_id", "youth_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan_run.id"))
    youth_id: Mapped[int] = mapped_column(ForeignKey("youth.id"), index=True)
    reason: Mapped[str] = mapped_column(String(20))
    again: Mapped[bool] = mapped_column(default=False)
    lever: Mapped[str | None] = mapped_column(String(20))
    lever_values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    lever_room: Mapped[str | None] = mapped_column(String(10))
