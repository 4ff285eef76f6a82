"""Verbs of the regional plan: ask for one, keep what was computed, hand lines on, make them proposals, imagine."""

from app.planning.services.deciding import hand_over, leave_line, propose_lines
from app.planning.services.running import ask_for_plan, give_up, keep_plan
from app.planning.services.scenarios import add_change, create_scenario, drop_change

__all__ = [
    "add_change",
    "ask_for_plan",
    "create_scenario",
    "drop_change",
    "give_up",
    "hand_over",
    "keep_plan",
    "leave_line",
    "propose_lines",
]
