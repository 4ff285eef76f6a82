"""Messages of a placement."""

from __future__ import annotations

from wtforms import (
    IntegerField,
    RadioField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from app.core.forms import BaseForm, MaxLength, OnceForm, Required, as_choices, strip, whole_or_none
from app.placements.models import (
    MessageAudience,
)
from app.placements.queries.thread import ThreadPage


class MessageForm(OnceForm):
    """A message of the thread."""

    text = TextAreaField(
        "Votre message",
        validators=[Required("Écrivez votre message."), MaxLength(600)],
        filters=[strip],
    )


AUDIENCES = {
    MessageAudience.PARTIES: "Toutes les parties",
    MessageAudience.OWN_SIDE: "Mon côté seulement (note privée)",
}


class ThreadForm(MessageForm):
    """A message with its readers and those it is addressed to; `offer` fills the choices of one thread."""

    audience = RadioField("Qui lira ce message", default=MessageAudience.PARTIES.value)
    parties = SelectMultipleField(
        "À l’attention de", widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    people = SelectMultipleField(
        "Collègues à prévenir",
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def offer(self, thread: ThreadPage) -> ThreadForm:
        """Say next to each choice who reads, and offer the parties and colleagues of this thread."""
        self.audience.choices = as_choices(
            (one.value, f"{label}. Lu par : {thread.readers[one]}.")
            for one, label in AUDIENCES.items()
        )
        self.parties.choices = as_choices((leaf.value, f"@{name}") for leaf, name in thread.parties)
        self.people.choices = [SelectChoice(key, f"@{name}") for key, name in thread.people]
        return self


class EasyWordsForm(OnceForm):
    """Which of the easy-to-read messages goes to the youth."""

    template = RadioField("Message")

    def offer(self, thread: ThreadPage) -> EasyWordsForm:
        """Offer the messages whose variables are known."""
        self.template.choices = as_choices((one.key, one.title) for one in thread.easy_templates)
        return self


class ReadForm(BaseForm):
    """Up to which message the thread was read."""

    last = IntegerField(widget=HiddenInput(), filters=[whole_or_none])
