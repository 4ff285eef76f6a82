"""Files that may be about the same person: shown to whoever registers somebody, never merged by a program."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rapidfuzz.distance import OSA
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.core.text import sort_key
from app.youth.models import Youth, YouthStatus

# Two spellings of one given name: at most about one letter in six differs (tried on "enora/enorah",
# "mehdi/medhi"; "lea/leo" and "emma/emmy" stay apart).
SAME_WORD = 0.8


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name as typed. The family names are every one the person goes by."""

    given_name: str
    family_name: str
    usage_name: str | None = None


@dataclass(frozen=True, slots=True)
class PossibleDuplicate:
    """A file of the same organisation that may be the same person, with the reason in French."""

    youth_id: int
    name: str
    birth_date: date
    status: YouthStatus
    reason: str


def possible_duplicates(
    db_session: Session,
    name: PersonName,
    birth_date: date,
    organisation_id: int,
    *,
    except_id: int | None = None,
) -> list[PossibleDuplicate]:
    """Files of this organisation that may be the same person: one statement.

    Same birth date: the given name is the same or nearly (a family name changes with marriage), or
    both names were swapped. Twins have another given name and are not the same. Another birth date:
    the very same name, when the two dates differ as typing errors do.
    """
    spellings = _spellings(name)
    rows = db_session.execute(
        select(
            Youth.id,
            Youth.given_name,
            Youth.family_name,
            Youth.usage_name,
            Youth.birth_date,
            Youth.status,
        )
        .where(
            Youth.organisation_id == organisation_id,
            Youth.id != (except_id or 0),
            or_(
                Youth.birth_date == birth_date,
                Youth.folded_name.in_(spellings),
                Youth.folded_usage_name.in_(spellings),
            ),
        )
        .order_by(Youth.folded_name, Youth.id)
    )
    found = []
    for row in rows:
        other = PersonName(row.given_name, row.family_name, row.usage_name)
        reason = same_person(name, birth_date, other, row.birth_date)
        if reason:
            shown = f"{row.given_name} {row.usage_name or row.family_name}"
            found.append(PossibleDuplicate(row.id, shown, row.birth_date, row.status, reason))
    return found


def same_person(
    one: PersonName, one_birth: date, other: PersonName, other_birth: date
) -> str | None:
    """Why both may be one person, or None. Pure."""
    same_name = not set(_spellings(one)).isdisjoint(_spellings(other))
    if one_birth != other_birth:
        if same_name and _typing_error(one_birth, other_birth):
            return "Même nom, et une date de naissance qui se ressemble."
        return None
    if same_name:
        return "Même nom et même date de naissance."
    families, other_families = _families(one), _families(other)
    if not _alike(sort_key(one.given_name), sort_key(other.given_name)):
        return None
    if any(_alike(mine, theirs) for mine in families for theirs in other_families):
        return "Même date de naissance, et un nom qui se ressemble."
    return "Même prénom et même date de naissance : le nom a peut-être changé."


def _families(name: PersonName) -> list[str]:
    return [sort_key(family) for family in (name.family_name, name.usage_name) if family]


def _spellings(name: PersonName) -> list[str]:
    """Every order in which forms hold the name: family first, given first, usage name or not."""
    given = sort_key(name.given_name)
    return [
        spelling
        for family in _families(name)
        for spelling in (f"{family} {given}", f"{given} {family}")
    ]


def _alike(one: str, other: str) -> bool:
    return one == other or float(OSA.normalized_similarity(one, other)) >= SAME_WORD


def _typing_error(one: date, other: date) -> bool:
    """Day and month swapped, or one single digit that differs."""
    if one.year == other.year and (one.day, one.month) == (other.month, other.day):
        return True
    pairs: Iterable[tuple[str, str]] = zip(one.isoformat(), other.isoformat(), strict=True)
    return sum(mine != theirs for mine, theirs in pairs) == 1
