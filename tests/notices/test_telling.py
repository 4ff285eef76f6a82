"""Who is told, how, and what a withdrawal takes back."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.outbox import MailState, OutboxMail
from app.notices.events import EVENTS, Frequency, Scope
from app.notices.models import Notice
from app.notices.services import notify, withdraw_about
from app.policy.actor import CLOCK, OrganisationKind, Role
from tests.factories.accounts import actor_of, make_organisation, make_user
from tests.factories.notices import choose, make_notice

pytestmark = pytest.mark.usefixtures("frozen")


def tell(session: Session, **changes: object) -> list[Notice]:
    """Tell something as the clock does."""
    told: dict[str, object] = {
        "event": "early_sign",
        "title": "Un signe demande votre attention",
        "path": "/propositions/7",
        "subject_kind": "placement",
        "subject_id": 7,
        **changes,
    }
    return notify(session, CLOCK, **told)  # type: ignore[arg-type]


def mails(session: Session) -> list[OutboxMail]:
    return list(session.scalars(select(OutboxMail).order_by(OutboxMail.id)))


def test_a_person_is_told_once_even_when_named_and_member(writing: Session) -> None:
    mission = make_organisation(writing, OrganisationKind.LOCAL_MISSION)
    adviser = make_user(writing, mission, Role.ADVISER, Role.MANAGER)

    told = tell(writing, user_ids=[adviser.id], organisation_ids=[mission.id])

    assert [(one.user_id, one.scope) for one in told] == [(adviser.id, Scope.MINE)]


def test_an_organisation_is_told_through_those_who_hold_the_right_role(writing: Session) -> None:
    mission = make_organisation(writing, OrganisationKind.LOCAL_MISSION)
    adviser = make_user(writing, mission, Role.ADVISER)
    make_user(writing, mission, Role.DISABILITY_REFERENT)
    make_user(writing, mission, Role.ORGANISATION_ADMIN)
    make_user(writing, mission, Role.ADVISER, is_active=False)

    told = tell(writing, organisation_ids=[mission.id])

    assert [(one.user_id, one.organisation_id) for one in told] == [(adviser.id, mission.id)]


def test_an_organisation_without_that_role_is_told_through_its_administrators(
    writing: Session,
) -> None:
    mission = make_organisation(writing, OrganisationKind.LOCAL_MISSION)
    admin = make_user(writing, mission, Role.ORGANISATION_ADMIN)

    told = tell(writing, organisation_ids=[mission.id])

    assert [one.user_id for one in told] == [admin.id]


def test_nobody_is_told_of_their_own_act(writing: Session) -> None:
    mission = make_organisation(writing, OrganisationKind.LOCAL_MISSION)
    adviser = make_user(writing, mission, Role.ADVISER)
    colleague = make_user(writing, mission, Role.ADVISER)

    told = notify(
        writing,
        actor_of(writing, adviser),
        event="youth_assigned",
        organisation_ids=[mission.id],
        title="Un jeune vous est confié",
        path="/jeunes/3",
        subject_kind="youth",
        subject_id=3,
    )

    assert [one.user_id for one in told] == [colleague.id]


def test_a_mail_at_once_carries_the_title_and_the_way_to_the_act(writing: Session) -> None:
    adviser = make_user(writing)

    tell(writing, user_ids=[adviser.id], youth_id=5)

    [mail] = mails(writing)
    assert mail.recipient == adviser.email
    assert mail.subject == "Un signe demande votre attention"
    assert "/propositions/7" in mail.text_body
    assert mail.youth_id == 5


def test_a_choice_beats_the_default_for_its_scope_alone(writing: Session) -> None:
    mission = make_organisation(writing, OrganisationKind.LOCAL_MISSION)
    adviser = make_user(writing, mission, Role.ADVISER)
    choose(writing, adviser, "early_sign", Frequency.WEEKLY, Scope.MINE)

    [mine] = tell(writing, user_ids=[adviser.id])
    [ours] = tell(writing, organisation_ids=[mission.id])

    assert mine.delivery is Frequency.WEEKLY
    assert ours.delivery is Frequency.AT_ONCE
    assert len(mails(writing)) == 1


@pytest.mark.parametrize(
    "path", ["https://ailleurs.fr/", "//ailleurs.fr/", "/\\ailleurs.fr", "propositions/7"]
)
def test_a_path_outside_the_site_is_a_defect(writing: Session, path: str) -> None:
    with pytest.raises(ValueError, match="inside the site"):
        tell(writing, path=path)


def test_an_unknown_event_is_a_defect(writing: Session) -> None:
    with pytest.raises(LookupError):
        tell(writing, event="nothing_of_that_kind")


def test_every_event_is_for_somebody_and_says_it_in_french() -> None:
    silent = [kind for kind, one in EVENTS.items() if not one.roles or not one.label[0].isupper()]

    assert silent == []
    assert all(len(f"notice_{kind}") <= 60 for kind in EVENTS)


def test_a_withdrawal_takes_back_unread_notices_and_waiting_mails_of_that_youth_alone(
    writing: Session,
) -> None:
    adviser = make_user(writing)
    [about] = tell(writing, user_ids=[adviser.id], youth_id=5)
    [other] = tell(writing, user_ids=[adviser.id], youth_id=6)

    taken = withdraw_about(writing, youth_id=5)

    writing.expire_all()
    assert (taken.notices, taken.mails) == (1, 1)
    assert about.path == ""
    assert "retiré" in about.title
    assert other.path == "/propositions/7"
    assert [one.state for one in mails(writing)] == [MailState.CANCELLED, MailState.WAITING]


def test_a_withdrawal_run_twice_takes_nothing_more(writing: Session) -> None:
    adviser = make_user(writing)
    make_notice(writing, adviser, youth_id=5)
    withdraw_about(writing, youth_id=5)

    again = withdraw_about(writing, youth_id=5)

    assert (again.notices, again.mails) == (0, 0)
