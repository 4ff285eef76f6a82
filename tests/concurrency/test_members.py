"""Two people decide about one newcomer at once: one decision holds, and the other is told the truth."""

from __future__ import annotations

from functools import partial

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Invitation, JoinRequest
from app.accounts.services import Passwords
from app.accounts.services.attempts import count_attempt
from app.accounts.services.invitations import accept_invitation, invite, revoke_invitation
from app.accounts.services.joining import accept_request, refuse_request
from app.core import clock
from app.core.db import db, transaction
from app.core.outbox import OutboxMail
from app.core.tokens import seal
from app.policy.actor import ANONYMOUS, Actor, Role
from tests.concurrency.conftest import race
from tests.factories.accounts import PASSWORD, actor_of, make_organisation, make_user

ROUNDS = 5
SIRET = "13002526500013"


def administrators(app: Flask) -> tuple[Actor, Actor]:
    """Two administrators of one house."""
    with transaction() as session:
        house = make_organisation(session)
        house.siret = SIRET
        return (
            actor_of(session, make_user(session, house, Role.ORGANISATION_ADMIN)),
            actor_of(session, make_user(session, house, Role.ORGANISATION_ADMIN)),
        )


def asked(number: int) -> int:
    """Somebody asks to join."""
    with transaction() as session:
        row = JoinRequest(
            siret=SIRET,
            email=f"nina{number}@exemple.fr",
            given_name="Nina",
            family_name="Neuve",
            asked_at=clock.now(),
        )
        session.add(row)
        session.flush()
        return row.id


def test_two_administrators_answer_one_request_once(racing_app: Flask) -> None:
    first, second = administrators(racing_app)

    for number in range(ROUNDS):
        request_id = asked(number)
        yes = partial(accept_request, request_id=request_id, roles=[Role.ADVISER])
        verbs = [
            partial(yes, actor=first),
            partial(yes, actor=second),
            partial(refuse_request, actor=first, request_id=request_id),
            partial(refuse_request, actor=second, request_id=request_id),
        ]

        answers = race(racing_app, *verbs)

        row = db.session.get_one(JoinRequest, request_id)
        mails = db.session.scalars(
            select(OutboxMail.kind).where(OutboxMail.recipient == row.email)
        ).all()
        invited = db.session.scalars(
            select(Invitation.id).where(Invitation.email == row.email)
        ).all()
        db.session.rollback()
        assert sorted(answers) == ["Conflict"] * 3 + ["ok"]
        assert row.is_accepted is (answers.index("ok") < 2)
        assert (len(mails), len(invited)) == (1, int(row.is_accepted))


def test_an_invitation_is_withdrawn_or_accepted_and_never_both(racing_app: Flask) -> None:
    admin, _other = administrators(racing_app)
    house = int(admin.organisation_id or 0)

    for number in range(ROUNDS):
        with transaction() as session:
            one = invite(
                session,
                admin,
                organisation_id=house,
                email=f"nina{number}@exemple.fr",
                given_name="Nina",
                family_name="Neuve",
                roles=[Role.ADVISER],
            )
            invitation_id = one.id
            token = seal("invitation", [one.id], good_for=one.expires_at - clock.now())

        def join(session: Session, token: str = token) -> None:
            cheap = Passwords(64, 1)
            accept_invitation(session, ANONYMOUS, cheap, token=token, password=PASSWORD)

        withdraw = partial(
            revoke_invitation, actor=admin, organisation_id=house, invitation_id=invitation_id
        )

        answers = race(racing_app, join, withdraw, delay=0.01)

        row = db.session.get_one(Invitation, invitation_id)
        ended = (row.accepted_at is not None, row.revoked_at is not None)
        db.session.rollback()
        assert answers.count("ok") == 1, answers
        assert ended == (answers[0] == "ok", answers[1] == "ok")


def test_passwords_tried_all_at_once_are_counted_one_by_one(racing_app: Flask) -> None:
    tries = [partial(count_attempt, kind="login", subject="anne@exemple.fr", limit=8)] * 16

    answers = race(racing_app, *tries)

    assert sorted(answers) == ["TooMany"] * 8 + ["ok"] * 8
