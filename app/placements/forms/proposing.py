"""What a page of matching proposes."""

from __future__ import annotations

from wtforms import (
    IntegerField,
)
from wtforms.validators import Optional

from app.core.forms import BaseForm, OnceForm, whole_or_none


class SuggestForm(OnceForm):
    """The triple that a page proposes; it stands on many rows, so it has no prefix.

    Who does not know the youth's number names the youth by another proposal that they see.
    """

    youth_id = IntegerField("Jeune", filters=[whole_or_none])
    placement_id = IntegerField("Autre proposition", filters=[whole_or_none])
    opening_id = IntegerField("Offre", filters=[whole_or_none], validators=[Optional()])
    session_id = IntegerField("Session", filters=[whole_or_none], validators=[Optional()])


class AttachForm(BaseForm):
    """The opening or the session that joins."""

    opening_id = IntegerField("Offre", filters=[whole_or_none], validators=[Optional()])
    session_id = IntegerField("Session", filters=[whole_or_none], validators=[Optional()])
