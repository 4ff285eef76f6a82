"""Rows of sessions: the course is found or created, then the dated group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, Site
from app.accounts.queries import sites_of
from app.core.text import sort_key
from app.imports.fields.openings import clean_title
from app.imports.models import Decision, RowState
from app.imports.services.kinds.base import Examined, settle_place, settle_trade
from app.policy.actor import Actor
from app.reference.models import CertificationTrade
from app.reference.queries import place_of
from app.rules.identifiers import compact, normalise_uai
from app.training.models import Course, TrainingSession
from app.training.queries import acts_for, certification_of
from app.training.services import (
    CourseDetails,
    SessionDetails,
    create_course,
    edit_session,
    open_session,
)

NEEDS_TRADE = "Métier : choisissez au moins un métier préparé."


class SessionRows:
    """One dated group a row."""

    def examine(
        self,
        db_session: Session,
        actor: Actor,
        values: Mapping[str, Any],
        choices: Mapping[str, str],
    ) -> Examined:
        """CFA, course, place, and the session of that course on that day."""
        examined = Examined(dict(values))
        cfa_id = self._settle_cfa(db_session, actor, examined)
        if cfa_id is None:
            return examined
        course = _course(db_session, cfa_id, examined.values)
        examined.values["course_id"] = course.id if course else None
        if course is None:
            self._settle_trades(db_session, examined, choices)
        self._settle_site(db_session, examined, choices)
        where = examined.values.get("commune_code") or examined.values.get("site_id")
        folded = sort_key(values["title"])
        examined.key = f"{cfa_id}|{folded}|{values['starts_on'].isoformat()}|{where}"
        if course is not None:
            self._compare(db_session, course, examined)
        return examined

    def write(
        self, db_session: Session, actor: Actor, examined: Examined, decision: Decision | None
    ) -> tuple[RowState, int]:
        """Open the session, with its course when it is new; or change its figures."""
        values = examined.values
        details = _session_details(values)
        if decision is Decision.UPDATE and examined.target_id is not None:
            known = db_session.get_one(TrainingSession, examined.target_id)
            changed = replace(
                details,
                ends_on=details.ends_on or known.ends_on,
                seats_declared=values.get("enrolled", known.seats_declared),
                boarding_seats=values.get("boarding", known.boarding_seats),
                has_rolling_entry=known.has_rolling_entry,
                status=known.status,
            )
            edit_session(
                db_session, actor, session_id=known.id, version=known.version, details=changed
            )
            return RowState.UPDATED, known.id
        # An earlier row of this file may have created the course.
        course = _course(db_session, values["cfa_id"], values)
        if course is None:
            course = create_course(
                db_session, actor, cfa_id=values["cfa_id"], details=_course_details(values)
            )
        group = open_session(db_session, actor, course_id=course.id, details=details)
        return RowState.CREATED, group.id

    def _settle_cfa(self, db_session: Session, actor: Actor, examined: Examined) -> int | None:
        allowed, text = acts_for(actor), examined.values.get("cfa")
        if not text:
            if len(allowed) == 1:
                examined.values["cfa_id"] = next(iter(allowed))
                return int(examined.values["cfa_id"])
            examined.problems["cfa"] = "CFA : écrivez son UAI ou son SIRET."
            return None
        code, uai = compact(text), normalise_uai(text)
        found = db_session.scalar(
            select(Organisation.id)
            .outerjoin(Site, Site.organisation_id == Organisation.id)
            .where(
                Organisation.id.in_(allowed),
                (Organisation.uai == uai)
                | (Organisation.siret == code)
                | (Site.uai == uai)
                | (Site.siret == code),
            )
            .order_by(Organisation.id)
            .limit(1)
        )
        if found is None:
            examined.problems["cfa"] = (
                f"CFA : « {text} » n’est pas un CFA pour lequel vous agissez."
            )
            return None
        examined.values["cfa_id"] = found
        return found

    def _settle_trades(
        self, db_session: Session, examined: Examined, choices: Mapping[str, str]
    ) -> None:
        values = examined.values
        sheet = (
            certification_of(db_session, values["rncp_code"]) if values.get("rncp_code") else None
        )
        known = (
            db_session.scalars(
                select(CertificationTrade.rome_code).where(
                    CertificationTrade.certification_id == sheet.id
                )
            ).all()
            if sheet
            else []
        )
        if known and not values.get("trade"):
            values["trades"] = sorted(known)
            return
        code = settle_trade(
            db_session, examined, values.get("trade") or clean_title(values["title"]), choices
        )
        if "trade" in examined.proposals:
            examined.proposals["trade"].pop()
        if code is not None:
            values["trades"] = [code]
        elif not examined.proposals.get("trade"):
            examined.proposals.pop("trade", None)
            examined.problems["trade"] = NEEDS_TRADE

    def _settle_site(
        self, db_session: Session, examined: Examined, choices: Mapping[str, str]
    ) -> None:
        values = examined.values
        if settle_place(db_session, examined, choices) is not None or "city" in examined.proposals:
            return
        sites = sites_of(db_session, values["cfa_id"])
        if not sites:
            examined.problems["city"] = "Commune : écrivez où la session a lieu."
            return
        values["site_id"] = sites[0].id
        if len(sites) > 1:
            examined.warnings["city"] = (
                f"Aucun lieu : le site principal ({sites[0].name}) est pris."
            )

    def _compare(self, db_session: Session, course: Course, examined: Examined) -> None:
        values = examined.values
        here = (
            Site.commune_code == values["commune_code"]
            if values.get("commune_code")
            else TrainingSession.site_id == values.get("site_id")
        )
        known = db_session.scalar(
            select(TrainingSession)
            .join(Site, Site.id == TrainingSession.site_id)
            .where(
                TrainingSession.course_id == course.id,
                TrainingSession.starts_on == values["starts_on"],
                here,
            )
            .order_by(TrainingSession.id)
            .limit(1)
        )
        if known is None:
            return
        place = place_of(db_session, values.get("commune_code"))
        examined.target_id = known.id
        examined.resembles = (
            f"{course.title}, début le {known.starts_on:%d/%m/%Y}"
            f"{f' à {place.name}' if place else ''} : {known.capacity} places, "
            f"{known.seats_declared} inscrits aujourd’hui."
        )
        examined.is_same = (
            known.capacity == values["capacity"]
            and known.seats_declared == values.get("enrolled", known.seats_declared)
            and values.get("ends_on") in (None, known.ends_on)
        )


def _course(db_session: Session, cfa_id: int, values: Mapping[str, Any]) -> Course | None:
    """The course of this CFA with this RNCP code, else with this very title."""
    query = select(Course).where(Course.cfa_id == cfa_id, ~Course.is_archived).order_by(Course.id)
    titled = Course.sort_name == sort_key(values["title"])
    if values.get("rncp_code"):
        same = db_session.scalars(query.where(Course.rncp_code == values["rncp_code"])).all()
        if same:
            return next(
                (one for one in same if one.sort_name == sort_key(values["title"])), same[0]
            )
    return db_session.scalar(query.where(titled).limit(1))


def _course_details(values: Mapping[str, Any]) -> CourseDetails:
    return CourseDetails(
        title=values["title"],
        rncp_code=values.get("rncp_code"),
        cfd_code=values.get("cfd_code"),
        level=values.get("level"),
        duration_months=values.get("months"),
        has_boarding=values["boarding"] > 0 if "boarding" in values else None,
        trades=frozenset(values["trades"]),
    )


def _session_details(values: Mapping[str, Any]) -> SessionDetails:
    return SessionDetails(
        starts_on=values["starts_on"],
        ends_on=values.get("ends_on"),
        capacity=values["capacity"],
        seats_declared=values.get("enrolled", 0),
        boarding_seats=values.get("boarding"),
        commune_code=values.get("commune_code"),
        site_id=values.get("site_id"),
    )
