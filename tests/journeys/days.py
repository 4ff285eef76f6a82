"""Days as the worker lives them: at each hour that counts its own tasks run, mails leave, and who was told is noted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

import time_machine
from flask import Flask
from huey import crontab
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock, tasks
from app.core.db import db, transaction
from app.core.outbox import MailState, OutboxMail

OF_PLACEMENTS = ("placements_", "outbox_")
# Hours of the worker (UTC): the night's clock, an hour before and the hour of 8 h in Paris in both seasons, the morning
# rounds, the middle of the day when people act, and an evening when nothing may leave any more.
HOURS = (time(0, 12), time(6), time(7), time(8, 5), time(8, 20), time(12, 1), time(20, 12))
MIDDAY, EVENING = time(12, 1), time(20, 12)

Act = Callable[[Session], object]


@dataclass
class Days:
    """A placement's life from today on, day by day.

    Attributes:
        names: whose each address is, for a reader of the test.
        told: by day after the first, what left and to whom: `{"reminder": "employer, youth"}`.
        hours: the hours of Paris at which something left.
    """

    frozen: time_machine.Traveller
    app: Flask
    names: dict[str, str]
    first: date = field(default_factory=clock.today)
    told: dict[int, dict[str, str]] = field(default_factory=dict)
    hours: set[int] = field(default_factory=set)

    def live(self, days: int, acts: dict[int, Act], *, in_the_evening: frozenset[int]) -> None:
        """Let so many whole days pass; what people do is done at midday, or in the evening of these days."""
        for day in range(days + 1):
            on = self.first + timedelta(days=day)
            for at in HOURS:
                self.frozen.move_to(datetime.combine(on, at, tzinfo=UTC))
                _run_what_is_due(datetime.combine(on, at))
                if day in acts and at == (EVENING if day in in_the_evening else MIDDAY):
                    with transaction() as session:
                        acts[day](session)
                with self.app.app_context():
                    tasks.run_queued_jobs()
            self._note(day, on)

    def _note(self, day: int, on: date) -> None:
        """What left on this day, by kind; each mail is noted once, at the hour when it left."""
        rows = db.session.execute(
            select(OutboxMail.kind, OutboxMail.recipient, OutboxMail.sent_at)
            .where(
                OutboxMail.state == MailState.SENT,
                OutboxMail.sent_at >= datetime.combine(on, time.min, tzinfo=UTC),
            )
            .order_by(OutboxMail.kind, OutboxMail.id)
        ).all()
        db.session.rollback()
        self.hours |= {row.sent_at.astimezone(clock.PARIS).hour for row in rows}
        if rows:
            self.told[day] = {
                kind.removeprefix("placement_"): ", ".join(
                    sorted(self.names[one.recipient] for one in of)
                )
                for kind, of in groupby(rows, key=lambda row: row.kind)
            }


def _run_what_is_due(at: datetime) -> None:
    """The periodic tasks of placements and of mails whose line of the worker's timetable names this minute."""
    for name, (function, cron) in tasks._PERIODIC.items():
        if name.startswith(OF_PLACEMENTS) and crontab(**cron)(at):
            function()
