"""Forms of training: shape and format of what is typed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import cast

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.core.forms import (
    BaseForm,
    Between,
    MaxLength,
    OnceForm,
    Required,
    as_choices,
    strip,
    whole_or_none,
)
from app.reference.forms import CommuneFields, TradeFields
from app.rules.diplomas import level_label
from app.training.models import Course, Rhythm, SessionStatus, TrainingSession
from app.training.services import MOST_SEATS, CourseDetails, PlacesColumn, SessionDetails

RHYTHMS = {
    Rhythm.UNKNOWN: "Non précisé",
    Rhythm.WEEKLY: "Dans la semaine : des jours au CFA, des jours en entreprise",
    Rhythm.ONE_ONE: "1 semaine au CFA, 1 en entreprise",
    Rhythm.ONE_TWO: "1 semaine au CFA, 2 en entreprise",
    Rhythm.ONE_THREE: "1 semaine au CFA, 3 en entreprise",
    Rhythm.TWO_TWO: "2 semaines au CFA, 2 en entreprise",
    Rhythm.BLOCKS: "Par longues périodes",
}
STATUSES = {
    SessionStatus.OPEN: "Ouverte",
    SessionStatus.CLOSED: "Inscriptions closes",
    SessionStatus.CANCELLED: "Annulée",
}
YES_NO = (("", "Non précisé"), ("yes", "Oui"), ("no", "Non"))
TO_FLAG = {"yes": True, "no": False}
FROM_FLAG = {True: "yes", False: "no", None: ""}
RADII = (("10", "10 km"), ("20", "20 km"), ("30", "30 km"), ("50", "50 km"), ("100", "100 km"))
DEFAULT_RADIUS = "30"


def levels(lowest: int = 3) -> list[tuple[str, str]]:
    """Levels of the 2019 scale as choices."""
    return [(str(one), f"Niveau {one} : {level_label(one)}") for one in range(lowest, 9)]


class SessionFilterForm(CommuneFields, BaseForm):
    """Filters of the list; a form that reads needs no token."""

    class Meta:
        csrf = False

    words = StringField("Métier ou formation", [MaxLength(120)], filters=[strip])
    km = SelectField("Dans un rayon de", choices=as_choices(RADII), default=DEFAULT_RADIUS)
    month = StringField("Début (mois)", [MaxLength(7)], filters=[strip])
    free = BooleanField("Avec une place libre")
    boarding = BooleanField("Avec internat")
    cfa = StringField("CFA", [MaxLength(120)], filters=[strip])
    sort = HiddenField(default="start")

    def first_month(self) -> date | None:
        """The first day of the month typed as 2026-12 or 12/2026, or None."""
        typed = str(self.month.data or "")
        if found := re.fullmatch(r"(\d{4})-(\d{1,2})", typed):
            year, month = int(found[1]), int(found[2])
        elif found := re.fullmatch(r"(\d{1,2})/(\d{4})", typed):
            year, month = int(found[2]), int(found[1])
        else:
            return None
        return date(year, month, 1) if 1 <= month <= 12 and 1900 <= year <= 2200 else None


class CourseForm(TradeFields, OnceForm):
    """A course. Trades: those kept are ticked, one more may be typed."""

    version = HiddenField(default="0")
    cfa_id = SelectField("CFA", coerce=whole_or_none)
    title = StringField(
        "Intitulé de la formation",
        [Required("Écrivez l’intitulé, par exemple « CAP Boulanger »."), MaxLength(250)],
        filters=[strip],
    )
    rncp_code = StringField("Code RNCP", [MaxLength(12)], filters=[strip])
    cfd_code = StringField("Code formation diplôme", [MaxLength(12)], filters=[strip])
    level = SelectField(
        "Niveau préparé", choices=as_choices([("", "Non précisé"), *levels()]), coerce=whole_or_none
    )
    entry_level = SelectField(
        "Niveau d’entrée",
        choices=as_choices([("", "Non précisé"), ("0", "Ouvert à tous"), *levels(2)]),
        coerce=whole_or_none,
    )
    duration_months = IntegerField("Durée en mois", [Optional(), Between(1, 48, "mois")])
    rhythm = SelectField("Rythme", choices=as_choices(RHYTHMS.items()))
    has_boarding = SelectField("Internat", choices=as_choices(YES_NO))
    for_apprenticeship = BooleanField("Contrat d’apprentissage", default=True)
    for_professionalisation = BooleanField("Contrat de professionnalisation")
    certification_ends_on = DateField("Fin d’enregistrement au RNCP", [Optional()])
    trades = SelectMultipleField(
        "Métiers préparés",
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )

    def show_trades(self, known: Sequence[tuple[str, str]]) -> None:
        """Offer these `(ROME code, label)` as ticked boxes."""
        self.trades.choices = as_choices(known)
        if not self.is_submitted():
            self.trades.data = [code for code, _ in known]

    def show(self, course: Course) -> None:
        """Fill the fields from what is stored."""
        for name in ("title", "rncp_code", "cfd_code", "duration_months", "certification_ends_on"):
            self[name].data = getattr(course, name)
        self.version.data, self.cfa_id.data = str(course.version), course.cfa_id
        self.level.data, self.rhythm.data = course.level, course.rhythm.value
        self.entry_level.data = (course.entry_level or 0) if course.entry_level_known else None
        self.has_boarding.data = FROM_FLAG[course.has_boarding]
        self.for_apprenticeship.data = course.for_apprenticeship
        self.for_professionalisation.data = course.for_professionalisation

    def details(self, typed_trade: str | None) -> CourseDetails:
        """What the service takes; `typed_trade` is the ROME code of the trade just typed."""
        trades = {*(self.trades.data or ()), *({typed_trade} if typed_trade else ())}
        return CourseDetails(
            title=str(self.title.data),
            rncp_code=self.rncp_code.data,
            cfd_code=self.cfd_code.data,
            level=self.level.data,
            entry_level=self.entry_level.data,
            duration_months=self.duration_months.data,
            rhythm=Rhythm(self.rhythm.data),
            has_boarding=TO_FLAG.get(str(self.has_boarding.data)),
            for_apprenticeship=bool(self.for_apprenticeship.data),
            for_professionalisation=bool(self.for_professionalisation.data),
            certification_ends_on=self.certification_ends_on.data,
            trades=frozenset(trades),
        )


class SessionForm(CommuneFields, OnceForm):
    """A session of a course."""

    version = HiddenField(default="0")
    site_id = SelectField("Site", coerce=whole_or_none)
    starts_on = DateField("Début", [Required("Écrivez la date de début.")])
    ends_on = DateField("Fin", [Optional()])
    capacity = IntegerField(
        "Capacité (places en tout)",
        [Required("Écrivez le nombre de places en tout."), Between(0, MOST_SEATS)],
    )
    seats_declared = IntegerField(
        "Inscrits hors de Trèfle", [Optional(), Between(0, MOST_SEATS)], default=0
    )
    boarding_seats = IntegerField("Places d’internat", [Optional(), Between(0, MOST_SEATS)])
    has_rolling_entry = BooleanField("Entrées possibles toute l’année")
    status = SelectField(
        "Inscriptions",
        choices=as_choices(STATUSES.items()),
        default=SessionStatus.OPEN.value,
    )

    def offer_sites(self, sites: Sequence[tuple[int, str]]) -> None:
        """Choices of the site field."""
        self.site_id.choices = as_choices([("", "Un autre lieu (commune ci-dessous)"), *sites])

    def show(self, group: TrainingSession) -> None:
        """Fill the fields from what is stored."""
        for name in (
            "site_id", "starts_on", "ends_on", "capacity", "seats_declared", "boarding_seats",
            "has_rolling_entry",
        ):  # fmt: skip
            self[name].data = getattr(group, name)
        self.status.data, self.version.data = group.status.value, str(group.version)

    def details(self, commune_code: str | None) -> SessionDetails:
        """What the service takes."""
        return SessionDetails(
            starts_on=cast(date, self.starts_on.data),
            ends_on=self.ends_on.data,
            capacity=cast(int, self.capacity.data),
            site_id=self.site_id.data,
            commune_code=commune_code,
            seats_declared=self.seats_declared.data or 0,
            boarding_seats=self.boarding_seats.data,
            has_rolling_entry=bool(self.has_rolling_entry.data),
            status=SessionStatus(self.status.data),
        )


class PlacesForm(BaseForm):
    """One row of the grid."""

    version = IntegerField("Version", [Required("Rechargez la page.")])
    capacity = IntegerField(
        "Capacité",
        [Required("Écrivez la capacité."), Between(0, MOST_SEATS)],
    )
    seats_declared = IntegerField(
        "Inscrits hors de Trèfle",
        [Required("Écrivez le nombre d’inscrits, 0 s’il n’y en a pas."), Between(0, MOST_SEATS)],
    )


class PasteForm(BaseForm):
    """A column copied from a spreadsheet."""

    column = SelectField(
        "Colonne à remplir",
        choices=as_choices(
            [
                (PlacesColumn.DECLARED, "Inscrits hors de Trèfle"),
                (PlacesColumn.CAPACITY, "Capacité"),
            ]
        ),
        validators=[Required("Dites quelle colonne ces nombres remplissent.")],
    )
    numbers = TextAreaField(
        "Nombres, un par ligne",
        [Required("Collez au moins un nombre."), MaxLength(5000)],
    )

    def values(self) -> list[int | None]:
        """One figure a line, None for an empty line, which leaves its session unchanged.

        Raises:
            ValueError: a line is not a whole number; its number is the error's only argument.
        """
        found: list[int | None] = []
        for rank, line in enumerate(str(self.numbers.data or "").rstrip().splitlines(), start=1):
            text = re.sub(r"[\s\u00a0\u202f]", "", line)
            if text and not re.fullmatch(r"[0-9]{1,6}", text):
                raise ValueError(rank)
            found.append(int(text) if text else None)
        return found


class RankForm(BaseForm):
    """A new rank in the waiting list, with its reason."""

    rank = IntegerField("Nouveau rang", [Optional(), Between(1, 999)])
    reason = StringField("Pourquoi", [MaxLength(300)], filters=[strip])
