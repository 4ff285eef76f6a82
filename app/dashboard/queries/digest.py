"""What the mail of 8 h says to each role: one line an act, each with the way to it, never a name of a youth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.letters import inner_path
from app.core.text import plain_day
from app.dashboard.queries.advising import adviser_morning, is_manager, team
from app.dashboard.queries.oversight import platform_morning
from app.dashboard.queries.partners import employer_morning, places_morning
from app.notices.digests import Line, Section
from app.openings.models import Lead, LeadState
from app.outreach.queries.visits import steps_due
from app.policy.actor import ADVISING_KINDS, Actor, OrganisationKind, Role

WEEK = timedelta(days=7)


def sections_for(db_session: Session, actor: Actor) -> list[Section]:
    """The sections of one hat that have something to say; an empty list when nothing waits. Six statements at most."""
    kind, found = actor.organisation_kind, []
    if kind in ADVISING_KINDS and actor.has(Role.ADVISER, Role.MANAGER):
        found = _adviser(db_session, actor)
        found += _manager(db_session, actor) if is_manager(actor) else []
    elif kind is OrganisationKind.TRAINING_CENTRE and actor.organisation_id:
        found = _places(db_session, [actor.organisation_id])
    elif kind is OrganisationKind.POINT_A and actor.place_partners:
        found = _places(db_session, sorted(actor.place_partners))
    elif kind is OrganisationKind.COMPANY:
        found = _employer(db_session, actor)
    elif kind is OrganisationKind.FIELD_NETWORK:
        found = _field(db_session, actor)
    elif actor.has(Role.PLATFORM_ADMIN):
        found = _platform(db_session)
    return [one for one in found if one.lines]


def _adviser(db_session: Session, actor: Actor) -> list[Section]:
    found = adviser_morning(db_session, actor)
    ready = [
        Line(
            "Un jeune prêt attend une proposition",
            inner_path("matching.youth_triples", youth_id=one.youth_id),
        )
        for one in found.ready_without_proposal
    ]
    more = found.ready_without_proposal_count - len(ready)
    if more > 0:
        ready.append(
            Line(f"Et {more} de plus : voir la liste", inner_path("youth.list_youth", pret=1))
        )
    return [
        Section("Qui attend votre réponse", _placements(found.to_answer, "Un jeune doit répondre")),
        Section(
            "Demandes de rencontre",
            [
                Line(
                    f"{one.company} souhaite rencontrer un jeune, « {one.title} »",
                    inner_path("matching.youth_triples", youth_id=one.youth_id),
                )
                for one in found.meetings
            ],
        ),
        Section(
            "Échéances de la semaine", _placements(found.due_this_week, "Une réponse est attendue")
        ),
        Section("Prêts et sans proposition", ready),
    ]


def _placements(rows: Iterable[Any], words: str) -> list[Line]:
    return [
        Line(
            words
            + (f", « {one.title} »" if one.title else "")
            + (f", avant le {plain_day(one.due_on)}" if one.due_on else ""),
            inner_path("placements.show", placement_id=one.id),
        )
        for one in rows
    ]


def _manager(db_session: Session, actor: Actor) -> list[Section]:
    return [
        Section(
            "Ce qui est bloqué dans l’équipe",
            [
                Line(
                    f"{one.name} : {one.late} en retard, {one.without_proposal} sans proposition",
                    inner_path("youth.list_youth", referent=one.adviser_id or 0),
                )
                for one in team(db_session, actor)
                if one.late or (one.adviser_id is None and one.youth)
            ],
        )
    ]


def _places(db_session: Session, cfa_ids: Sequence[int]) -> list[Section]:
    found = places_morning(db_session, cfa_ids)
    stale = (
        [
            Line(
                f"{found.stale_count} sessions dont les places datent de plus d’un mois",
                inner_path("training.places"),
            )
        ]
        if found.stale_count
        else []
    )
    return [
        Section(
            "Demandes à répondre",
            [
                Line(
                    f"{one.public_code}, « {one.title} »{_before(one.cfa_due_on)}",
                    inner_path("placements.show", placement_id=one.id),
                )
                for one in found.to_answer
            ],
        ),
        Section(
            "Admis sans employeur",
            [
                Line(
                    f"{one.public_code}, « {one.title} » : contrat avant le {plain_day(one.window_ends)}",
                    inner_path("placements.show", placement_id=one.id),
                )
                for one in found.without_employer
                if one.window_ends is not None
            ],
        ),
        Section("Places à mettre à jour", stale),
    ]


def _before(day: date | None) -> str:
    return f", avant le {plain_day(day)}" if day else ""


def _employer(db_session: Session, actor: Actor) -> list[Section]:
    found = employer_morning(db_session, actor)
    soon = clock.today() + WEEK
    return [
        Section(
            "Ce qui attend votre réponse",
            [
                Line(
                    f"{one.public_code}, « {one.title} »{_before(one.employer_due_on)}",
                    inner_path("placements.show", placement_id=one.id),
                )
                for one in found.to_answer
            ],
        ),
        Section(
            "Offres qui se terminent",
            [
                Line(
                    f"« {one.title} » se termine le {plain_day(one.expires_on)}",
                    inner_path("openings.show_opening", opening_id=one.id),
                )
                for one in found.openings
                if one.expires_on is not None and clock.today() <= one.expires_on <= soon
            ],
        ),
    ]


def _field(db_session: Session, actor: Actor) -> list[Section]:
    leads = db_session.scalar(
        select(func.count())
        .select_from(Lead)
        .where(Lead.state == LeadState.NEW, Lead.departement_code.in_(actor.territory))
    )
    steps = steps_due(db_session, actor.user_id or 0, clock.today())
    return [
        Section(
            "Vos visites et leurs suites",
            [Line(f"{len(steps)} suites de visite sont à faire", inner_path("outreach.today"))]
            if steps
            else [],
        ),
        Section(
            "Pistes",
            [Line(f"{leads} pistes attendent un appel", inner_path("outreach.today"))]
            if leads
            else [],
        ),
    ]


def _platform(db_session: Session) -> list[Section]:
    found = platform_morning(db_session)
    path = inner_path("dashboard.platform")
    lines = (
        [Line(f"{found.to_approve_count} organisations à vérifier", path)]
        if found.to_approve_count
        else []
    )
    if found.failed_jobs:
        lines.append(Line(f"{len(found.failed_jobs)} tâches en échec", path))
    return [Section("La plateforme", lines)]
