"""The clover: a proposed triple with its three leaves, the answers each leaf received, the meetings."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, enum_type
from app.placements.contract_end import ContractDays
from app.placements.deadlines import Escalation, LadderKind
from app.placements.workflow import Clover, Leaf, LeafState, Stage

_SIGNED_LIVE = text("stage IN ('signed', 'started')")
_LIVE = "stage IN ('open', 'agreed', 'signed', 'started')"


class Placement(Model):
    __tablename__ = "placement"
    __table_args__ = (
        # The database refuses nonsense: a stage beyond `open` has three leaves saying yes.
        CheckConstraint(
            "stage NOT IN ('agreed', 'signed', 'started', 'completed')"
            " OR (youth_leaf = 'yes' AND employer_leaf = 'yes' AND cfa_leaf = 'yes')",
            name="three_green_leaves",
        ),
        CheckConstraint(
            "(opening_id IS NULL) = (employer_leaf = 'sought')", name="employer_sought"
        ),
        CheckConstraint("(session_id IS NULL) = (cfa_leaf = 'sought')", name="course_sought"),
        CheckConstraint(
            "opening_id IS NOT NULL OR session_id IS NOT NULL", name="two_leaves_at_least"
        ),
        CheckConstraint(
            "stage NOT IN ('signed', 'started', 'completed') OR signed_on IS NOT NULL",
            name="signed_on",
        ),
        CheckConstraint("youth_leaf IN ('waiting', 'yes', 'no')", name="youth_leaf_known"),
        CheckConstraint("employer_leaf <> 'queued'", name="employer_never_queued"),
        Index(
            "uq_placement_one_signed",
            "youth_id",
            unique=True,
            postgresql_where=_SIGNED_LIVE,
            sqlite_where=_SIGNED_LIVE,
        ),
        # The same three meet once at a time; so do two while the third leaf is sought.
        *(
            Index(name, *columns, unique=True, postgresql_where=condition, sqlite_where=condition)
            for name, columns, condition in (
                (
                    "uq_placement_live_triple",
                    ("youth_id", "opening_id", "session_id"),
                    text(f"{_LIVE} AND opening_id IS NOT NULL AND session_id IS NOT NULL"),
                ),
                (
                    "uq_placement_live_with_course",
                    ("youth_id", "session_id"),
                    text(f"{_LIVE} AND opening_id IS NULL"),
                ),
                (
                    "uq_placement_live_with_employer",
                    ("youth_id", "opening_id"),
                    text(f"{_LIVE} AND session_id IS NULL"),
                ),
            )
        ),
        Index("ix_placement_stage_id", "stage", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    youth_id: Mapped[int] = mapped_column(ForeignKey("youth.id"), index=True)
    opening_id: Mapped[int | None] = mapped_column(ForeignKey("opening.id"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("training_session.id"), index=True)
    stage: Mapped[Stage] = mapped_column(enum_type(Stage), default=Stage.OPEN)
    youth_leaf: Mapped[LeafState] = mapped_column(
        enum_type(LeafState, name="youth_leaf"), default=LeafState.WAITING
    )
    employer_leaf: Mapped[LeafState] = mapped_column(
        enum_type(LeafState, name="employer_leaf"), default=LeafState.WAITING
    )
    cfa_leaf: Mapped[LeafState] = mapped_column(
        enum_type(LeafState, name="cfa_leaf"), default=LeafState.WAITING
    )

    # When each waiting answer is due; all three parties see them.
    youth_due_on: Mapped[date | None]
    employer_due_on: Mapped[date | None]
    cfa_due_on: Mapped[date | None]
    due_moved: Mapped[bool] = mapped_column(default=False)
    # Whether this question already entered the organisation's answer rate.
    employer_counted: Mapped[bool] = mapped_column(default=False)
    cfa_counted: Mapped[bool] = mapped_column(default=False)

    suggested_at: Mapped[datetime]
    suggested_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    suggested_by_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    # What the engine said when it was proposed, so that an old score can be explained.
    score: Mapped[float | None]
    weights_version: Mapped[str | None] = mapped_column(String(20))
    parts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    doubts: Mapped[list[Any]] = mapped_column(default=list)

    trainee_since: Mapped[date | None]
    # The legal window without employer: three months of a trainee, six months after a break.
    window_starts: Mapped[date | None]
    window_ends: Mapped[date | None]
    # A seat that became free is kept for the first of the waiting list until then; once, by itself.
    offer_until: Mapped[datetime | None]
    offer_missed_at: Mapped[datetime | None]
    agreed_at: Mapped[datetime | None]
    signed_on: Mapped[date | None]
    contract_starts_on: Mapped[date | None]
    # The last day as the parties said it: it stays when the sheet it was written on is emptied.
    contract_ends_on: Mapped[date | None]
    started_on: Mapped[date | None]
    # Where the tutor reads the questions after the first day; forgotten when the contract is over.
    tutor_email: Mapped[str | None] = mapped_column(String(254))
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(60))
    # Why it broke, apart from how: read by the adviser and the CFA, never by the employer.
    break_cause: Mapped[str | None] = mapped_column(String(60))
    predecessor_id: Mapped[int | None] = mapped_column(ForeignKey("placement.id"))
    updated_at: Mapped[datetime]
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    @property
    def clover(self) -> Clover:
        """Stage and leaves as the workflow reads them."""
        return Clover(self.stage, self.youth_leaf, self.employer_leaf, self.cfa_leaf)

    def contract_days(self, *, course_ends_on: date | None) -> ContractDays:
        """The days of the contract, which is signed; the end of the course is its session's."""
        assert self.signed_on is not None  # the database refuses a signed stage without the day
        return ContractDays(
            signed_on=self.signed_on,
            contract_starts_on=self.contract_starts_on,
            started_on=self.started_on,
            ends_on=self.contract_ends_on,
            course_ends_on=course_ends_on,
        )


