"""Reads of organisations and people."""

from app.accounts.queries.administrators import (
    administrators_of,
    pending_requests,
    platform_administrators,
    review_rows,
)
from app.accounts.queries.organisations import (
    OrganisationFilters,
    OrganisationPage,
    organisation_list,
    organisation_page,
    same_organisations,
)
from app.accounts.queries.people import (
    Hat,
    advisers_of,
    build_actor,
    contact_emails,
    field_agents_of,
    hats_of,
    is_member,
    members_of,
    organisation_facts,
    pending_invitations,
    search_organisations,
    sites_of,
    territory_of,
    user_by_email,
)
from app.accounts.queries.support import live_look, looks
from app.accounts.queries.web_sessions import live_sessions, session_behind

__all__ = [
    "Hat",
    "OrganisationFilters",
    "OrganisationPage",
    "administrators_of",
    "advisers_of",
    "build_actor",
    "contact_emails",
    "field_agents_of",
    "hats_of",
    "is_member",
    "live_look",
    "live_sessions",
    "looks",
    "members_of",
    "organisation_facts",
    "organisation_list",
    "organisation_page",
    "pending_invitations",
    "pending_requests",
    "platform_administrators",
    "review_rows",
    "same_organisations",
    "search_organisations",
    "session_behind",
    "sites_of",
    "territory_of",
    "user_by_email",
]
