"""The life of an opening: which event leads from which status to which. Nothing else assigns one."""

from __future__ import annotations

import enum


class OpeningStatus(enum.StrEnum):
    """Draft: seen by its employer alone. Published: matched. Filled: all positions are taken."""

    DRAFT = "draft"
    PUBLISHED = "published"
    FILLED = "filled"
    CLOSED = "closed"


class OpeningEvent(enum.StrEnum):
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    FILL = "fill"
    FREE = "free"
    CLOSE = "close"
    REOPEN = "reopen"


class WrongEvent(ValueError):
    """The status does not allow this event."""


_NEXT: dict[tuple[OpeningStatus, OpeningEvent], OpeningStatus] = {
    (OpeningStatus.DRAFT, OpeningEvent.PUBLISH): OpeningStatus.PUBLISHED,
    (OpeningStatus.DRAFT, OpeningEvent.CLOSE): OpeningStatus.CLOSED,
    # Back to a draft: nobody else sees it while it is being rewritten.
    (OpeningStatus.PUBLISHED, OpeningEvent.WITHDRAW): OpeningStatus.DRAFT,
    (OpeningStatus.PUBLISHED, OpeningEvent.FILL): OpeningStatus.FILLED,
    (OpeningStatus.PUBLISHED, OpeningEvent.CLOSE): OpeningStatus.CLOSED,
    # A contract is broken, or one more position is opened.
    (OpeningStatus.FILLED, OpeningEvent.FREE): OpeningStatus.PUBLISHED,
    (OpeningStatus.FILLED, OpeningEvent.CLOSE): OpeningStatus.CLOSED,
    (OpeningStatus.CLOSED, OpeningEvent.REOPEN): OpeningStatus.DRAFT,
}

# What a person decides; filling and freeing follow from the positions.
DECIDED = (
    OpeningEvent.PUBLISH,
    OpeningEvent.WITHDRAW,
    OpeningEvent.CLOSE,
    OpeningEvent.REOPEN,
)

# Statuses that people outside the company may read.
PUBLIC_STATUSES = frozenset({OpeningStatus.PUBLISHED, OpeningStatus.FILLED})


def next_status(status: OpeningStatus, event: OpeningEvent) -> OpeningStatus:
    """The status after the event.

    Raises:
        WrongEvent: this status does not allow it.
    """
    try:
        return _NEXT[status, event]
    except KeyError:
        raise WrongEvent(f"{event} is not possible from {status}") from None


def decisions(status: OpeningStatus) -> tuple[OpeningEvent, ...]:
    """The events that a person may decide now, in the order of the screen."""
    return tuple(event for event in DECIDED if (status, event) in _NEXT)
