"""Verbs on a youth's file, one file a family."""

from __future__ import annotations

from app.youth.services.consent import (
    Withdrawn,
    end_all_agreements,
    give_listing_consent,
    guards_listing,
    withdraw_consent,
)
from app.youth.services.departures import hand_over_and_leave
from app.youth.services.diplomas import add_diploma, remove_diploma
from app.youth.services.disability import record_disability, remove_disability
from app.youth.services.follow_up import (
    add_note,
    change_status,
    note_contact,
    reassign,
)
from app.youth.services.guarded import Stale, locked
from app.youth.services.identity import (
    DuplicateSuspected,
    TooOldForThisHouse,
    check_registration_age,
    create_youth,
    new_public_code,
    update_identity,
)
from app.youth.services.placing import (
    count_live_placement,
    end_reveals,
    grant_reveal,
    let_reveals_end,
    mark_matchable,
    mark_placed,
    needs_representative,
    set_waiting_answers,
    settle_waiting_reveals,
)
from app.youth.services.profile import (
    mark_readiness,
    set_availability,
    set_mobility,
    set_schooling,
)
from app.youth.services.representative import (
    Answered,
    acknowledge_representative,
    record_representative,
    representative_answers,
    representative_mark,
)
from app.youth.services.wishes import (
    add_wish,
    confirm_wish,
    move_wish,
    remove_wish,
    set_wishes,
    unconfirm_wish,
)

__all__ = [
    "Answered",
    "DuplicateSuspected",
    "Stale",
    "TooOldForThisHouse",
    "Withdrawn",
    "acknowledge_representative",
    "add_diploma",
    "add_note",
    "add_wish",
    "change_status",
    "check_registration_age",
    "confirm_wish",
    "count_live_placement",
    "create_youth",
    "end_all_agreements",
    "end_reveals",
    "give_listing_consent",
    "grant_reveal",
    "guards_listing",
    "hand_over_and_leave",
    "let_reveals_end",
    "locked",
    "mark_matchable",
    "mark_placed",
    "mark_readiness",
    "move_wish",
    "needs_representative",
    "new_public_code",
    "note_contact",
    "reassign",
    "record_disability",
    "record_representative",
    "remove_diploma",
    "remove_disability",
    "remove_wish",
    "representative_answers",
    "representative_mark",
    "set_availability",
    "set_mobility",
    "set_schooling",
    "set_waiting_answers",
    "set_wishes",
    "settle_waiting_reveals",
    "unconfirm_wish",
    "update_identity",
    "withdraw_consent",
]
