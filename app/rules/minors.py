"""Protection of workers under 18 (rules MIN-01 to MIN-15). Ages are those of the day worked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from app.rules.age import age_on, is_minor
from app.rules.dates.arithmetic import ONE_DAY, add_months, anniversary, is_public_holiday
from app.rules.law import Finding, Level, finding, in_force, limit

# ROME prefixes, by the families of the dossier.
REGULATED_WORK_ROME = ("B", "D11", "F", "H", "I", "A12", "G16")
_BUILDING_AND_LANDSCAPE = ("F", "A12")
_SUNDAY_SECTORS = (
    "G15",
    "G16",
    "G17",
    "G18",
    "D1101",
    "D1102",
    "D1103",
    "D1104",
    "D1105",
    "D1209",
    "L",
)
_BAKERY, _HOTEL_RESTAURANT, _SHOWS = ("D1102", "D1104"), ("G15", "G16", "G17", "G18"), ("L",)
_BAR, _DRIVING = ("G1801",), ("N41",)


@dataclass(frozen=True, slots=True)
class HourLimits:
    """Minutes a day and a week; ``extended`` ones need a justified organisation (MIN-02)."""

    daily: int
    weekly: int
    extended_daily: int
    extended_weekly: int


@dataclass(frozen=True, slots=True)
class NightBan:
    """No work from ``from_minute`` to ``to_minute`` (minutes after midnight) up to ``last_day``.

    ``exception`` is the French sentence of what the labour inspector may permit, or empty.
    """

    from_minute: int
    to_minute: int
    last_day: date
    exception: str


def _starts(rome: str | None, prefixes: tuple[str, ...]) -> bool:
    return rome is not None and rome.upper().startswith(prefixes)


def hour_limits(birth_date: date, day: date, rome: str | None = None) -> HourLimits | None:
    """Limits of effective work, CFA hours included; None for an adult (MIN-01, MIN-02)."""
    if not is_minor(birth_date, day):
        return None
    daily = limit("MIN-01", "max_daily_hours", day) * 60
    weekly = limit("MIN-01", "max_weekly_hours", day) * 60
    if not _starts(rome, _BUILDING_AND_LANDSCAPE) or not in_force("MIN-02", day):
        return HourLimits(daily, weekly, daily, weekly)
    return HourLimits(
        daily,
        weekly,
        limit("MIN-02", "max_daily_hours", day) * 60,
        limit("MIN-02", "max_weekly_hours", day) * 60,
    )


def check_minor_hours(
    birth_date: date,
    day: date,
    *,
    weekly_minutes: int,
    daily_minutes: int | None = None,
    rome: str | None = None,
) -> list[Finding]:
    """Findings on the hours planned on ``day`` for a minor (MIN-01 to MIN-03)."""
    limits = hour_limits(birth_date, day, rome)
    if limits is None:
        return []
    over_day = daily_minutes is not None and daily_minutes > limits.daily
    if weekly_minutes <= limits.weekly and not over_day:
        return []
    beyond_day = daily_minutes is not None and daily_minutes > limits.extended_daily
    if weekly_minutes <= limits.extended_weekly and not beyond_day:
        message = (
            "Moins de 18 ans : plus de 8 h par jour ou de 35 h par semaine seulement si "
            "l'organisation collective du chantier le justifie, avec repos compensateur."
        )
        return [finding("MIN-02", day, message)]
    extra = limit("MIN-03", "extra_weekly_hours", day)
    if not beyond_day and not over_day and weekly_minutes <= limits.weekly + extra * 60:
        message = (
            f"Moins de 18 ans : au-delà de 35 h ({extra} h au plus), il faut l'autorisation de "
            "l'inspection du travail, après avis du médecin du travail."
        )
        return [finding("MIN-03", day, message)]
    message = "Moins de 18 ans : 8 h par jour et 35 h par semaine au plus, formation comprise."
    return [finding("MIN-01", day, message)]


def daily_rest_hours(birth_date: date, day: date) -> int | None:
    """Hours of daily rest: 14 under 16, 12 from 16 to 17; None for an adult (MIN-05)."""
    if not is_minor(birth_date, day):
        return None
    under_16 = age_on(birth_date, day) < 16
    return limit("MIN-05", "daily_rest_hours_under_16" if under_16 else "daily_rest_hours", day)


def night_ban(birth_date: date, day: date, rome: str | None = None) -> NightBan | None:
    """The night ban on ``day`` and the last day it holds in this form; None for an adult (MIN-07).

    Under 16: 20 h–6 h without exception; 16 and 17: 22 h–6 h.
    """
    if not is_minor(birth_date, day):
        return None
    end = limit("MIN-07", "night_to_minute", day)
    sixteenth = anniversary(birth_date, 16)
    if day < sixteenth:
        begin = limit("MIN-07", "night_from_minute_under_16", day)
        return NightBan(begin, end, sixteenth - ONE_DAY, "")
    last = anniversary(birth_date, 18) - ONE_DAY
    begin = limit("MIN-07", "night_from_minute", day)
    return NightBan(begin, end, last, _night_exception(rome))


def _night_exception(rome: str | None) -> str:
    if _starts(rome, _BAKERY):
        return (
            "dès 4 h en boulangerie et pâtisserie, avec l'autorisation de l'inspection du travail"
        )
    if _starts(rome, _HOTEL_RESTAURANT):
        return "jusqu'à 23 h 30 en hôtel et restaurant, avec l'autorisation de l'inspection"
    if _starts(rome, _SHOWS):
        return "jusqu'à 24 h au spectacle, avec l'autorisation de l'inspection du travail"
    return ""


def is_night_work(birth_date: date, day: date, minute: int) -> bool:
    """Whether work at ``minute`` after midnight on ``day`` falls in the ban for this person."""
    ban = night_ban(birth_date, day)
    return ban is not None and (minute >= ban.from_minute or minute < ban.to_minute)


def check_rest_day(
    birth_date: date, day: date, rome: str | None = None, department: str = ""
) -> list[Finding]:
    """Findings on work on a Sunday or a public holiday (MIN-06, MIN-08, MIN-09)."""
    if not is_minor(birth_date, day):
        return []
    found: list[Finding] = []
    if day.weekday() == 6:
        listed = _starts(rome, _SUNDAY_SECTORS)
        message = (
            "Dimanche : travail admis pour un mineur dans ce secteur, avec ses jours de repos."
            if listed
            else "Dimanche : repos pour les moins de 18 ans dans ce secteur."
        )
        level = Level.INFO if listed else Level.WARN
        found.append(finding("MIN-08", day, message, level=level))
    if is_public_holiday(day, department):
        message = "Jour férié : repos pour les moins de 18 ans, sauf secteurs listés ; à confirmer."
        found.append(finding("MIN-09", day, message))
    return found


def asks_regulated_work(birth_date: date, start: date, rome: str | None) -> bool:
    """Whether the sheet must ask about regulated work: a minor in an exposed trade (MIN-15)."""
    return is_minor(birth_date, start) and _starts(rome, REGULATED_WORK_ROME)


@dataclass(frozen=True, slots=True)
class RegulatedWork:
    """Answers on regulated work; the medical opinion is only yes or no, never its content."""

    concerned: bool | None = None
    declared_on: date | None = None
    place_siret: str | None = None
    medical_opinion: bool | None = None
    holds_trade_cap: bool = False

    @property
    def expires_on(self) -> date | None:
        """Last day of the declaration: three years (MIN-11); none is known of a day before that rule."""
        if self.declared_on is None or not in_force("MIN-11", self.declared_on):
            return None
        return _declaration_expiry(self.declared_on)


NO_ANSWER = RegulatedWork()


def _declaration_expiry(declared_on: date) -> date:
    years = limit("MIN-11", "declaration_years", declared_on)
    return add_months(declared_on, 12 * years) - ONE_DAY


def check_regulated_work(
    birth_date: date, start: date, rome: str | None, work: RegulatedWork
) -> list[Finding]:
    """Findings before a minor is assigned to regulated work (MIN-11, MIN-13, MIN-15), none before these rules."""
    if not is_minor(birth_date, start) or not in_force("MIN-11", start):
        return []
    if work.concerned is None:
        if not asks_regulated_work(birth_date, start, rome):
            return []
        message = "Métier exposé et moins de 18 ans : y a-t-il des travaux réglementés ?"
        return [finding("MIN-15", start, message)]
    if not work.concerned:
        return []
    found: list[Finding] = []
    if work.medical_opinion is not True:
        message = "Travaux réglementés : l'avis médical favorable est attendu avant l'affectation."
        found.append(finding("MIN-11", start, message))
    if work.holds_trade_cap:
        message = "Titulaire du CAP du métier : l'avis favorable du médecin suffit."
        return [*found, finding("MIN-13", start, message)]
    expiry = work.expires_on
    if expiry is None or not work.place_siret:
        message = (
            "Travaux réglementés : l'employeur déclare le lieu (SIRET) à l'inspection du travail "
            "avant l'affectation."
        )
        return [*found, finding("MIN-11", start, message)]
    if expiry < start:
        message = f"La déclaration de travaux réglementés a expiré le {expiry:%d/%m/%Y}."
        found.append(finding("MIN-11", start, message))
    return found


def declaration_alerts(last_day: date) -> tuple[date, date]:
    """Reminders 90 and 30 days before the last day of a declaration (dossier, workflow.md table E)."""
    return last_day - timedelta(days=90), last_day - timedelta(days=30)


def trade_doubts(birth_date: date, start: date, rome: str | None) -> list[Finding]:
    """Trades that may be closed to a minor; unverified, so never a ban (MIN-14, DIP-07)."""
    if not is_minor(birth_date, start):
        return []
    found: list[Finding] = []
    if _starts(rome, _BAR):
        message = "Service au bar : un mineur ne sert pas d'alcool sans agrément ; à confirmer."
        found.append(finding("MIN-14", start, message))
    if _starts(rome, _DRIVING):
        message = "Conduite professionnelle : 18 ans et titres demandés ; à confirmer."
        found.append(finding("DIP-07", start, message, level=Level.WARN))
    return found


def protections(birth_date: date, day: date, rome: str | None = None) -> list[Finding]:
    """The sentences to show on a contract of a minor on ``day``; empty for an adult."""
    rest, ban = daily_rest_hours(birth_date, day), night_ban(birth_date, day, rome)
    if rest is None or ban is None:
        return []
    hours = "35 heures par semaine et 8 heures par jour au plus, formation au CFA comprise."
    night = (
        f"Pas de travail entre {ban.from_minute // 60} h et {ban.to_minute // 60} h "
        f"jusqu'au {ban.last_day:%d/%m/%Y}."
    )
    if ban.exception:
        night += f" Exception possible : {ban.exception}."
    sentences = [
        ("MIN-01", hours),
        ("MIN-04", "Pause de 30 minutes après 4 h 30 de travail."),
        ("MIN-05", f"{rest} heures de repos d'affilée chaque jour."),
        ("MIN-06", "Deux jours de repos d'affilée par semaine, sauf exceptions."),
        ("MIN-07", night),
        ("MIN-10", "Visite de santé avant la prise de poste ; à confirmer."),
    ]
    return [finding(rule_id, day, text, level=Level.INFO) for rule_id, text in sentences]
