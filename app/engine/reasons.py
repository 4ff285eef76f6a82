"""Codes that explain a match. French sentences live in templates; meanings here are for readers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Generic, TypeVar


class HardRule(Enum):
    """Rules that forbid a triple; ``hard_rules.py`` says in which order they are tried.

    Each member's value is its meaning; the name is the stable code.
    """

    NO_POSITION = "the opening has no free position"
    NO_SEAT = "the session has no free seat"
    SET_ASIDE = "the adviser or the youth set this opening or session aside"
    NOT_SHARED = "no agreement allows this youth to be shown there"
    CONTRACT_KIND = "youth, opening and session share no kind of contract"
    TRADE_BARRED = "the law bars this youth from this trade"
    LICENCE = "the job needs a driving licence the youth does not hold"
    OPENING_TOO_FAR = "the company is beyond the youth's own travel limit"
    SESSION_TOO_FAR = "the training site is beyond the travel limit and boarding is not possible"
    ENTRY_LEVEL = "the entry level of the session is neither held nor about to be"
    LEVEL_UNWANTED = "the youth does not want to prepare a diploma of this level"
    OPENING_LEVEL = "the employer does not take apprentices for a diploma of this level"
    WISH = "the opening is unrelated to every wish"
    COURSE = "the course does not lead to this job"
    MINOR = "the job cannot be given to a minor on any day the contract could start"
    AGE = "the youth's age forbids every start the opening and the session allow"
    CERTIFICATION = "the certification expires before the contract could start"
    DATES = "opening, session and youth have no lawful start day in common"


class Reason(Enum):
    """Why a triple is good; at most three are kept, of equal weights those that stand first here."""

    WISH_FIRST = "the opening answers the first wish (similarity=0..1)"
    WISH_OTHER = "the opening answers another wish (rank=, similarity=)"
    COURSE_WISHED = "the course itself is what the youth asked for (similarity=)"
    COURSE_FOR_JOB = "the course leads straight to this job (link=)"
    NEAR_COMPANY = "the company is near (km=, as the crow flies)"
    SHORT_COMPANY = "the company is a known number of minutes away (minutes=)"
    BOARDING = "the site is far but offers boarding, which the youth accepts (km=)"
    NEAR_SITE = "the training site is near (km=, as the crow flies)"
    SHORT_SITE = "the training site is a known number of minutes away (minutes=)"
    DATES_MEET = "contract and course can start together (days= apart)"
    ONE_STEP_UP = "the diploma is one step above the one held (held=, given=)"
    LEVEL_AIMED = "the diploma has the level aimed at (given=)"
    READY = "the youth's checklist is complete or nearly so (readiness=)"
    SHORTAGE = "the trade is on a dated list of shortages"
    ANSWERS = "the employer and the centre usually answer in time (rate=)"
    FEW_PROPOSALS = "few youths have been proposed so far (live=)"


class Doubt(Enum):
    """What must be asked before anybody relies on the triple; gravest first, at most two kept."""

    AGE_UNKNOWN = "the age is unknown, so its limits could not be checked"
    MINOR_UNKNOWN = "nobody said whether a minor may do this job (start day may precede 18)"
    LICENCE_UNKNOWN = "the job needs a licence and nobody knows whether the youth has one"
    LICENCE_NEED_UNKNOWN = "nobody said whether the job needs a licence, which the youth may lack"
    ENTRY_LEVEL_UNKNOWN = "the level held or the entry level is unknown"
    ENTRY_LEVEL_EXPECTED = "the entry level is about to be reached, not held yet (expected=)"
    CERTIFICATION_UNKNOWN = "nobody checked until when the certification is valid"
    KIND_UNKNOWN = "a kind of contract is not known"
    LEVEL_UNKNOWN = "the level of the diploma is unknown"
    OPENING_LEVEL_UNKNOWN = "nobody asked which diploma levels the employer takes"
    COMPANY_LIKELY_FAR = "the company may take longer than the youth accepts (km=, limit_minutes=)"
    SITE_LIKELY_FAR = "the site may take longer than the youth accepts (km=, limit_minutes=)"
    BOARDING_UNKNOWN = "the site is far and boarding is not confirmed (km=)"
    COMPANY_JOURNEY_UNKNOWN = "the way to the company is to be confirmed (km= when known)"
    SITE_JOURNEY_UNKNOWN = "the way to the training site is to be confirmed (km= when known)"
    OPENING_START_UNKNOWN = "the start of the contract is unknown"
    SESSION_START_UNKNOWN = "the start of the session is unknown"
    POSITIONS_UNKNOWN = "the number of free positions is unknown"
    SEATS_UNKNOWN = "the number of free seats is unknown"


Value = float | int | str
Code = TypeVar("Code", bound=Enum)


@dataclass(frozen=True)
class Explained(Generic[Code]):
    """A code with the values its sentence needs."""

    code: Code
    values: Mapping[str, Value] = field(default_factory=dict)