class LeafAnswer(Model):
    """One answer of one party. The free text is read by the party's own side and by the adviser only."""

    __tablename__ = "leaf_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id"), index=True)
    leaf: Mapped[Leaf] = mapped_column(enum_type(Leaf))
    answer: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(60))
    words: Mapped[str | None] = mapped_column(String(200))
    given_at: Mapped[datetime]
    given_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    on_behalf: Mapped[bool] = mapped_column(default=False)  # by the adviser on the youth's word


class TrainingResult(enum.StrEnum):
    """How a contract that ran to its end came out."""

    DIPLOMA = "diploma"
    PARTIAL = "partial"  # some blocks of the certification
    NO_DIPLOMA = "no_diploma"
    NOT_PRESENTED = "not_presented"
    UNKNOWN = "unknown"  # nobody said it in time: the clock's word, never a person's


class MeetingKind(enum.StrEnum):
    INTERVIEW = "interview"
    IMMERSION = "immersion"  # PMSMP
    CFA_VISIT = "cfa_visit"


class MeetingOutcome(enum.StrEnum):
    """What came of a meeting; never a judgment on a person."""

    GOOD = "good"
    TO_THINK_OVER = "to_think_over"
    NOT_SUITED = "not_suited"
    NOBODY_CAME = "nobody_came"
    CANCELLED = "cancelled"


class Meeting(Model):
    """One meeting of a placement: when, where, what came of it. It changes no leaf."""

    __tablename__ = "meeting"
    __table_args__ = (CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name="period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id"), index=True)
    kind: Mapped[MeetingKind] = mapped_column(enum_type(MeetingKind))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    place: Mapped[str] = mapped_column(String(200))
    outcome: Mapped[MeetingOutcome | None] = mapped_column(enum_type(MeetingOutcome))
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class FollowUpKind(enum.StrEnum):
    """The contacts that the dossier asks for after the first day."""

    DAY_1 = "day_1"
    DAY_8 = "day_8"
    DAY_21 = "day_21"
    PRESENCE_45 = "presence_45"  # estimated from the rhythm: absences move it
    MONTH_3 = "month_3"
    MONTH_6 = "month_6"


class FollowUpState(enum.StrEnum):
    """What the contact found: a state of things, never a judgment on a person."""

    GOING_WELL = "going_well"
    TO_WATCH = "to_watch"
    ALERT = "alert"
    NOBODY_REACHED = "nobody_reached"


