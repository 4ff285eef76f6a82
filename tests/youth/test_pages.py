"""The pages without JavaScript: what they show, what they keep when something is wrong."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.policy.actor import OrganisationKind, Role
from app.youth.models import (
    ConsentRecord,
    LegalRepresentative,
    ReadinessItem,
    ReadinessMark,
    Wish,
    Youth,
    YouthNote,
    YouthStatus,
)
from tests.factories.accounts import make_organisation, make_user
from tests.factories.reference import make_commune, make_trade
from tests.factories.youth import make_representative, make_youth
from tests.helpers.statements import watched
from tests.helpers.swap import parse
from tests.youth.conftest import Desk, House, desk_of

REGISTER = {
    "given_name": "Kévin",
    "family_name": "Lambert",
    "birth_date": "2010-06-30",
    "commune": "Liévin",
    "wishes": "boulanger\r\nmecanique voiture",
}
IDENTITY = {
    "given_name": "Enora",
    "family_name": "Le Bihan",
    "birth_date": "2008-03-14",
    "commune": "Quimper (29000)",
}


def test_an_empty_list_says_what_to_do_next(desk: Desk) -> None:
    answer = desk.get("/jeunes")

    assert answer.status_code == 200
    assert "Ouvrir un dossier" in answer.get_data(as_text=True)


def test_a_file_is_opened_from_one_short_page(desk: Desk, session: Session) -> None:
    make_commune(session, "62510")
    make_trade(session, "D1102")

    answer = desk.post("/jeunes/nouveau", REGISTER)

    youth = session.scalars(select(Youth)).one()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/jeunes/{youth.id}")
    assert (youth.full_name, youth.commune_code) == ("Kévin Lambert", "62510")
    assert desk.get(f"/jeunes/{youth.id}").status_code == 200


def test_a_registration_under_fifteen_explains_the_school_path_and_keeps_the_words(
    desk: Desk, session: Session
) -> None:
    answer = desk.post("/jeunes/nouveau", {**REGISTER, "commune": "", "birth_date": "2011-12-15"})

    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "statut scolaire" in text
    assert "mecanique voiture" in text
    assert session.scalar(select(Youth)) is None


def test_a_mission_locale_offers_cap_emploi_beyond_twenty_five(
    desk: Desk, session: Session
) -> None:
    make_organisation(session, OrganisationKind.CAP_EMPLOI, name="Cap emploi du Finistère")

    answer = desk.post("/jeunes/nouveau", {**REGISTER, "commune": "", "birth_date": "1993-05-14"})

    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Cap emploi du Finistère" in text
    assert session.scalar(select(Youth)) is None


def test_a_possible_duplicate_is_shown_and_a_person_may_continue(
    desk: Desk, session: Session, house: House
) -> None:
    make_youth(
        session,
        house.organisation,
        house.adviser,
        given_name="Lambert",
        family_name="Kevin",
        folded_name="kevin lambert",
        birth_date=date(2010, 6, 30),
    )
    typed = {**REGISTER, "commune": ""}

    asked = desk.post("/jeunes/nouveau", typed)
    answer = desk.post("/jeunes/nouveau", {**typed, "is_another_person": "y"})

    assert asked.status_code == 409
    assert "C’est une autre personne" in asked.get_data(as_text=True)
    assert answer.status_code == 303
    assert len(session.scalars(select(Youth)).all()) == 2


def test_the_same_registration_sent_twice_opens_one_file(desk: Desk, session: Session) -> None:
    page = parse(desk.get("/jeunes/nouveau"))
    key = page.find("input", attrs={"name": "request_key"})
    assert key is not None
    typed = {**REGISTER, "commune": "", "is_another_person": "y", "request_key": str(key["value"])}

    answers = [desk.post("/jeunes/nouveau", typed).status_code for _ in range(2)]

    assert answers == [303, 409]
    assert len(session.scalars(select(Youth)).all()) == 1


def test_reading_a_file_is_noted(desk: Desk, session: Session, house: House) -> None:
    youth = make_youth(session, house.organisation, house.adviser)

    with watched(session) as sent:
        desk.get(f"/jeunes/{youth.id}")

    (row,) = sent.parameters_of("insert into access_record")
    values = list(row.values()) if isinstance(row, dict) else list(row)
    assert values[:3] == [youth.id, house.adviser.id, house.organisation.id]
    assert "youth.show" in values


def test_reading_a_list_notes_every_name_shown(desk: Desk, session: Session, house: House) -> None:
    ids = {make_youth(session, house.organisation, house.adviser).id for _ in range(3)}

    with watched(session) as sent:
        desk.get("/jeunes")

    rows = sent.parameters_of("insert into access_record")
    noted = [next(iter(row.values())) if isinstance(row, dict) else row[0] for row in rows]
    assert set(noted) == ids


def test_a_stranger_gets_not_found_for_reading_and_for_writing(
    desk: Desk, session: Session
) -> None:
    youth = make_youth(session, family_name="Ailleurs")

    answers = [
        desk.get(f"/jeunes/{youth.id}"),
        desk.get(f"/jeunes/{youth.id}/historique"),
        desk.get(f"/jeunes/{youth.id}/handicap"),
        desk.post(f"/jeunes/{youth.id}/identite", IDENTITY),
        desk.post(f"/jeunes/{youth.id}/identite", {}),
        desk.post(f"/jeunes/{youth.id}/accord", {"channel": "phone"}),
        desk.post(f"/jeunes/{youth.id}/notes", {"text": "bonjour"}),
    ]

    assert [one.status_code for one in answers] == [404] * len(answers)
    assert all("Ailleurs" not in one.get_data(as_text=True) for one in answers)


def test_identity_is_saved_alone(desk: Desk, session: Session, house: House) -> None:
    youth = make_youth(session, house.organisation, house.adviser)

    answer = desk.post(
        f"/jeunes/{youth.id}/identite", {**IDENTITY, "phone": "06 39 98 12 34", "usage_name": "Roy"}
    )

    session.refresh(youth)
    assert answer.status_code == 303
    assert (youth.full_name, youth.phone) == ("Enora Roy", "+33639981234")
    assert youth.folded_usage_name == "roy enora"


def test_a_wrong_section_keeps_every_word_that_was_typed(
    desk: Desk, session: Session, house: House
) -> None:
    youth = make_youth(session, house.organisation, house.adviser)

    answer = desk.post(
        f"/jeunes/{youth.id}/identite",
        {**IDENTITY, "given_name": "Énora-Marie", "phone": "douze", "birth_date": "demain"},
    )

    page = parse(answer)
    values = {one["name"]: one.get("value") for one in page.select("#section-identity input")}
    assert answer.status_code == 422
    assert (values["given_name"], values["phone"]) == ("Énora-Marie", "douze")
    assert "Écrivez la date" in answer.get_data(as_text=True)


def test_a_stale_section_answers_409_with_both_versions(
    desk: Desk, session: Session, house: House
) -> None:
    youth = make_youth(session, house.organisation, house.adviser)
    seen = parse(desk.get(f"/jeunes/{youth.id}")).select_one("#saved-mobility input[name=seen]")
    assert seen is not None
    youth.radius_km = 12
    session.flush()
    typed = {
        "seen": str(seen["value"]),
        "travel_means": "bicycle",
        "radius_km": "55",
        "driving_licence_b": "no",
        "boarding_accepted": "unknown",
    }

    answer = desk.post(f"/jeunes/{youth.id}/mobilite", typed)
    newest = parse(answer).select_one("#saved-mobility input[name=seen]")
    assert newest is not None
    again = desk.post(f"/jeunes/{youth.id}/mobilite", {**typed, "seen": str(newest["value"])})

    session.refresh(youth)
    assert answer.status_code == 409
    table = parse(answer).select_one("#saved-mobility table")
    assert table is not None
    assert "55" in table.get_text()
    assert "12" in table.get_text()
    assert (again.status_code, youth.radius_km) == (303, 55)


def test_two_sections_are_saved_one_after_the_other_without_conflict(
    desk: Desk, session: Session, house: House
) -> None:
    youth = make_youth(session, house.organisation, house.adviser)
    page = parse(desk.get(f"/jeunes/{youth.id}"))
    seen = {
        name: str(page.select_one(f"#saved-{name} input[name=seen]")["value"])  # type: ignore[index]
        for name in ("schooling", "availability")
    }

    first = desk.post(
        f"/jeunes/{youth.id}/parcours",
        {"seen": seen["schooling"], "level": "4", "lower_secondary_completed": "yes"},
    )
    second = desk.post(
        f"/jeunes/{youth.id}/disponibilite",
        {
            "seen": seen["availability"],
            "available_from": "01/12/2026",
            "wants_apprenticeship": "y",
            "own_words": "J’ai déjà tenu un stand de crêpes.",
        },
    )

    session.refresh(youth)
    assert (first.status_code, second.status_code) == (303, 303)
    assert (youth.level, youth.available_from) == (4, date(2026, 12, 1))


def test_words_shown_to_partners_may_not_name_the_youth(
    desk: Desk, session: Session, house: House
) -> None:
    youth = make_youth(session, house.organisation, house.adviser, given_name="Enora")

    answer = desk.post(
        f"/jeunes/{youth.id}/disponibilite",
        {"wants_apprenticeship": "y", "own_words": "Enora aime le pain"},
    )

    session.refresh(youth)
    assert answer.status_code == 422
    assert youth.own_words is None


def test_the_checklist_is_saved_whole(desk: Desk, session: Session, house: House) -> None:
    youth = make_youth(session, house.organisation, house.adviser)

    desk.post(f"/jeunes/{youth.id}/pret", {"done": ["cv", "phone"]})
    desk.post(f"/jeunes/{youth.id}/pret", {"done": ["phone"]})

    query = select(ReadinessMark.item).where(ReadinessMark.is_done)
    assert set(session.scalars(query)) == {ReadinessItem.PHONE}


def test_the_exact_text_is_shown_and_its_version_kept(
    desk: Desk, session: Session, house: House
) -> None:
    youth = make_youth(session, house.organisation, house.adviser, is_listed=False)
    page = parse(desk.get(f"/jeunes/{youth.id}"))
    version = page.select_one("#section-consent input[name=text_version]")
    assert version is not None

    answer = desk.post(
        f"/jeunes/{youth.id}/accord", {"text_version": str(version["value"]), "channel": "phone"}
    )

    row = session.scalars(select(ConsentRecord)).one()
    assert "On n’y lit jamais" in page.get_text()
    assert (answer.status_code, row.text_version) == (303, version["value"])


def test_consent_before_sixteen_waits_for_the_representative(
    desk: Desk, session: Session, house: House
) -> None:
    youth = make_youth(
        session, house.organisation, house.adviser, is_listed=False, birth_date=date(2011, 11, 2)
    )
    typed = {"text_version": "listing-2026-11", "channel": "in_person"}

    refused = desk.post(f"/jeunes/{youth.id}/accord", typed)
    desk.post(f"/jeunes/{youth.id}/representant", {"representative-name": "Mme Le Bihan"})
    desk.post(f"/jeunes/{youth.id}/representant/informe")
    accepted = desk.post(f"/jeunes/{youth.id}/accord", typed)

    assert (refused.status_code, accepted.status_code) == (422, 303)
    assert session.scalars(select(LegalRepresentative)).one().acknowledged_at is not None


def test_the_button_of_the_file_is_the_one_stop_of_the_rights(
    desk: Desk, session: Session, house: House
) -> None:
    youth = make_youth(session, house.organisation, house.adviser)

    page = parse(desk.get(f"/jeunes/{youth.id}"))
    stop = page.select_one("#section-consent form[action$='/stop']")
    answer = desk.post(f"/donnees/jeunes/{youth.id}/stop")

    row = session.scalars(select(ConsentRecord)).one()
    session.refresh(row)
    assert stop is not None
    assert stop["action"] == f"/donnees/jeunes/{youth.id}/stop"
    assert answer.status_code == 303
    assert row.withdrawn_at is not None


def test_a_note_with_sensitive_words_asks_first(desk: Desk, session: Session, house: House) -> None:
    youth = make_youth(session, house.organisation, house.adviser)
    typed = {"text": "Ne peut pas venir : elle est enceinte."}

    asked = desk.post(f"/jeunes/{youth.id}/notes", typed)
    kept = desk.post(f"/jeunes/{youth.id}/notes", {**typed, "is_confirmed": "y"})

    assert (asked.status_code, kept.status_code) == (422, 303)
    assert "elle est enceinte" in asked.get_data(as_text=True)
    assert session.scalars(select(YouthNote.text)).all() == [typed["text"]]


def test_the_status_and_the_last_contact_are_one_button_each(
    desk: Desk, session: Session, house: House
) -> None:
    youth = make_youth(session, house.organisation, house.adviser, last_contact_at=None)

    desk.post(f"/jeunes/{youth.id}/statut", {"status": "paused"})
    desk.post(f"/jeunes/{youth.id}/contact")

    session.refresh(youth)
    assert youth.status is YouthStatus.PAUSED
    assert youth.last_contact_at is not None


def test_a_manager_gives_a_file_to_a_colleague_and_an_adviser_may_not(
    desk: Desk, session: Session, house: House
) -> None:
    youth = make_youth(session, house.organisation, house.adviser)
    colleague = make_user(session, house.organisation)
    manager = make_user(session, house.organisation, Role.MANAGER)
    typed = {"adviser_id": str(colleague.id)}

    refused = desk.post(f"/jeunes/{youth.id}/conseiller", typed)
    given = desk_of(desk.client, manager).post(f"/jeunes/{youth.id}/conseiller", typed)

    session.refresh(youth)
    assert (refused.status_code, given.status_code) == (404, 303)
    assert youth.adviser_id == colleague.id


def test_a_wish_travels_from_typed_words_to_a_confirmed_trade(
    desk: Desk, session: Session, house: House
) -> None:
    youth = make_youth(session, house.organisation, house.adviser, wishes=())
    make_trade(session, "D1104")

    desk.post(f"/jeunes/{youth.id}/souhaits", {"wish": " L’PATISERIE "})
    wish = session.scalars(select(Wish)).one()
    page = desk.get(f"/jeunes/{youth.id}").get_data(as_text=True)
    desk.post(f"/jeunes/souhaits/{wish.id}/confirmer", {"rome_code": "D1104"})

    session.refresh(wish)
    assert "D1104" in page
    assert (wish.raw_text, wish.rome_code) == ("L’PATISERIE", "D1104")


def test_a_suggestion_pressed_while_typing_adds_the_words_and_the_trade(
    desk: Desk, session: Session, house: House
) -> None:
    youth = make_youth(session, house.organisation, house.adviser, wishes=())
    make_trade(session, "I1604")

    desk.post(f"/jeunes/{youth.id}/souhaits", {"wish": "mecanique voitur", "add_trade": "I1604"})

    wish = session.scalars(select(Wish)).one()
    assert (wish.raw_text, wish.rome_code) == ("mecanique voitur", "I1604")


def test_the_history_says_what_was_done_and_who_read(
    desk: Desk, session: Session, house: House
) -> None:
    youth = make_youth(session, house.organisation, house.adviser)
    desk.post(f"/jeunes/{youth.id}/contact")

    text = desk.get(f"/jeunes/{youth.id}/historique").get_data(as_text=True)

    assert "Contact noté" in text
    assert house.adviser.full_name in text


def test_the_representative_of_a_file_is_shown_as_informed(
    desk: Desk, session: Session, house: House
) -> None:
    youth = make_youth(
        session, house.organisation, house.adviser, birth_date=date(2009, 11, 2), is_listed=False
    )
    make_representative(session, youth)

    page = parse(desk.get(f"/jeunes/{youth.id}"))

    section = page.select_one("#section-representative")
    assert section is not None
    assert "Informé" in section.get_text()
