"""Verbs on the real database: what they write, what they refuse, what they leave alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.changes import PoolChange
from app.core.errors import Conflict, Forbidden, Invalid, NotFound, WrongState
from app.core.journal import JournalEvent
from app.core.outbox import MailState, OutboxMail
from app.policy.actor import OrganisationKind, Role
from app.reference.models import Trade
from app.youth.models import (
    ConsentRecord,
    DisabilityRecognition,
    LegalRepresentative,
    UnansweredWish,
    Wish,
    Youth,
    YouthStatus,
)
from app.youth.queries import near_trades, youth_facts
from app.youth.services import (
    DuplicateSuspected,
    TooOldForThisHouse,
    acknowledge_representative,
    add_note,
    add_wish,
    change_status,
    confirm_wish,
    count_live_placement,
    create_youth,
    end_reveals,
    give_listing_consent,
    grant_reveal,
    mark_matchable,
    mark_placed,
    move_wish,
    reassign,
    record_disability,
    record_representative,
    remove_disability,
    remove_wish,
    set_mobility,
    set_wishes,
    update_identity,
    withdraw_consent,
)
from tests.factories.accounts import actor_of, make_agreement, make_organisation, make_user
from tests.factories.reference import make_trade
from tests.factories.youth import make_consent, make_representative, make_youth
from tests.youth.conftest import House

BIRTH = date(2008, 3, 14)


def youth_of(session: Session, house: House, **values: object) -> Youth:
    return make_youth(session, house.organisation, house.adviser, **values)  # type: ignore[arg-type]


def texts_of(session: Session, youth: Youth) -> list[tuple[int, str]]:
    query = select(Wish.rank, Wish.raw_text).where(Wish.youth_id == youth.id)
    return [(row.rank, row.raw_text) for row in session.execute(query.order_by(Wish.rank, Wish.id))]


# Registration


def test_a_registered_youth_belongs_to_the_adviser_and_wakes_the_pools(
    session: Session, house: House
) -> None:
    youth = create_youth(
        session, house.actor, given_name="Énora", family_name="Le Bihan", birth_date=BIRTH
    )

    assert (youth.organisation_id, youth.adviser_id) == (house.organisation.id, house.adviser.id)
    assert youth.folded_name == "le bihan enora"
    assert len(youth.public_code) == 8
    assert session.scalars(select(JournalEvent.event)).all() == ["youth_registered"]
    assert session.scalars(select(PoolChange.row_id)).all() == [youth.id]


@pytest.mark.parametrize(
    ("birth_date", "words"),
    [
        (date(2011, 11, 24), "statut scolaire"),
        (date(2012, 11, 2), "avant 15 ans"),
        (date(2026, 1, 1), "l’année surprend"),
    ],
)
def test_nobody_is_registered_before_fifteen(
    session: Session, house: House, birth_date: date, words: str
) -> None:
    with pytest.raises(Invalid, match=words) as refused:
        create_youth(
            session, house.actor, given_name="Léo", family_name="Roy", birth_date=birth_date
        )

    assert refused.value.field == "birth_date"
    assert session.scalar(select(Youth)) is None


def test_a_youth_is_registered_on_the_very_fifteenth_birthday(
    session: Session, house: House
) -> None:
    youth = create_youth(
        session,
        house.actor,
        given_name="Léo",
        family_name="Roy",
        birth_date=date(2011, 11, 23),
    )

    assert youth.id


def test_a_mission_locale_refuses_at_twenty_six_and_cap_emploi_does_not(
    session: Session, house: House
) -> None:
    cap = make_organisation(session, OrganisationKind.CAP_EMPLOI)
    actor = actor_of(session, make_user(session, cap))
    names = {"given_name": "Sébastien", "family_name": "Faure"}

    with pytest.raises(TooOldForThisHouse, match="Cap emploi"):
        create_youth(session, house.actor, birth_date=date(2000, 11, 23), **names)
    last_day = create_youth(session, house.actor, birth_date=date(2000, 11, 24), **names)
    older = create_youth(session, actor, birth_date=date(1993, 5, 14), **names)

    assert last_day.organisation_id == house.organisation.id
    assert older.organisation_id == cap.id


def test_an_employer_opens_no_file(session: Session) -> None:
    company = make_organisation(session, OrganisationKind.COMPANY)
    actor = actor_of(session, make_user(session, company))

    with pytest.raises(NotFound):
        create_youth(session, actor, given_name="Léo", family_name="Roy", birth_date=BIRTH)


def test_a_possible_duplicate_stops_the_registration_until_a_person_decides(
    session: Session, house: House
) -> None:
    known = youth_of(session, house, given_name="Enora", family_name="Roy", birth_date=BIRTH)
    typed = {"given_name": "enora", "family_name": "ROY", "birth_date": BIRTH}

    with pytest.raises(DuplicateSuspected) as suspected:
        create_youth(session, house.actor, **typed)  # type: ignore[arg-type]
    created = create_youth(session, house.actor, **typed, is_another_person=True)  # type: ignore[arg-type]

    assert [one.youth_id for one in suspected.value.found] == [known.id]
    assert created.id != known.id


def test_a_corrected_birth_date_passes_the_same_gate(session: Session, house: House) -> None:
    youth = youth_of(session, house)

    with pytest.raises(Invalid, match="15 ans"):
        update_identity(
            session,
            house.actor,
            youth_id=youth.id,
            values={"birth_date": date(2012, 11, 2)},
        )


def test_saving_what_is_already_there_writes_nothing(session: Session, house: House) -> None:
    youth = youth_of(session, house)

    set_mobility(session, house.actor, youth_id=youth.id, values={"radius_km": youth.radius_km})

    assert session.scalars(select(JournalEvent)).all() == []


def test_the_journal_names_fields_and_never_their_content(session: Session, house: House) -> None:
    youth = youth_of(session, house)

    update_identity(session, house.actor, youth_id=youth.id, values={"email": "secret@exemple.fr"})

    event = session.scalars(select(JournalEvent)).one()
    assert event.details == {"fields": ["email"]}


# Wishes


def test_two_trades_of_one_line_share_their_rank_and_keep_the_line(
    session: Session, house: House
) -> None:
    youth = youth_of(session, house, wishes=())

    set_wishes(
        session,
        house.actor,
        youth_id=youth.id,
        lines=["boulengerie/patiserie", "mecanique voitur"],
    )

    assert texts_of(session, youth) == [
        (1, "boulengerie"),
        (1, "patiserie"),
        (2, "mecanique voitur"),
    ]
    lines = session.scalars(select(Wish.line_text).order_by(Wish.rank, Wish.id)).all()
    assert lines == ["boulengerie/patiserie", "boulengerie/patiserie", None]


@pytest.mark.parametrize("again", ["PATISSERIE  ", " patisserie", "Pâtisserie", "l’patisserie"])
def test_a_wish_typed_twice_is_kept_once(session: Session, house: House, again: str) -> None:
    youth = youth_of(session, house, wishes=())

    set_wishes(session, house.actor, youth_id=youth.id, lines=["pâtisserie", again])
    add_wish(session, house.actor, youth_id=youth.id, text=again)

    assert texts_of(session, youth) == [(1, "pâtisserie")]


@pytest.mark.parametrize("typed", ["patiserie", "L'PATISERIE", "  Patiserie  ", "patiserie’"])
def test_a_misspelled_wish_is_answered_by_its_trade(
    session: Session, house: House, typed: str
) -> None:
    make_trade(session, "D1104")
    make_trade(session, "I1604")

    trades, has_no_title = near_trades(session, typed)

    assert trades[0].rome_code == "D1104"
    assert not has_no_title


def test_a_trade_without_title_says_so_and_offers_its_neighbours(session: Session) -> None:
    session.add(
        Trade(
            rome_code="K2503",
            label="Sécurité et surveillance privées",
            sort_name="securite et surveillance privees",
            family="K",
            source="test",
        )
    )
    session.flush()

    trades, has_no_title = near_trades(session, "Policier")

    assert has_no_title
    assert "K2503" in {one.rome_code for one in trades}


def test_a_confirmed_trade_survives_when_the_list_is_typed_again(
    session: Session, house: House
) -> None:
    youth = youth_of(session, house, wishes=(("boulanger", "D1102"),))

    set_wishes(session, house.actor, youth_id=youth.id, lines=["vendeur", "Boulanger"])

    rows = session.execute(select(Wish.raw_text, Wish.rome_code).order_by(Wish.rank)).all()
    assert [tuple(row) for row in rows] == [("vendeur", None), ("boulanger", "D1102")]


def test_a_second_trade_for_the_same_words_stands_beside_the_first(
    session: Session, house: House
) -> None:
    youth = youth_of(session, house, wishes=(("boulengerie", None),))
    make_trade(session, "D1102")
    make_trade(session, "D1104")
    wish = session.scalars(select(Wish)).one()

    confirm_wish(session, house.actor, wish_id=wish.id, rome_code="D1102")
    confirm_wish(session, house.actor, wish_id=wish.id, rome_code="D1104")

    rows = session.execute(select(Wish.rank, Wish.rome_code).order_by(Wish.rome_code)).all()
    assert [tuple(row) for row in rows] == [(1, "D1102"), (1, "D1104")]
    with pytest.raises(Conflict):
        confirm_wish(session, house.actor, wish_id=wish.id, rome_code="D1104")
    assert texts_of(session, youth) == [(1, "boulengerie"), (1, "boulengerie")]


def test_wishes_change_places_and_close_their_ranks(session: Session, house: House) -> None:
    youth = youth_of(session, house, wishes=(("un", None), ("deux", None), ("trois", None)))
    ids = {one.raw_text: one.id for one in session.scalars(select(Wish))}

    move_wish(session, house.actor, wish_id=ids["trois"], up=True)
    move_wish(session, house.actor, wish_id=ids["un"], up=True)
    remove_wish(session, house.actor, wish_id=ids["un"])

    assert texts_of(session, youth) == [(1, "trois"), (2, "deux")]


def test_an_unanswered_wish_is_counted_without_its_author(session: Session, house: House) -> None:
    make_trade(session, "D1102")
    for _ in range(2):
        youth = youth_of(session, house, wishes=())
        add_wish(session, house.actor, youth_id=youth.id, text="zzyzx qwrtp")

    row = session.scalars(select(UnansweredWish)).one()
    session.refresh(row)

    assert row.times == 2
    assert {column.name for column in UnansweredWish.__table__.columns} == {
        "folded",
        "times",
        "last_asked_on",
    }


def test_a_tenth_line_is_refused(session: Session, house: House) -> None:
    youth = youth_of(session, house, wishes=())

    with pytest.raises(Invalid, match="9 souhaits"):
        set_wishes(
            session, house.actor, youth_id=youth.id, lines=[f"metier {n}" for n in range(10)]
        )


# Agreement


def test_a_listing_names_its_text_and_ends_after_six_months(session: Session, house: House) -> None:
    youth = youth_of(session, house, is_listed=False)

    row = give_listing_consent(session, house.actor, youth_id=youth.id, channel="phone")

    assert (row.text_version, row.data_scope) == ("listing-2026-11", "S1")
    assert row.expires_on == date(2027, 5, 23)
    assert youth_facts(session, youth.id).is_listed


def test_renewing_adds_a_row_and_edits_none(session: Session, house: House) -> None:
    youth = youth_of(session, house)
    before = session.scalars(select(ConsentRecord)).one()

    give_listing_consent(session, house.actor, youth_id=youth.id, channel="paper")

    assert len(session.scalars(select(ConsentRecord)).all()) == 2
    assert before.withdrawn_at is None


def test_another_text_than_the_one_in_force_is_refused(session: Session, house: House) -> None:
    youth = youth_of(session, house, is_listed=False)

    with pytest.raises(Invalid, match="Le texte a changé"):
        give_listing_consent(
            session, house.actor, youth_id=youth.id, channel="phone", text_version="listing-2025"
        )


@pytest.mark.parametrize(
    ("birth_date", "needs"), [(date(2010, 11, 24), 1), (date(2010, 11, 23), 0)]
)
def test_under_sixteen_the_representative_is_informed_first(
    session: Session, house: House, birth_date: date, needs: int
) -> None:
    youth = youth_of(session, house, is_listed=False, birth_date=birth_date)

    if needs:
        with pytest.raises(Invalid, match="représentant"):
            give_listing_consent(session, house.actor, youth_id=youth.id, channel="phone")
        make_representative(session, youth)
    give_listing_consent(session, house.actor, youth_id=youth.id, channel="phone")

    assert youth_facts(session, youth.id).is_listed


def test_stopping_ends_listing_reveals_and_mails_that_have_not_left(
    session: Session, house: House
) -> None:
    employer = make_organisation(session, OrganisationKind.COMPANY)
    youth, other = youth_of(session, house), youth_of(session, house)
    make_consent(session, youth, recipient=employer)
    for about in (youth, other):
        session.add(
            OutboxMail(
                kind="reminder",
                recipient="patron@exemple.fr",
                subject="Rappel",
                text_body="",
                html_body="",
                youth_id=about.id,
                created_at=clock.now(),
            )
        )
    session.flush()

    ended = withdraw_consent(session, house.actor, youth_id=youth.id)

    facts = youth_facts(session, youth.id)
    assert (ended.listings, ended.reveals, ended.mails) == (1, 1, 1)
    assert (facts.is_listed, facts.revealed_to) == (False, frozenset())
    states = dict(session.execute(select(OutboxMail.youth_id, OutboxMail.state)).all())
    assert states == {youth.id: MailState.CANCELLED, other.id: MailState.WAITING}


def test_stopping_twice_writes_one_event(session: Session, house: House) -> None:
    youth = youth_of(session, house)

    withdraw_consent(session, house.actor, youth_id=youth.id)
    again = withdraw_consent(session, house.actor, youth_id=youth.id)

    assert (again.listings, again.reveals, again.mails) == (0, 0, 0)
    assert session.scalars(select(JournalEvent.event)).all() == ["consent_withdrawn"]


def test_another_representative_has_to_be_informed_anew(session: Session, house: House) -> None:
    youth = youth_of(session, house)
    record_representative(session, house.actor, youth_id=youth.id, values={"name": "Mme Roy"})
    acknowledge_representative(session, house.actor, youth_id=youth.id)

    record_representative(session, house.actor, youth_id=youth.id, values={"name": "M. Roy"})

    assert session.scalars(select(LegalRepresentative)).one().acknowledged_at is None


# What placements call


def test_a_reveal_is_written_once_and_ends_with_its_placement(
    session: Session, house: House
) -> None:
    youth = youth_of(session, house)
    employer = make_organisation(session, OrganisationKind.COMPANY)
    said = {
        "youth_id": youth.id,
        "organisation_id": employer.id,
        "data_scope": "S2",
        "channel": "phone",
    }

    first = grant_reveal(session, house.actor, placement_id=7, **said)  # type: ignore[arg-type]
    again = grant_reveal(session, house.actor, placement_id=7, **said)  # type: ignore[arg-type]
    shown = youth_facts(session, youth.id).revealed_to
    ended = end_reveals(session, youth_id=youth.id, placement_id=7)

    assert first.id == again.id
    assert shown == frozenset({employer.id})
    assert ended == 1
    assert youth_facts(session, youth.id).revealed_to == frozenset()


def test_a_minors_name_waits_for_the_representative(session: Session, house: House) -> None:
    youth = youth_of(session, house, birth_date=date(2008, 11, 24))
    employer = make_organisation(session, OrganisationKind.COMPANY)
    said = {"organisation_id": employer.id, "placement_id": 1, "channel": "phone"}

    make_representative(session, youth, acknowledged=False)
    row = grant_reveal(session, house.actor, youth_id=youth.id, data_scope="S2", **said)  # type: ignore[arg-type]
    before = youth_facts(session, youth.id).revealed_to
    acknowledge_representative(session, house.actor, youth_id=youth.id)
    after = youth_facts(session, youth.id).revealed_to
    acknowledge_representative(session, house.actor, youth_id=youth.id, is_informed=False)

    assert (row.data_scope, before, after) == ("S2", frozenset(), frozenset({employer.id}))
    assert youth_facts(session, youth.id).revealed_to == frozenset()


def test_another_representative_closes_the_names_of_a_minor_again(
    session: Session, house: House
) -> None:
    youth = youth_of(session, house, birth_date=date(2008, 11, 24))
    employer = make_organisation(session, OrganisationKind.COMPANY)
    make_representative(session, youth)
    said = {"organisation_id": employer.id, "placement_id": 1, "channel": "phone"}
    grant_reveal(session, house.actor, youth_id=youth.id, data_scope="S2", **said)  # type: ignore[arg-type]

    record_representative(session, house.actor, youth_id=youth.id, values={"name": "M. Roy"})

    assert youth_facts(session, youth.id).revealed_to == frozenset()


def test_live_placements_are_counted_and_the_last_proposal_dated(
    session: Session, house: House
) -> None:
    youth = youth_of(session, house)

    count_live_placement(session, youth_id=youth.id, delta=2)
    count_live_placement(session, youth_id=youth.id, delta=-1)

    session.refresh(youth)
    assert (youth.live_placements, youth.last_proposed_at) == (1, clock.now())


def test_a_contract_places_and_a_break_makes_matchable_again(
    session: Session, house: House
) -> None:
    youth = youth_of(session, house)

    mark_placed(session, house.actor, youth_id=youth.id)
    mark_placed(session, house.actor, youth_id=youth.id)
    with pytest.raises(WrongState):
        change_status(session, house.actor, youth_id=youth.id, status=YouthStatus.READY)
    mark_matchable(session, house.actor, youth_id=youth.id)

    assert youth.status is YouthStatus.READY
    events = session.scalars(select(JournalEvent.event).order_by(JournalEvent.id)).all()
    assert events == ["placed", "matchable_again"]


# Accompaniment


def test_leaving_ends_every_agreement(session: Session, house: House) -> None:
    youth = youth_of(session, house)

    change_status(session, house.actor, youth_id=youth.id, status=YouthStatus.WITHDRAWN)

    assert not youth_facts(session, youth.id).is_listed


def test_a_file_goes_to_a_colleague_of_the_same_house_only(session: Session, house: House) -> None:
    youth = youth_of(session, house)
    manager = actor_of(session, make_user(session, house.organisation, Role.MANAGER))
    colleague, stranger = make_user(session, house.organisation), make_user(session)

    with pytest.raises(Forbidden):
        reassign(session, house.actor, youth_id=youth.id, adviser_id=colleague.id)
    with pytest.raises(Invalid):
        reassign(session, manager, youth_id=youth.id, adviser_id=stranger.id)
    reassign(session, manager, youth_id=youth.id, adviser_id=colleague.id)

    assert youth.adviser_id == colleague.id


def test_a_note_with_sensitive_words_is_kept_only_when_confirmed(
    session: Session, house: House
) -> None:
    youth = youth_of(session, house)

    with pytest.raises(Invalid, match="enceinte"):
        add_note(session, house.actor, youth_id=youth.id, text="Elle est enceinte.")
    note = add_note(
        session, house.actor, youth_id=youth.id, text="Elle est enceinte.", is_confirmed=True
    )

    assert note.author_id == house.adviser.id


def test_a_note_may_date_the_last_contact(session: Session, house: House) -> None:
    youth = youth_of(session, house, last_contact_at=clock.now() - timedelta(days=40))

    add_note(session, house.actor, youth_id=youth.id, text="Appel.", was_contact=True)

    assert youth.last_contact_at == clock.now()


# The restricted row


def test_a_recognition_needs_the_youths_agreement_and_can_be_taken_back(
    session: Session, house: House
) -> None:
    youth = youth_of(session, house)
    seen = {"proof_seen_on": date(2026, 11, 20), "valid_until": date(2028, 3, 31)}

    with pytest.raises(Invalid, match="accord écrit"):
        record_disability(session, house.actor, youth_id=youth.id, has_agreed=False, **seen)
    row = record_disability(session, house.actor, youth_id=youth.id, has_agreed=True, **seen)
    assert row.proof_seen_by == house.adviser.id
    remove_disability(session, house.actor, youth_id=youth.id)

    assert session.scalars(select(DisabilityRecognition)).all() == []


def test_the_timeline_does_not_say_what_the_restricted_row_holds(
    session: Session, house: House
) -> None:
    youth = youth_of(session, house)

    record_disability(
        session,
        house.actor,
        youth_id=youth.id,
        has_agreed=True,
        proof_seen_on=None,
        valid_until=date(2028, 3, 31),
    )

    event = session.scalars(select(JournalEvent)).one()
    assert (event.event, event.details) == ("restricted_section_changed", {})


def test_a_point_a_that_sees_a_listed_youth_changes_nothing(session: Session, house: House) -> None:
    youth = youth_of(session, house)
    partner = make_organisation(session, OrganisationKind.POINT_A)
    make_agreement(session, house.organisation, partner)
    officer = actor_of(session, make_user(session, partner))

    with pytest.raises(Forbidden):
        withdraw_consent(session, officer, youth_id=youth.id)
    with pytest.raises(Forbidden):
        record_disability(
            session,
            officer,
            youth_id=youth.id,
            has_agreed=True,
            proof_seen_on=None,
            valid_until=None,
        )