class FollowUp(Model):
    """One contact to make after the first day, and what it found: for the adviser and the CFA, never the employer."""

    __tablename__ = "follow_up"
    __table_args__ = (
        UniqueConstraint("placement_id", "kind"),
        CheckConstraint("(state IS NULL) = (done_at IS NULL)", name="done"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id"))
    kind: Mapped[FollowUpKind] = mapped_column(enum_type(FollowUpKind))
    due_on: Mapped[date] = mapped_column(index=True)
    state: Mapped[FollowUpState | None] = mapped_column(enum_type(FollowUpState))
    words: Mapped[str | None] = mapped_column(String(200))
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class MessageAudience(enum.StrEnum):
    """Who reads a message of the thread."""

    PARTIES = "parties"  # the parties of the placement at the time of writing
    OWN_SIDE = "own_side"  # those who speak for the same leaf
    YOUTH = "youth"  # sent to the youth by the adviser, read on the adviser's side


class CheckInSide(enum.StrEnum):
    """Who is asked the two questions."""

    YOUTH = "youth"
    TUTOR = "tutor"
    CFA = "cfa"


class Going(enum.StrEnum):
    """How it goes, in the words of who answers."""

    WELL = "well"
    SO_SO = "so_so"
    BADLY = "badly"


class CheckIn(Model):
    """Two questions to one party at one contact: how it goes, and whether somebody should call.

    Read by the adviser and by the CFA, never by the employer; an early sign waits until a contact is noted.
    """

    __tablename__ = "check_in"
    __table_args__ = (
        UniqueConstraint("follow_up_id", "side"),
        CheckConstraint("(going IS NULL) = (answered_at IS NULL)", name="answered"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id"), index=True)
    follow_up_id: Mapped[int] = mapped_column(ForeignKey("follow_up.id"))
    side: Mapped[CheckInSide] = mapped_column(enum_type(CheckInSide))
    asked_at: Mapped[datetime]
    going: Mapped[Going | None] = mapped_column(enum_type(Going))
    wants_call: Mapped[bool] = mapped_column(default=False)
    answered_at: Mapped[datetime | None]
    handled_at: Mapped[datetime | None]

    @property
    def is_sign(self) -> bool:
        """True when somebody should look at it: it does not go well, or a call is asked for."""
        return self.answered_at is not None and (self.going is not Going.WELL or self.wants_call)


class PlacementMessage(Model):
    """One message of the thread.

    `opening_id` and `session_id` are those of the placement when it was written: a company or a CFA that joins later
    does not read what was said with the former one.
    """

    __tablename__ = "placement_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id"), index=True)
    side: Mapped[Leaf] = mapped_column(enum_type(Leaf))
    audience: Mapped[MessageAudience] = mapped_column(
        enum_type(MessageAudience), default=MessageAudience.PARTIES
    )
    text: Mapped[str] = mapped_column(String(600))
    written_at: Mapped[datetime]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    author_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    opening_id: Mapped[int | None]
    session_id: Mapped[int | None]


class MessageMention(Model):
    """A party, or a person of one's own side, to whom a message is addressed."""

    __tablename__ = "message_mention"
    __table_args__ = (
        CheckConstraint("(side IS NULL) <> (user_id IS NULL)", name="a_party_or_a_person"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("placement_message.id"), index=True)
    side: Mapped[Leaf | None] = mapped_column(enum_type(Leaf, name="mentioned_side"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class ThreadReading(Model):
    """Up to which message a person has read a thread."""

    __tablename__ = "thread_reading"

    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    last_message_id: Mapped[int]
    read_at: Mapped[datetime]


class LadderSetting(Model):
    """The days of one ladder as one organisation set them; without a row the portal's default holds."""

    __tablename__ = "ladder_setting"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    kind: Mapped[LadderKind] = mapped_column(enum_type(LadderKind), primary_key=True)
    days: Mapped[list[Any]]
    escalates_to: Mapped[Escalation | None] = mapped_column(enum_type(Escalation))
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class SentReminder(Model):
    """A rung of a ladder that was climbed: one reminder of one kind about one date, whatever runs twice."""

    __tablename__ = "sent_reminder"
    __table_args__ = (UniqueConstraint("placement_id", "kind", "about_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id"))
    kind: Mapped[str] = mapped_column(String(40))
    about_on: Mapped[date]
    sent_at: Mapped[datetime]
