"""The world of the personas with one own and one foreign object of every kind that an address can name.

"Own" belongs to the houses of the first personas (mission, CFA, employer, point A, region 53), "foreign"
to the others. The keys are the names of the arguments of the addresses, with the slice before them where one name means
several things. Who owns what is said by hand in `tests/policy/objects.py`, in the numbers of the personas on paper: the
policy judged with them has to say what the portal answers.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.openings.models import Company
from tests.factories.estate.houses import add_houses
from tests.factories.estate.leaves import add_contract, add_kept_seat, add_leaves, add_placement
from tests.factories.estate.sides import FOREIGN, OWN, Ids
from tests.factories.estate.work import add_events, add_outreach, add_plans, add_registers
from tests.factories.personas import World, make_world

FILLERS = (
    add_leaves,
    add_placement,
    add_contract,
    add_kept_seat,
    add_houses,
    add_outreach,
    add_events,
    add_plans,
    add_registers,
)


@dataclass(frozen=True, slots=True)
class Estate:
    """Who is who, and the numbers of the objects of both sides by the argument that names them."""

    world: World
    own: Ids
    foreign: Ids


def make_estate(session: Session) -> Estate:
    """Write the world, then the objects of both sides."""
    world = make_world(session)
    for name in ("employer", "other_employer"):
        session.add(Company(organisation_id=world.places[name].id, headcount=4))
    session.flush()
    estate = Estate(world, {}, {})
    for side, ids in ((OWN, estate.own), (FOREIGN, estate.foreign)):
        for fill in FILLERS:
            fill(session, world, side, ids)
            session.flush()
    return estate
