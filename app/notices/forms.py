"""The form of the preferences: one list of choices an event and scope."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.core.forms import BaseForm
from app.notices.events import MORNING, Frequency, NoticeEvent, Scope
from app.notices.queries.preferences import Choice

FREQUENCIES = {
    Frequency.PORTAL: "Dans le portail seulement",
    Frequency.AT_ONCE: "Par courriel tout de suite",
    Frequency.DAILY: "Dans le point du matin",
    Frequency.WEEKLY: "Dans le point de la semaine",
}
MORNINGS = {
    Frequency.PORTAL: "Jamais par courriel",
    Frequency.DAILY: "Chaque jour ouvré à 8 h",
    Frequency.WEEKLY: "Une fois par semaine, le premier jour ouvré",
}
SCOPES = {Scope.MINE: "Mes dossiers", Scope.ORGANISATION: "Ceux de mon organisation"}


class PreferencesForm(BaseForm):
    """Built for one person by `preferences_form`; the fields are those that this person is offered."""

    def chosen(self) -> dict[Choice, Frequency]:
        """What the service takes."""
        return {
            (event, Scope(scope)): Frequency(field.data)
            for name, field in self._fields.items()
            if "-" in name
            for event, scope in [name.split("-")]
        }


def preferences_form(
    offered: Sequence[tuple[NoticeEvent, Scope]], made: dict[Choice, Frequency], *, is_sent: bool
) -> PreferencesForm:
    """The form with what holds now; a sent form keeps what was chosen."""
    fields = {}
    for event, scope in offered:
        is_morning = event is MORNING
        words = MORNINGS if is_morning else FREQUENCIES
        fields[f"{event.kind}-{scope.value}"] = SelectField(
            f"{event.label}" if is_morning else f"{event.label} : {SCOPES[scope].lower()}",
            choices=[SelectChoice(key.value, label) for key, label in words.items()],
            default=made.get((event.kind, scope), event.default).value,
        )
    form: PreferencesForm = type("Offered", (PreferencesForm,), fields)(
        **({} if is_sent else {"formdata": None})
    )
    return form
