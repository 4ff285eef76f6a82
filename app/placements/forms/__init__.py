"""Forms of a placement's page: one a verb, each with its own prefix since many stand on one page."""

from __future__ import annotations

from app.placements.forms.contract import (
    CheckInForm,
    ContractEndForm,
    DayForm,
    FollowUpForm,
    ResultForm,
    SignForm,
    TutorForm,
)
from app.placements.forms.ladders import LadderForm
from app.placements.forms.meetings import MeetingForm, OutcomeForm
from app.placements.forms.proposing import AttachForm, SuggestForm
from app.placements.forms.reasons import AnswerForm, BreakForm, ReasonForm, TogetherForm
from app.placements.forms.thread import EasyWordsForm, MessageForm, ReadForm, ThreadForm

__all__ = [
    "AnswerForm",
    "AttachForm",
    "BreakForm",
    "CheckInForm",
    "ContractEndForm",
    "DayForm",
    "EasyWordsForm",
    "FollowUpForm",
    "LadderForm",
    "MeetingForm",
    "MessageForm",
    "OutcomeForm",
    "ReadForm",
    "ReasonForm",
    "ResultForm",
    "SignForm",
    "SuggestForm",
    "ThreadForm",
    "TogetherForm",
    "TutorForm",
]
