"""The declaration of regulated work, noted again during the contract."""

from __future__ import annotations

from flask import Response

from app.contracts.forms.sheet import DeclarationForm
from app.contracts.services import renew_declaration
from app.contracts.views.blueprint import blueprint
from app.contracts.views.sheets import act, card
from app.core.permissions import current_actor, requires
from app.policy.permissions import Permission


@blueprint.post("/propositions/<int:placement_id>/contrat/declaration")
@requires(Permission.CONTRACT_FILL_EMPLOYER)
def renew(placement_id: int) -> Response:
    """The place was declared again: its three years begin anew."""
    form = DeclarationForm(prefix="declaration-")
    if not form.validate_on_submit() or form.declared_on.data is None:
        return card(placement_id, status=422, sent={"declaration": form})
    declared_on = form.declared_on.data
    return act(
        placement_id,
        form,
        lambda session: renew_declaration(
            session, current_actor(), placement_id=placement_id, declared_on=declared_on
        ),
        name="declaration",
        done="La nouvelle déclaration est notée : le prochain rappel compte depuis ce jour.",
    )
