"""Identifiers: the vectors of the dossier, and what typing or a spreadsheet does to a code."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.identifiers import (
    ROME_FAMILIES,
    IdentifierKind,
    check_identifier,
    department_of,
    departments,
    format_nir,
    format_siren,
    format_siret,
    is_born_abroad,
    is_uai_shaped,
    is_valid_cfd,
    is_valid_commune,
    is_valid_idcc,
    is_valid_ine,
    is_valid_naf,
    is_valid_nda,
    is_valid_nir,
    is_valid_postal_code,
    is_valid_rncp,
    is_valid_rome,
    is_valid_rs,
    is_valid_siren,
    is_valid_siret,
    is_valid_uai,
    nir_key,
    nir_mismatches,
    normalise_cfd,
    normalise_commune,
    normalise_idcc,
    normalise_naf,
    normalise_nir,
    normalise_phone,
    normalise_rncp,
    normalise_rome,
    normalise_siren,
    normalise_siret,
    normalise_uai,
    phone_region,
    siren_of,
    uai_department,
    uai_letter,
)
from app.rules.law import Level

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "siret",
    [
        "73282932000074",
        "35600000000048",
        "35600000009075",
        "35600000009093",
        "00000091900019",
        "00000091900027",
        "00000091900035",
        "00000092700012",
        "732 829 320 00074",
        "732\u00a0829\u202f320\u00a000074",
        "732.829.320-00074",
    ],
)
def test_a_right_siret_is_accepted_however_it_is_spaced(siret: str) -> None:
    assert is_valid_siret(siret)


@pytest.mark.parametrize(
    "siret",
    ["35600000009090", "73282932000075", "7328293200007", "", "1.23E+13", "732829320000O4"],
)
def test_a_wrong_siret_is_refused(siret: str) -> None:
    assert not is_valid_siret(siret)


@pytest.mark.parametrize(
    "siren", ["000000919", "000000927", "000000935", "000000943", "000000984", "356 000 000"]
)
def test_a_right_siren_is_accepted(siren: str) -> None:
    assert is_valid_siren(siren)


def test_a_siren_has_nine_digits_and_a_key() -> None:
    assert not is_valid_siren("000000920")
    assert not is_valid_siren("919")


def test_a_siret_names_its_company() -> None:
    assert siren_of("732 829 320 00074") == "732829320"
    with pytest.raises(ValueError, match="SIRET"):
        siren_of("73282932000075")


def test_company_codes_are_shown_in_groups() -> None:
    assert format_siren("732829320") == "732\u00a0829\u00a0320"
    assert format_siret("73282932000074") == "732\u00a0829\u00a0320\u00a000074"
    assert normalise_siren(" 732 829 320 ") == "732829320"
    assert normalise_siret("732 829 320 00074") == "73282932000074"


@pytest.mark.parametrize(
    "uai",
    [
        "0299901E",
        "0239901M",
        "0629901A",
        "0079901Z",
        "9739901Z",
        "0589901X",
        "0889901J",
        "0669901D",
        "0449901Y",
        "0539901Z",
        "7209901Z",
        "6209901T",
        "029 9901 e",
    ],
)
def test_a_right_uai_is_accepted(uai: str) -> None:
    assert is_valid_uai(uai)


@pytest.mark.parametrize("uai", ["0299901F", "029990E", "0299901O", "0251542K", "0146867D", ""])
def test_a_uai_with_a_wrong_letter_or_length_is_refused(uai: str) -> None:
    assert not is_valid_uai(uai)


def test_a_real_uai_with_a_wrong_letter_keeps_its_shape() -> None:
    assert is_uai_shaped("0251542K")
    assert not is_uai_shaped("hello")


def test_a_uai_finds_its_lost_zero_again() -> None:
    assert normalise_uai("299901E") == "0299901E"
    assert normalise_uai("hello") == "HELLO"


@pytest.mark.parametrize(
    ("uai", "department"),
    [
        ("0299901E", "29"),
        ("0079901Z", "07"),
        ("6209901T", "2A"),
        ("7209901Z", "2B"),
        ("9739901Z", "973"),
    ],
)
def test_a_uai_says_its_department(uai: str, department: str) -> None:
    assert uai_department(uai) == department


def test_what_is_no_uai_has_neither_letter_nor_department() -> None:
    with pytest.raises(ValueError, match="UAI"):
        uai_department("hello")
    with pytest.raises(ValueError, match="seven"):
        uai_letter("12")


@given(number=st.integers(min_value=0, max_value=9_999_999))
def test_exactly_one_letter_fits_seven_digits(number: int) -> None:
    digits = f"{number:07}"

    fitting = [letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if is_valid_uai(digits + letter)]

    assert fitting == [uai_letter(digits)]


@pytest.mark.parametrize(
    "nir", ["211112902400170", "193058708500179", "203082B03300153", "109059731100155"]
)
def test_a_right_nir_is_accepted(nir: str) -> None:
    assert is_valid_nir(nir)
    assert is_valid_nir(nir[:13])
    assert nir_key(nir[:13]) == nir[13:]


def test_corsica_counts_as_19_and_18_in_the_key() -> None:
    assert nir_key("203082B033001") == "53"
    assert nir_key("203082A033001") == f"{97 - (2030819033001 % 97):02}"


@pytest.mark.parametrize("nir", ["211112902400171", "311112902400170", "21111290240017", "", "NIR"])
def test_a_wrong_nir_is_refused(nir: str) -> None:
    assert not is_valid_nir(nir)


def test_what_is_no_nir_has_no_key() -> None:
    with pytest.raises(ValueError, match="NIR"):
        nir_key("123")


def test_a_nir_is_shown_in_groups_and_stored_without() -> None:
    shown = format_nir("211112902400170").replace("\u00a0", " ")

    assert shown == "2 11 11 29 024 001 70"
    assert normalise_nir(shown) == "211112902400170"


def test_a_coherent_nir_contradicts_nothing() -> None:
    found = nir_mismatches(
        "211112902400170", sex="F", birth_date=date(2011, 11, 2), birth_department="29"
    )

    assert found == []


@pytest.mark.parametrize(
    ("sex", "birth", "department", "parts"),
    [
        ("M", date(2011, 11, 2), "29", ["sex"]),
        ("F", date(2012, 11, 2), "29", ["year"]),
        ("F", date(2011, 12, 2), "29", ["month"]),
        ("F", date(2011, 11, 2), "35", ["department"]),
        ("M", date(2010, 1, 2), "2B", ["sex", "year", "month", "department"]),
        ("", date(2011, 11, 2), None, []),
    ],
)
def test_an_incoherent_nir_says_which_part_is_wrong(
    sex: str, birth: date, department: str | None, parts: list[str]
) -> None:
    found = nir_mismatches(
        "211112902400170", sex=sex, birth_date=birth, birth_department=department
    )

    assert [item.part for item in found] == parts


def test_overseas_the_nir_only_holds_97_and_unknown_months_contradict_nothing() -> None:
    overseas = nir_mismatches(
        "1090597311001", sex="M", birth_date=date(2009, 5, 1), birth_department="973"
    )
    unknown_month = nir_mismatches("1093197311001", sex="M", birth_date=date(2009, 5, 1))

    assert overseas == []
    assert unknown_month == []


def test_a_nir_that_is_none_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="NIR"):
        nir_mismatches("123", sex="F", birth_date=date(2011, 11, 2))


def test_a_birth_abroad_is_read_in_the_nir() -> None:
    assert is_born_abroad("1090599311001")
    assert not is_born_abroad("1090529311001")
    assert not is_born_abroad("hello")


@pytest.mark.parametrize(
    ("text", "canonical", "valid"),
    [
        ("RNCP37537", "RNCP37537", True),
        ("rncp 37537", "RNCP37537", True),
        ("37537", "RNCP37537", True),
        ("RS1234", "RS1234", False),
        ("RNCP1", "RNCP1", False),
    ],
)
def test_an_rncp_code_finds_its_prefix(text: str, canonical: str, valid: bool) -> None:
    assert normalise_rncp(text) == canonical
    assert is_valid_rncp(text) is valid


def test_training_codes_have_their_shapes() -> None:
    assert is_valid_rs("RS5801")
    assert not is_valid_rs("RNCP5801")
    assert is_valid_cfd("50022142")
    assert not is_valid_cfd("5002214")
    assert normalise_cfd(" 500 22142 ") == "50022142"
    assert is_valid_rome("D1102")
    assert is_valid_rome("d 1102")
    assert not is_valid_rome("O1102")
    assert normalise_rome("d-1102") == "D1102"
    assert is_valid_nda("11 75 12345 75")
    assert not is_valid_nda("117512345")
    assert is_valid_ine("123456789AB")
    assert not is_valid_ine("123456789A")
    assert sorted(ROME_FAMILIES) == list("ABCDEFGHIJKLMN")


@pytest.mark.parametrize(
    ("text", "canonical", "valid"),
    [("1071C", "10.71C", True), ("10.71c", "10.71C", True), ("1071", "1071", False)],
)
def test_a_naf_code_has_a_dot(text: str, canonical: str, valid: bool) -> None:
    assert normalise_naf(text) == canonical
    assert is_valid_naf(text) is valid


@pytest.mark.parametrize(
    ("text", "canonical", "valid"),
    [("843", "0843", True), ("IDCC 1979", "1979", True), ("9999", "9999", True), ("x", "X", False)],
)
def test_an_idcc_is_padded(text: str, canonical: str, valid: bool) -> None:
    assert normalise_idcc(text) == canonical
    assert is_valid_idcc(text) is valid


@pytest.mark.parametrize(
    ("text", "canonical", "department"),
    [
        ("29024", "29024", "29"),
        ("1001", "01001", "01"),
        ("2b033", "2B033", "2B"),
        ("97411", "97411", "974"),
        ("98818", "98818", "988"),
        ("97502", "97502", "975"),
    ],
)
def test_a_commune_code_is_text_with_its_department(
    text: str, canonical: str, department: str
) -> None:
    assert normalise_commune(text) == canonical
    assert is_valid_commune(text)
    assert department_of(text) == department


@pytest.mark.parametrize("text", ["00001", "96001", "2C001", "97301x", "", "974"])
def test_what_is_no_commune_is_refused(text: str) -> None:
    assert not is_valid_commune(text)


def test_a_department_is_not_guessed_from_nonsense() -> None:
    with pytest.raises(ValueError, match="commune"):
        department_of("hello")


def test_the_101_departments_keep_region_codes_as_text() -> None:
    assert len(departments()) == 101
    assert departments()["23"].region_code == "75"
    assert departments()["971"].region_code == "01"
    assert departments()["2B"].region_label == "Corse"


def test_a_postal_code_has_five_digits() -> None:
    assert is_valid_postal_code("20 200")
    assert not is_valid_postal_code("2A004")


@pytest.mark.parametrize(
    ("text", "department", "number"),
    [
        ("06 39 98 12 34", "", "+33639981234"),
        ("06.39.98.12.34", "29", "+33639981234"),
        ("+33 6 39 98 12 34", "974", "+33639981234"),
        ("0692 12 34 56", "974", "+262692123456"),
        ("0692 12 34 56", "29", None),
        ("12", "", None),
        ("appelez-moi", "", None),
    ],
)
def test_a_phone_number_is_read_where_it_was_typed(
    text: str, department: str, number: str | None
) -> None:
    assert normalise_phone(text, department) == number


def test_overseas_departments_have_phone_regions_of_their_own() -> None:
    assert [phone_region(code) for code in ("971", "972", "973", "974", "976", "2B", "")] == [
        "GP",
        "MQ",
        "GF",
        "RE",
        "YT",
        "FR",
        "FR",
    ]


@pytest.mark.parametrize("kind", list(IdentifierKind))
def test_a_wrong_code_blocks_when_typed_and_warns_when_a_register_gave_it(
    kind: IdentifierKind,
) -> None:
    typed = check_identifier(kind, "?", TODAY)
    official = check_identifier(kind, "?", TODAY, from_register=True)

    assert typed is not None
    assert typed.level is Level.BLOCK
    assert typed.code == kind.value
    assert official is not None
    assert official.level is Level.WARN


def test_a_right_code_says_nothing_and_a_message_never_repeats_a_nir() -> None:
    wrong = check_identifier(IdentifierKind.NIR, "211112902400171", TODAY)

    assert check_identifier(IdentifierKind.SIRET, "73282932000074", TODAY) is None
    assert wrong is not None
    assert "2111129" not in wrong.message


@given(text=st.text(max_size=30))
def test_no_typed_text_makes_a_check_fall_over(text: str) -> None:
    for kind in IdentifierKind:
        check_identifier(kind, text, TODAY)
    normalise_phone(text)
    normalise_uai(text)
    normalise_idcc(text)
