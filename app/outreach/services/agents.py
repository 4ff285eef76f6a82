"""Field agents: their post and territory, and the hand-over of a portfolio."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.models import FieldCommune, FieldSector, FieldTerritory
from app.accounts.services import OWN_RIGHTS
from app.core import clock, journal
from app.core.errors import Conflict, Invalid
from app.core.permissions import ensure
from app.outreach.models import CompanyFollow, ContractFocus, FieldAgentPost
from app.outreach.queries.agents import AgentFile, agent_file, is_in_post
from app.policy.actor import Actor
from app.policy.permissions import Permission
from app.reference.models import Commune


@dataclass(frozen=True, slots=True)
class PostDetails:
    """The post of an agent; territory as département codes, and optionally communes and NAF divisions.

    Attributes:
        financing_share: percent that a fund pays, None when nobody said.
    """

    contract_focus: ContractFocus
    starts_on: date
    departements: Collection[str]
    employer_name: str | None = None
    financing_share: int | None = None
    ends_on: date | None = None
    base_commune_code: str | None = None
    communes: Collection[str] = ()
    sectors: Collection[str] = ()


def write_post(
    db_session: Session, actor: Actor, *, membership_id: int, details: PostDetails
) -> FieldAgentPost:
    """Say what an agent's post is and where; the départements give the rights, the rest narrows the day.

    Raises:
        NotFound, Forbidden: not an agent of this administrator's network.
        Invalid: dates turned round, an unknown département, commune or division, or more of the
            actor's own territory than they had.
    """
    found = _load(db_session, actor, membership_id)
    gained = set(details.departements) - set(found.departements)
    if found.person.id == actor.user_id and gained:
        raise Invalid(OWN_RIGHTS, field="departements")
    if details.ends_on is not None and details.ends_on < details.starts_on:
        raise Invalid("La fin vient après le début.", field="ends_on")
    _check_places(db_session, details)
    post = found.post or FieldAgentPost(membership_id=membership_id)
    post.employer_name, post.financing_share = details.employer_name, details.financing_share
    post.contract_focus, post.starts_on = details.contract_focus, details.starts_on
    post.ends_on, post.base_commune_code = details.ends_on, details.base_commune_code
    db_session.add(post)
    for table in (FieldTerritory, FieldCommune, FieldSector):
        db_session.execute(delete(table).where(table.membership_id == membership_id))
    db_session.add_all(
        [
            *(
                FieldTerritory(membership_id=membership_id, departement_code=one)
                for one in sorted(set(details.departements))
            ),
            *(
                FieldCommune(membership_id=membership_id, insee_code=one)
                for one in sorted(set(details.communes))
            ),
            *(
                FieldSector(membership_id=membership_id, naf_division=one)
                for one in sorted(set(details.sectors))
            ),
        ]
    )
    db_session.flush()
    _note(db_session, actor, found, "agent_post_written")
    return post


def hand_over(db_session: Session, actor: Actor, *, membership_id: int, successor_id: int) -> int:
    """Give the companies that an agent follows to a colleague, from today on. Returns how many.

    Visits keep the name of who made them; next steps that were still to do are the successor's.

    Raises:
        NotFound, Forbidden: not an agent of this administrator's network.
        Invalid: the successor is no agent of that network.
        Conflict: there is nothing to hand over.
    """
    found = _load(db_session, actor, membership_id)
    today = clock.today()
    if successor_id == found.person.id or not is_in_post(
        db_session, successor_id, found.organisation.id, today
    ):
        raise Invalid("Choisissez un autre développeur du même réseau.", field="successor")
    rows = db_session.scalars(
        select(CompanyFollow).where(
            CompanyFollow.user_id == found.person.id,
            CompanyFollow.organisation_id == found.organisation.id,
            CompanyFollow.until.is_(None),
        )
    ).all()
    if not rows:
        raise Conflict("Ce développeur ne suit aucune entreprise.")
    for row in rows:
        row.until = max(today, row.since)
    db_session.flush()
    db_session.add_all(
        CompanyFollow(
            company_id=row.company_id,
            organisation_id=row.organisation_id,
            user_id=successor_id,
            since=today,
        )
        for row in rows
    )
    db_session.flush()
    _note(
        db_session,
        actor,
        found,
        "portfolio_handed_over",
        {"to": successor_id, "companies": len(rows)},
    )
    return len(rows)


def _load(db_session: Session, actor: Actor, membership_id: int) -> AgentFile:
    found = agent_file(db_session, membership_id)
    ensure(actor, Permission.AGENT_EDIT, found.facts, seen_by=Permission.AGENT_LIST)
    return found


def _check_places(db_session: Session, details: PostDetails) -> None:
    known = set(
        db_session.scalars(
            select(Commune.departement_code)
            .where(Commune.departement_code.in_(details.departements))
            .distinct()
        )
    )
    unknown = sorted(set(details.departements) - known)
    if unknown or not details.departements:
        raise Invalid(
            f"Département inconnu : {', '.join(unknown)}."
            if unknown
            else "Écrivez au moins un département.",
            field="departements",
        )
    wrong = sorted(one for one in details.sectors if not (len(one) == 2 and one.isdecimal()))
    if wrong:
        raise Invalid(
            f"Un secteur est une division NAF de deux chiffres : {', '.join(wrong)} n’en est pas une.",
            field="sectors",
        )


def _note(
    db_session: Session,
    actor: Actor,
    found: AgentFile,
    event: str,
    details: dict[str, int] | None = None,
) -> None:
    journal.record(
        db_session,
        actor,
        subject_kind="organisation",
        subject_id=found.organisation.id,
        event=event,
        details={"membership": found.membership.id, **(details or {})},
    )
