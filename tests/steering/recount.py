"""Indicators counted a second time, in plain SQL, for a base whose events all fall in the period asked for."""

from __future__ import annotations

# Written apart from the product, from the rows of the journal alone.
RECOUNT = {
    "V6": "SELECT count(DISTINCT subject_id) FROM journal_event WHERE event = 'suggest'",
    "V7": "SELECT count(*) FROM journal_event WHERE event = 'sign'",
    "I6": "SELECT count(*) FROM journal_event j JOIN youth y ON y.id = j.youth_id "
    "JOIN organisation o ON o.id = y.organisation_id WHERE j.event = 'sign' AND o.kind = 'local_mission'",
    "V2-youth": "SELECT count(DISTINCT subject_id) FROM journal_event WHERE event = 'youth_says'",
    "V2-employer": "SELECT count(DISTINCT subject_id) FROM journal_event WHERE event = 'employer_says'",
    "V2-cfa": "SELECT count(DISTINCT subject_id) FROM journal_event WHERE event = 'cfa_says'",
    "V4": "SELECT count(DISTINCT subject_id) FROM journal_event WHERE event = 'sign'",
    "V5": "SELECT count(*) FROM journal_event WHERE event = 'complete'",
    "step-1": "SELECT count(DISTINCT subject_id) FROM journal_event WHERE event LIKE '%_says'",
    "step-4": "SELECT count(DISTINCT subject_id) FROM journal_event WHERE event = 'start'",
    "I1": "SELECT count(DISTINCT company_id) FROM visit v JOIN organisation o ON o.id = v.organisation_id "
    "WHERE o.network = 'cci' AND v.kind = 'visit'",
    "I2": "SELECT count(DISTINCT company_id) FROM visit v JOIN organisation o ON o.id = v.organisation_id "
    "WHERE o.network = 'cma' AND v.kind = 'visit'",
    "I2-contact": "SELECT count(DISTINCT company_id) FROM visit v JOIN organisation o ON o.id = v.organisation_id "
    "WHERE o.network = 'cma' AND v.kind <> 'mailing'",
    "I4": "SELECT count(*) FROM membership WHERE role = 'field_agent'",
    "I5": "SELECT count(DISTINCT v.company_id) FROM visit v JOIN opening o ON o.employer_id = v.company_id "
    "LEFT JOIN journal_event j ON j.opening_id = o.id AND j.event = 'sign' WHERE v.kind = 'visit' "
    "AND (date(o.created_at) >= v.happened_on OR date(j.happened_at) >= v.happened_on)",
    "I7": "SELECT count(*) FROM opening WHERE published_at IS NOT NULL",
    "I7-filled": "SELECT count(DISTINCT opening_id) FROM journal_event WHERE event = 'sign'",
    "I8-first": "SELECT count(DISTINCT o.employer_id) FROM journal_event j JOIN opening o ON o.id = j.opening_id "
    "WHERE j.event = 'sign'",
    "I11": "SELECT count(*) FROM campaign_target t JOIN visit v ON v.id = t.visit_id "
    "WHERE v.kind = 'mailing' AND t.state = 'returned'",
}
