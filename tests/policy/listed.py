"""Every list of the portal with the doors of its rows: what a list shows is exactly what its doors open.

A list is read as a person reads it, through the links and buttons of its pages. `LISTS` are proved by
`test_lists_are_doors.py` over the estate; `WITHOUT_DOOR` says, for each other function that pages through rows, why
nothing hangs on it. A function that calls `paginate` and stands in neither makes a test fail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.accounts.models import JoinRequest, Membership, Organisation
from app.contracts.queries.source import SHEET_STAGES
from app.events.models import PromotionEvent
from app.imports.models import ImportBatch
from app.matching.models import MeetingRequest
from app.notices.models import Notice
from app.openings.models import Lead, Opening
from app.outreach.models import BranchContact, Campaign, Visit
from app.partnerships.models import Agreement
from app.placements.models import Placement
from app.planning.models import PlanLine, PlanRun, Scenario
from app.policy.actor import OrganisationKind
from app.privacy.models import ErasureRequest
from app.reference.models import TAUGHT, TradeTitle
from app.training.models import TrainingSession
from app.youth.models import Youth
from tests.policy.personas import PERSONAS

Query = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Listed:
    """One list and its doors.

    Attributes:
        by: the functions that page through the rows, or write them on a page of another object.
        lists: addresses that together show every row.
        door: the address that opens one row, or the button that acts on it.
        rows: every row there is, whoever asks.
        method: POST where a row has a button and no page of its own.
        link: what the list links to, where it is not the door itself.
        beside: personas who open the door without having this list, and why.
    """

    by: tuple[str, ...]
    lists: tuple[str, ...]
    door: str
    rows: Query
    method: str = "GET"
    link: str = ""
    beside: Mapping[str, str] = field(default_factory=dict)


STANDS_IN = "stands in for an absent colleague; the list is that of one's own youth"
COMPANIES = select(Organisation.id).where(Organisation.kind == OrganisationKind.COMPANY)

LISTS: dict[str, Listed] = {
    "youth": Listed(
        ("youth.queries.portfolio.list_youth",),
        ("/jeunes?whose=team",),
        "/jeunes/{}",
        lambda: select(Youth.id),
    ),
    "placements": Listed(
        ("placements.queries.lists.list_placements",),
        ("/propositions?etape=all",),
        "/propositions/{}",
        lambda: select(Placement.id),
    ),
    "threads": Listed(
        (),
        ("/propositions?etape=all",),
        "/propositions/{}/echanges",
        lambda: select(Placement.id),
        link="/propositions/{}",
    ),
    "contract sheets": Listed(
        ("contracts.queries.lists.sheet_list",),
        ("/contrats?etat=tous",),
        "/propositions/{}/contrat",
        lambda: select(Placement.id).where(Placement.stage.in_(SHEET_STAGES)),
    ),
    "sessions": Listed(
        ("training.queries.lists.session_list",),
        ("/formations/",),
        "/formations/sessions/{}",
        lambda: select(TrainingSession.id),
    ),
    "waiting lists": Listed(
        (),
        ("/formations/places",),
        "/formations/sessions/{}/attente",
        lambda: select(TrainingSession.id),
        link="/formations/sessions/{}",
    ),
    "places of sessions": Listed(
        ("training.queries.places.places_grid",),
        ("/formations/places",),
        "/formations/sessions/{}/modifier",
        lambda: select(TrainingSession.id),
        link="/formations/sessions/{}",
    ),
    "openings": Listed(
        ("openings.queries.lists.opening_list",),
        ("/offres",),
        "/offres/{}",
        lambda: select(Opening.id),
    ),
    "companies": Listed(
        ("openings.queries.companies.company_list",),
        ("/entreprises",),
        "/entreprises/{}",
        lambda: COMPANIES,
        beside=dict.fromkeys(
            ("cfa", "other_cfa", "employer", "other_employer"),
            "reads a company from an offer or its own menu, and has no list of companies",
        ),
    ),
    "organisations": Listed(
        ("accounts.queries.organisations.organisation_list",),
        ("/organisations",),
        "/organisations/{}",
        lambda: select(Organisation.id),
        beside=dict.fromkeys(
            PERSONAS.keys() - {"platform_admin", "coordinator", "other_coordinator"},
            "opens its own organisation from the menu, and has no list of them",
        ),
    ),
    "requests to join": Listed(
        (),
        ("/demandes", "/organisations/{own}"),
        "/demandes/{}",
        lambda: select(JoinRequest.id),
    ),
    "agreements": Listed(
        ("partnerships.queries.agreement_list",),
        ("/conventions/",),
        "/conventions/{}",
        lambda: select(Agreement.id),
    ),
    "imports": Listed(
        ("imports.queries.list_batches",),
        ("/imports",),
        "/imports/{}",
        lambda: select(ImportBatch.id),
    ),
    "visits": Listed(
        ("outreach.queries.visits.visit_list",),
        ("/prospection/visites",),
        "/prospection/visites/{}",
        lambda: select(Visit.id),
    ),
    "leads": Listed(
        ("outreach.queries.leads.lead_list",),
        ("/prospection/pistes", "/prospection/pistes?etat=finies"),
        "/prospection/pistes/{}/terminer",
        lambda: select(Lead.id),
        method="POST",
    ),
    "mailings": Listed(
        ("outreach.queries.campaigns.campaign_list",),
        ("/prospection/courriers",),
        "/prospection/courriers/{}",
        lambda: select(Campaign.id),
    ),
    "contacts": Listed(
        ("outreach.queries.contacts.contact_list",),
        ("/prospection/carnet",),
        "/prospection/carnet/{}",
        lambda: select(BranchContact.id),
    ),
    "posts of agents": Listed(
        ("outreach.queries.agents.agent_list",),
        ("/prospection/developpeurs",),
        "/prospection/developpeurs/{}",
        lambda: select(Membership.id),
    ),
    "operations": Listed(
        ("events.queries.pages.event_list",),
        ("/operations/", "/operations/?quand=passees"),
        "/operations/{}",
        lambda: select(PromotionEvent.id),
    ),
    "plans": Listed(
        ("planning.queries.pages.plans_of",),
        ("/plan/",),
        "/plan/{}",
        lambda: select(PlanRun.id),
    ),
    "what-ifs": Listed(
        (), ("/plan/hypotheses",), "/plan/hypotheses/{}", lambda: select(Scenario.id)
    ),
    "morning lines": Listed(
        ("planning.queries.pages.morning_lines",),
        ("/plan/matin",),
        "/plan/matin/{}/laisser",
        lambda: select(PlanLine.id),
        method="POST",
        beside=dict.fromkeys(("colleague", "manager"), STANDS_IN),
    ),
    "notices": Listed(
        ("notices.queries.inbox.notices_of",),
        ("/avis/?etat=tous",),
        "/avis/{}/lu",
        lambda: select(Notice.id),
        method="POST",
    ),
    "erasures": Listed(
        ("privacy.queries.registers.erasures_of",),
        ("/donnees/effacements",),
        "/donnees/effacements/{}",
        lambda: select(ErasureRequest.id),
    ),
    "wordings that a region taught": Listed(
        (),
        ("/souhaits-sans-reponse",),
        "/souhaits-sans-reponse/{}/retirer",
        lambda: select(TradeTitle.id).where(TradeTitle.source == TAUGHT),
        method="POST",
    ),
    "wishes to meet": Listed(
        (),
        ("/",),
        "/rencontres/{}/decliner",
        lambda: select(MeetingRequest.id),
        method="POST",
        beside=dict.fromkeys(("colleague", "manager"), STANDS_IN),
    ),
}

WITHOUT_DOOR: dict[str, str] = {
    "core.outbox.mails_about": "a mail of the youth's page is read there and opens nothing",
    "imports.queries.row_page": "a row of an import is decided on the page of the import",
    "openings.queries.duplicates.duplicate_pairs": "a pair links to two companies, proved as such",
    "outreach.queries.campaigns.target_list": "a company of a mailing, on the page of the mailing",
    "placements.queries.timeline.timeline": "what happened, on the page of the object",
    "placements.queries.windows.without_employer": "some of the placements, by the same condition",
    "planning.queries.pages.left_without": "codes of youth: a region opens no file",
    "planning.queries.pages.plan_lines": "codes of youth: a region opens no file",
    "privacy.queries.ledger.ledger_of": "the agreements of one youth, on the youth's page",
    "privacy.queries.readings.readings_of": "the readings of one youth, on the youth's page",
    "privacy.queries.registers.exports_of": "a register: the list that left is nowhere any more",
    "steering.queries.behind.rows_behind": "codes and trades behind a figure: nothing opens",
    "steering.queries.partnerships.living_agreements": "counts of agreements, for the region",
}
"""Functions that page through rows which open nothing, and why."""
