"""What an aid depends on, and whether its conditions hold: yes, no, or not known yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.rules.age import age_on
from app.rules.aids.tables import Conditions
from app.rules.law import ContractKind


@dataclass(frozen=True, slots=True)
class AidCase:
    """One contract seen by the aids; None means "nobody has said".

    ``employer_size`` counts the employees of the whole company (SIREN). ``diploma_level`` is the
    level prepared, on the scale of 2019. ``disabled`` must be given only when the youth agreed to
    tell *this* reader: aids that mention a disability appear with it. ``additional_apprentice``
    compares with the number of apprentices before.
    """

    kind: ContractKind
    start: date
    conclusion: date | None = None
    employer_size: int | None = None
    diploma_level: int | None = None
    birth_date: date | None = None
    held_level: int | None = None
    disabled: bool = False
    overseas: bool = False
    public_employer: bool = False
    same_pair_again: bool = False
    after_break: bool = False
    jobseeker: bool | None = None
    additional_apprentice: bool | None = None

    @property
    def signed(self) -> date:
        """The day of conclusion, or the start while it is unknown."""
        return self.conclusion or self.start


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether conditions hold: True, False, or None with the French names of what is missing."""

    holds: bool | None
    missing: tuple[str, ...] = ()


def judge(conditions: Conditions, case: AidCase, day: date) -> Verdict:
    """Judge ``conditions`` on ``day``; one certain "no" outweighs everything unknown."""
    answers = list(_answers(conditions, case, day))
    if any(answer is False for answer, _ in answers):
        return Verdict(False)
    missing = tuple(dict.fromkeys(name for answer, name in answers if answer is None))
    return Verdict(None, missing) if missing else Verdict(True)


def _answers(conditions: Conditions, case: AidCase, day: date) -> Iterator[tuple[bool | None, str]]:
    age = age_on(case.birth_date, day) if case.birth_date else None
    top = conditions.level_max
    if case.overseas and conditions.level_max_overseas is not None:
        top = conditions.level_max_overseas
    yield _within(case.employer_size, conditions.size_min, conditions.size_max), "effectif"
    yield _within(case.diploma_level, conditions.level_min, top), "niveau préparé"
    yield _within(age, conditions.age_min, conditions.age_max), "date de naissance"
    yield _within(case.held_level, None, conditions.held_level_max), "niveau déjà obtenu"
    yield _same(case.disabled, conditions.disabled), "handicap"
    yield _same(case.public_employer, conditions.public), "secteur public ou privé"
    yield _same(case.after_break, conditions.after_break), "rupture précédente"
    yield _same(case.same_pair_again, conditions.same_pair_again), "contrat précédent"
    yield _same(case.jobseeker, conditions.jobseeker), "inscription comme demandeur d'emploi"
    additional = _same(case.additional_apprentice, conditions.additional_apprentice)
    yield additional, "nombre d'apprentis avant l'embauche"
    if conditions.start_before is not None:
        yield case.start < conditions.start_before, "début"


def _within(value: int | None, low: int | None, high: int | None) -> bool | None:
    if low is None and high is None:
        return True
    if value is None:
        return None
    return (low is None or low <= value) and (high is None or value <= high)


def _same(value: bool | None, wanted: bool | None) -> bool | None:
    if wanted is None:
        return True
    return None if value is None else value == wanted
