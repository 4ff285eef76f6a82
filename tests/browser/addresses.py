"""The address of every page of the portal, with ids of the town."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask

from tests.browser.town import Town

NOT_PAGES = {
    "contracts.json_sheet": "a JSON file",
    "contracts.pdf_sheet": "a PDF file",
    "privacy.copy_as_json": "a JSON file",
    "privacy.own_copy_as_json": "a JSON file",
    "accounts.leave_for_provider": "a way to ProConnect, 404 where no setting names it",
    "accounts.come_back_page": "the way back from ProConnect, 404 where no setting names it",
    "events.calendar": "a calendar file",
    "events.guest_calendar": "a calendar file",
    "static": "files",
    "health.alive": "JSON for a supervisor",
    "health.ready": "JSON for a supervisor",
    "health.metrics": "measures as text, 404 without the token",
    "imports.given_back": "a CSV file",
    "matching.refused_travel": "a CSV file",
    "placements.meeting_file": "a calendar file",
    "accounts.ask_code": "a redirection to the door, but between password and code",
    "steering.gap_export": "a workbook or a CSV file",
    "steering.month_pdf": "a PDF file",
    "steering.indicators_export": "a workbook or a CSV file",
    "outreach.letters_pdf": "a PDF file",
    "outreach.offline_worker": "a script",
    "dashboard.development_mails": "404 but on a developer's machine",
}
"""Addresses that answer no page, each with what they answer."""

FILLED = {
    "steering.gap": "par=famille&croise=departement",
    "contracts.pay_simulator": "debut=2026-11-30&naissance=2011-11-02&mois=21&idcc=0843",
    "contracts.cost_simulator": "debut=2026-11-30&naissance=2005-03-01&mois=24&effectif=4&niveau=3",
    "contracts.dates_simulator": "debut=2026-11-30&cours=2026-09-07&naissance=2011-11-02&rythme=1-2",
    "placements.answer_together": "id={placement}",
    "placements.suggest_together": "jeune={youth}&piste={opening}-{session}",
}
"""Pages that say more when their address holds an answer to give, or ids of the town that were ticked."""


def pages(app: Flask, town: Town) -> Iterator[tuple[str, list[str]]]:
    """Yield each endpoint that shows a page, with the paths to try."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint not in NOT_PAGES:
            with app.test_request_context():
                paths = [
                    rule.build(values, append_unknown=False)
                    for values in _values(rule.endpoint, rule.arguments, town)
                ]
            found = {built[1] for built in paths if built}
            if rule.endpoint in FILLED:
                query = FILLED[rule.endpoint].format_map(town.ids)
                found |= {f"{path}?{query}" for path in found}
            yield rule.endpoint, sorted(found)


def _values(endpoint: str, arguments: set[str], town: Town) -> Iterator[dict[str, str | int]]:
    """Yield the choices of arguments that make sense for this endpoint."""
    ids = town.ids
    plain: dict[str, str | int] = {
        "youth_id": ids["youth"],
        "opening_id": ids["opening"],
        "session_id": ids["session"],
        "course_id": ids["course"],
        "placement_id": ids["placement"],
        "batch_id": ids["batch"],
        "visit_id": ids["visit"],
        "campaign_id": ids["campaign"],
        "contact_id": ids["contact"],
        "membership_id": ids["membership"],
        "meeting_id": ids["meeting"],
        "agreement_id": ids["shared"],
        "user_id": town.people["adviser"].id,
        "organisation_id": town.houses["mission"].id,
        "site_id": ids["mission_site"],
        "plan_id": ids["plan"],
        "scenario_id": ids["scenario"],
        "request_id": ids["erasure" if endpoint.startswith("privacy.") else "asked"],
        "event_id": ids["event"],
        "column": "jeunes",
        "number": 1,
        "side": "cfa",
        "token": town.tokens.get(endpoint, ""),
    }
    if not arguments <= plain.keys():
        return  # a page that nobody can look at is named by the test that counts them
    yield {name: plain[name] for name in arguments}
    if "organisation_id" in arguments and (
        endpoint.startswith("openings.") or endpoint == "placements.company_history"
    ):
        yield {"organisation_id": town.houses["company"].id}
    if endpoint.startswith("contracts.") and "placement_id" in arguments:
        yield {"placement_id": ids["agreed"], "number": 1}
        yield {"placement_id": ids["started"], "number": 1}
    if arguments == {"event_id"}:
        yield {"event_id": ids["event_draft"]}
        yield {"event_id": ids["event_done"]}
    if endpoint == "placements.show":
        yield {"placement_id": ids["started"]}
    if "youth_id" in arguments:
        yield {"youth_id": ids["minor"]}
    if endpoint == "privacy.file":
        yield {"youth_id": ids["stopped"]}
    if endpoint == "privacy.own_file":
        yield {"token": town.tokens["privacy.own_seat"]}
    if "opening_id" in arguments:
        yield {"opening_id": ids["draft"]}
    if "session_id" in arguments:
        yield {"session_id": ids["full_session"]}
