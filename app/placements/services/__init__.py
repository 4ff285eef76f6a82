"""Verbs on placements, one file a family."""

from __future__ import annotations

from app.placements.services.alerting import note_forbidden_words
from app.placements.services.answers import cfa_says, employer_says, youth_says
from app.placements.services.checking import ForbiddenWords
from app.placements.services.checking_in import answer_check_in, ask_check_in
from app.placements.services.clock import (
    NotDue,
    employer_stays_silent,
    end_for_good,
    expire,
    hold_lapses,
    run_out,
    stop_unlisted,
)
from app.placements.services.closing import question_is_void
from app.placements.services.contract import break_off, complete, sign, start, start_training
from app.placements.services.ending import close, withdraw
from app.placements.services.following import note_follow_up
from app.placements.services.holds import HoldOver, prolong
from app.placements.services.joining import attach, detach
from app.placements.services.ladders import reset_ladder, set_ladder
from app.placements.services.lasting import keep_contract_end, set_contract_end
from app.placements.services.meetings import interview, meeting_outcome
from app.placements.services.messages import (
    Addressed,
    mark_thread_read,
    write_message,
    write_to_youth,
)
from app.placements.services.offering import offer_lapses, offer_seat
from app.placements.services.reminding import send_reminder
from app.placements.services.suggesting import suggest
from app.placements.services.talking import talk
from app.placements.services.tutor import keep_tutor_address, set_tutor_address

__all__ = [
    "Addressed",
    "ForbiddenWords",
    "HoldOver",
    "NotDue",
    "answer_check_in",
    "ask_check_in",
    "attach",
    "break_off",
    "cfa_says",
    "close",
    "complete",
    "detach",
    "employer_says",
    "employer_stays_silent",
    "end_for_good",
    "expire",
    "hold_lapses",
    "interview",
    "keep_contract_end",
    "keep_tutor_address",
    "mark_thread_read",
    "meeting_outcome",
    "note_follow_up",
    "note_forbidden_words",
    "offer_lapses",
    "offer_seat",
    "prolong",
    "question_is_void",
    "reset_ladder",
    "run_out",
    "send_reminder",
    "set_contract_end",
    "set_ladder",
    "set_tutor_address",
    "sign",
    "start",
    "start_training",
    "stop_unlisted",
    "suggest",
    "talk",
    "withdraw",
    "write_message",
    "write_to_youth",
    "youth_says",
]
