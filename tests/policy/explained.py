"""What the portal answers where the declared permission alone does not say it, route by route, in words.

The declared permission is the first door. Where a second rule narrows it, `JUDGED_BY` names the permission that decides
or `EXPLAINED` says the rule; every cell of the authorisation trial follows from the matrix or from one line here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from app.accounts.views.sessions import WHILE_LOOKING
from app.policy.actor import Actor
from app.policy.matrix import may_ever
from app.policy.permissions import Permission
from app.policy.predicates import a_party, in_region, platform_admin, regional_coordinator
from tests.policy.cells import Cell
from tests.policy.objects import paper
from tests.policy.personas import PERSONAS

Opens = Callable[[Actor, Cell], bool]

JUDGED_BY: Mapping[str, Permission] = {
    "steering.behind": Permission.STEERING_ROWS,
    # The address names the part of the CFA: each side writes its own.
    "contracts.fill": Permission.CONTRACT_FILL_CENTRE,
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why, in words, and for whom it opens."""

    why: str
    opens: Opens


def _never(_actor: Actor, _cell: Cell) -> bool:
    return False


def _own_house(actor: Actor, cell: Cell) -> bool:
    return actor.organisation_id == paper("organisation_id", is_own=cell.is_own).organisation_id


def _not_the_platform(actor: Actor, cell: Cell) -> bool:
    return not platform_admin(actor, paper("batch_id", is_own=cell.is_own)) and by_matrix(
        actor, cell
    )


def _sees_agreement(actor: Actor, cell: Cell) -> bool:
    facts = paper("agreement_id", is_own=cell.is_own)
    of_region = regional_coordinator(actor, facts) and in_region(actor, facts)
    listed = may_ever(actor, Permission.AGREEMENT_LIST)
    return listed and (platform_admin(actor, facts) or a_party(actor, facts) or of_region)


def _signs(actor: Actor, cell: Cell) -> bool:
    return a_party(actor, paper("agreement_id", is_own=cell.is_own)) and by_matrix(actor, cell)


def _but(*personas: str) -> Opens:
    closed = [PERSONAS[one] for one in personas]
    return lambda actor, cell: actor not in closed and by_matrix(actor, cell)


def by_matrix(actor: Actor, cell: Cell) -> bool:
    """What the matrix says of this persona and this object."""
    return cell.opens_for(actor)


NO_OTHER = (
    "names a second object in the form; an empty form names none, and what is not there is 404"
)
NO_FILE = "a platform administrator has no business in the files that a house brought"
HALF = "between password and code only; whoever is signed in goes home"
LEAVES = "ends the session and leads to the door"
AGENTS = ("field_agent", "other_field_agent")

EXPLAINED: Mapping[str, Explanation] = {
    "accounts.ask_code": Explanation(HALF, _never),
    "accounts.check_code": Explanation(HALF, _never),
    "accounts.logout": Explanation(LEAVES, _never),
    "accounts.logout_everywhere": Explanation(LEAVES, _never),
    "accounts.change_hat": Explanation("one puts on a hat that one has", _own_house),
    "accounts.come_back_page": Explanation("404 where no provider is set", _never),
    "accounts.enter_from_provider": Explanation("404 where no provider is set", _never),
    "accounts.leave_for_provider": Explanation("404 where no provider is set", _never),
    "contracts.show_nir": Explanation("no number is written yet, and none is 404", _never),
    **{
        f"contracts.{verb}_rider": Explanation(
            "a rider follows a deposit; before it there is none", _never
        )
        for verb in ("show", "write", "send", "answer", "give_up")
    },
    "dashboard.development_mails": Explanation("404 but on a developer's machine", _never),
    "static": Explanation("this file does not exist", _never),
    "health.metrics": Explanation("404 without the token of the supervisor", _never),
    "imports.columns": Explanation(NO_FILE, _not_the_platform),
    "imports.decide": Explanation(NO_FILE, _not_the_platform),
    "imports.decide_rest": Explanation(NO_FILE, _not_the_platform),
    "imports.forget": Explanation(NO_FILE, _not_the_platform),
    "imports.given_back": Explanation(NO_FILE, _not_the_platform),
    "imports.pick": Explanation(NO_FILE, _not_the_platform),
    "imports.show": Explanation(NO_FILE, _not_the_platform),
    "imports.start": Explanation(NO_FILE, _not_the_platform),
    "imports.take_up": Explanation(NO_FILE, _not_the_platform),
    "matching.ask_to_meet": Explanation(NO_OTHER, _never),
    "notices.open_notice": Explanation(
        "whoever asks is led to the list of their own notices, which says nothing of another's",
        lambda actor, _cell: actor.is_authenticated,
    ),
    "openings.add_opening": Explanation(NO_OTHER, _but(*AGENTS)),
    "openings.new_opening": Explanation(NO_OTHER, _but(*AGENTS)),
    "openings.change_opening": Explanation(NO_OTHER, _but(*AGENTS)),
    "openings.differ": Explanation(NO_OTHER, _never),
    "openings.merge": Explanation(NO_OTHER, _never),
    "outreach.end_step": Explanation(
        "the network that met ends its next step", lambda a, c: c.is_own and by_matrix(a, c)
    ),
    "outreach.raise_opening": Explanation(
        "the network that met writes the offer", lambda a, c: c.is_own and by_matrix(a, c)
    ),
    "partnerships.sheet": Explanation("the parties, the region, the platform", _sees_agreement),
    "partnerships.sign": Explanation("a party signs for itself", _signs),
    "placements.detach": Explanation(
        "the leaf of the employer is taken off by the employer or the house",
        _but("cfa", "other_cfa", "point_a"),
    ),
    "placements.reset_ladder": Explanation(
        "the ladder of the employer's answer is the house's", _but("cfa", "other_cfa")
    ),
    "placements.other_ways": Explanation(
        "an employer never learns of other employers", _but("employer", "other_employer")
    ),
    "training.add_course": Explanation("acts for no CFA", _but("lone_point_a")),
    "training.new_course": Explanation("acts for no CFA", _but("lone_point_a")),
    "training.places": Explanation("acts for no CFA", _but("lone_point_a")),
    "training.preview_column": Explanation("acts for no CFA", _but("lone_point_a")),
    "training.apply_pasted": Explanation(NO_OTHER, _never),
}


LOOKING = frozenset({"support_as_adviser"})
"""Who looks for somebody else: it writes nothing, but may stop looking and leave."""


def opens(persona: str, cell: Cell) -> bool:
    """What this persona has to get from this cell."""
    actor = PERSONAS[persona]
    if persona in LOOKING and cell.method != "GET" and cell.endpoint not in WHILE_LOOKING:
        return False
    if cell.permission is not None and not may_ever(actor, cell.permission):
        return False
    if cell.endpoint in JUDGED_BY:
        return replace(cell, permission=JUDGED_BY[cell.endpoint]).opens_for(actor)
    told = EXPLAINED.get(cell.endpoint)
    return by_matrix(actor, cell) if told is None else told.opens(actor, cell)
