"""A promise is kept longer, once."""

from __future__ import annotations

from flask import Response

from app.core.forms import ButtonForm
from app.core.permissions import current_actor, requires
from app.placements import services
from app.placements.views.blueprint import blueprint
from app.placements.views.card import act
from app.placements.workflow import Leaf
from app.policy.permissions import Permission


@blueprint.post("/propositions/<int:placement_id>/prolonger")
@requires(Permission.PLACEMENT_CFA_SAYS)
def prolong(placement_id: int) -> Response:
    """Keep the seat two weeks longer, once."""
    return act(
        placement_id,
        ButtonForm(),
        lambda session: services.prolong(session, current_actor(), placement_id=placement_id),
        name="empty",
        done="La place est retenue plus longtemps : la nouvelle date est sur la page.",
    )


@blueprint.post("/propositions/<int:placement_id>/prolonger-poste")
@requires(Permission.PLACEMENT_EMPLOYER_SAYS)
def prolong_position(placement_id: int) -> Response:
    """Keep the position two weeks longer, once."""
    return act(
        placement_id,
        ButtonForm(),
        lambda session: services.prolong(
            session, current_actor(), placement_id=placement_id, leaf=Leaf.EMPLOYER
        ),
        name="empty",
        done="Le poste est retenu plus longtemps : la nouvelle date est sur la page.",
    )
