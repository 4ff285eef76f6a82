"""Forms of accounts."""

from __future__ import annotations

from wtforms import EmailField, HiddenField, PasswordField

from app.core.forms import BaseForm, MaxLength, Required, strip


class LoginForm(BaseForm):
    email = EmailField(
        "Adresse électronique",
        filters=[strip],
        validators=[Required("Écrivez votre adresse électronique."), MaxLength(254)],
    )
    password = PasswordField(
        "Mot de passe", validators=[Required("Écrivez votre mot de passe."), MaxLength(200)]
    )
    next = HiddenField()


class HatForm(BaseForm):
    """Choice of the organisation worn."""


class EmptyForm(BaseForm):
    """A button: nothing to fill, but a token to check."""
