"""Forms of agreements."""

from __future__ import annotations

from wtforms import BooleanField, DateField, HiddenField, StringField
from wtforms.validators import Optional

from app.core.forms import BaseForm, MaxLength, OnceForm, Required, strip
from app.partnerships.services import Sharing


class AgreementForm(OnceForm):
    """An agreement. Parties are typed by name; in doubt the page shows a list to pick from."""

    first = StringField("Première organisation", [MaxLength(200)], filters=[strip])
    first_id = HiddenField()
    partner = StringField(
        "Organisation partenaire",
        [Required("Écrivez le nom du partenaire."), MaxLength(200)],
        filters=[strip],
    )
    partner_id = HiddenField()
    shares_youth = BooleanField("Les jeunes inscrits à l’alternance, sans leur identité")
    shares_places = BooleanField("Les places du CFA : le partenaire peut agir pour lui")
    shares_events = BooleanField("Les opérations de promotion")
    valid_from = DateField("À partir du", [Optional()])
    valid_to = DateField("Jusqu’au", [Optional()])
    contact = StringField("Personne à joindre", [MaxLength(200)], filters=[strip])

    def sharing(self) -> Sharing:
        """What the service takes."""
        return Sharing(
            youth=bool(self.shares_youth.data),
            places=bool(self.shares_places.data),
            events=bool(self.shares_events.data),
            valid_from=self.valid_from.data,
            valid_to=self.valid_to.data,
            contact=self.contact.data,
        )


class FrameworkForm(OnceForm):
    """A national agreement between networks."""

    name = StringField(
        "Nom de la convention nationale",
        [Required("Écrivez le nom de la convention nationale."), MaxLength(200)],
        filters=[strip],
    )
    signed_on = DateField("Signée le", [Required("Écrivez le jour de la signature.")])
    shares_youth = BooleanField("Les jeunes inscrits à l’alternance, sans leur identité")
    shares_events = BooleanField("Les opérations de promotion")


class RenewForm(BaseForm):
    """Until when the next agreement runs."""

    valid_to = DateField("Jusqu’au", [Optional()])
