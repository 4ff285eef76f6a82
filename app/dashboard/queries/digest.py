"""What the mail of 8 h says to each role: one line an act, each with the way to it, never a name of a youth."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.accounts.queries.administrators import pending_requests
from app.core.letters import inner_path
from app.dashboard.queries.advising import adviser_morning, is_manager, team
from app.dashboard.queries.digest_field import field_sections, region_sections
from app.dashboard.queries.digest_partners import (
    contract_sections,
    employer_sections,
    places_sections,
)
from app.dashboard.queries.oversight import platform_morning
from app.notices.digests import Line, Section, when_due
from app.placements.models import CheckInSide
from app.policy.actor import ADVISING_KINDS, Actor, OrganisationKind, Role
from app.privacy.queries.registers import waiting_for_officer

SIDES = {
    CheckInSide.YOUTH: "Un jeune en contrat",
    CheckInSide.TUTOR: "Un tuteur",
    CheckInSide.CFA: "Un CFA",
}


def sections_for(db_session: Session, actor: Actor) -> list[Section]:
    """The sections of one hat that have something to say, those of its work first; empty when nothing waits."""
    found = _of_the_work(db_session, actor)
    if actor.has(Role.ORGANISATION_ADMIN):
        found += _administrator(db_session, actor)
    if actor.has(Role.DATA_PROTECTION_OFFICER):
        found += _officer(db_session, actor)
    if actor.has(Role.PLATFORM_ADMIN):
        found += _platform(db_session)
    return [one for one in found if one.lines]


def _of_the_work(db_session: Session, actor: Actor) -> list[Section]:
    return _of_the_hat(db_session, actor) + contract_sections(db_session, actor)


def _of_the_hat(db_session: Session, actor: Actor) -> list[Section]:
    kind = actor.organisation_kind
    if kind in ADVISING_KINDS and actor.has(Role.ADVISER, Role.MANAGER):
        found = _adviser(db_session, actor)
        return found + (_manager(db_session, actor) if is_manager(actor) else [])
    if kind is OrganisationKind.TRAINING_CENTRE and actor.has(Role.CFA_OFFICER):
        return places_sections(db_session, [actor.organisation_id or 0])
    if kind is OrganisationKind.POINT_A and actor.has(Role.POINT_A_OFFICER):
        return places_sections(db_session, sorted(actor.place_partners))
    if kind is OrganisationKind.COMPANY and actor.has(Role.EMPLOYER):
        return employer_sections(db_session, actor)
    if kind is OrganisationKind.FIELD_NETWORK and actor.has(Role.FIELD_AGENT):
        return field_sections(db_session, actor)
    if actor.has(Role.REGIONAL_COORDINATOR, Role.REGIONAL_CORRESPONDENT):
        return region_sections(db_session, actor)
    return []


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
            Line(
                f"Et {more} de plus : voir la liste",
                inner_path("youth.list_youth", show="without_proposal"),
            )
        )
    return [
        Section(
            "Signes à regarder",
            [
                Line(
                    f"{SIDES[one.side]} demande votre attention",
                    inner_path("placements.show", placement_id=one.placement_id),
                )
                for one in found.signs
            ],
        ),
        Section(
            "Adresses qui ne reçoivent plus rien",
            [
                Line(
                    f"Dossier {one.public_code} : un courriel est revenu",
                    inner_path("youth.mails", youth_id=one.youth_id),
                )
                for one in found.stopped
            ],
        ),
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
            words + (f", « {one.title} »" if one.title else "") + when_due(one.due_on),
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
                    inner_path("youth.list_youth", whose=one.adviser_id or "nobody"),
                )
                for one in team(db_session, actor)
                if one.late or (one.adviser_id is None and one.youth)
            ],
        )
    ]


def _platform(db_session: Session) -> list[Section]:
    found = platform_morning(db_session)
    path = inner_path("dashboard.platform")
    lines = (
        [Line(f"{found.to_approve_count} organisations à vérifier", path)]
        if found.to_approve_count
        else []
    )
    if found.requests:
        asking = _several(len(found.requests), "personne demande", "personnes demandent")
        lines.append(Line(f"{asking} à rejoindre une organisation que personne n’administre", path))
    if found.failed_jobs:
        lines.append(Line(f"{len(found.failed_jobs)} tâches en échec", path))
    return [Section("La plateforme", lines)]


def _administrator(db_session: Session, actor: Actor) -> list[Section]:
    house = db_session.get(Organisation, actor.organisation_id)
    waiting = pending_requests(db_session, house) if house is not None else []
    lines = (
        [
            Line(
                _several(len(waiting), "personne demande", "personnes demandent")
                + " à vous rejoindre",
                inner_path("accounts.show_organisation", organisation_id=actor.organisation_id),
            )
        ]
        if waiting
        else []
    )
    return [Section("Votre organisation", lines)]


def _officer(db_session: Session, actor: Actor) -> list[Section]:
    found = waiting_for_officer(db_session, actor)
    lines = []
    if found.erasures:
        words = _several(found.erasures, "effacement demandé", "effacements demandés")
        lines.append(Line(words, inner_path("privacy.erasures")))
    if found.corrections:
        words = _several(found.corrections, "correction demandée", "corrections demandées")
        lines.append(Line(words, inner_path("privacy.oversee")))
    return [Section("Données personnelles", lines)]


def _several(count: int, one: str, many: str) -> str:
    return f"{count} {many if count > 1 else one}"
