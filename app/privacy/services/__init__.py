"""Verbs of the rights of a youth and of the life of data, one file a family."""

from __future__ import annotations

from app.privacy.services.erasing import (
    ask_erasure,
    due_erasures,
    erase_again,
    erase_due,
    keep_after_all,
)
from app.privacy.services.purging import purge_person
from app.privacy.services.representing import (
    ask_representative,
    representative_says,
    represented,
)
from app.privacy.services.requests import (
    ask_correction,
    ask_own_link,
    correction_done,
    email_own_link,
    send_link,
)
from app.privacy.services.retaining import (
    anonymise_due,
    note_night,
    run_other_purges,
    set_days,
    warn_of_due,
)
from app.privacy.services.stopping import (
    Stopped,
    finish_stop,
    keep_seat,
    release_seat,
    stop,
    unfinished_stops,
)

__all__ = [
    "Stopped",
    "anonymise_due",
    "ask_correction",
    "ask_erasure",
    "ask_own_link",
    "ask_representative",
    "correction_done",
    "due_erasures",
    "email_own_link",
    "erase_again",
    "erase_due",
    "finish_stop",
    "keep_after_all",
    "keep_seat",
    "note_night",
    "purge_person",
    "release_seat",
    "representative_says",
    "represented",
    "run_other_purges",
    "send_link",
    "set_days",
    "stop",
    "unfinished_stops",
    "warn_of_due",
]
