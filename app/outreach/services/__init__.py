"""Verbs of the field agents' work."""

from app.outreach.services.agents import PostDetails, hand_over, write_post
from app.outreach.services.alerts import switch_alert, tell_new_profiles
from app.outreach.services.campaigns import (
    Added,
    add_by_filters,
    add_by_lines,
    create_campaign,
    filled,
    mark_target,
    send_campaign,
)
from app.outreach.services.contacts import ContactDetails, add_contact, log_link
from app.outreach.services.drafts import draft_from_visit
from app.outreach.services.leads import close_lead, take_lead
from app.outreach.services.targets import TargetDetails, create_target
from app.outreach.services.visits import VisitDetails, finish_step, load_visit, record_visit

__all__ = [
    "Added",
    "ContactDetails",
    "PostDetails",
    "TargetDetails",
    "VisitDetails",
    "add_by_filters",
    "add_by_lines",
    "add_contact",
    "close_lead",
    "create_campaign",
    "create_target",
    "draft_from_visit",
    "filled",
    "finish_step",
    "hand_over",
    "load_visit",
    "log_link",
    "mark_target",
    "record_visit",
    "send_campaign",
    "switch_alert",
    "take_lead",
    "tell_new_profiles",
    "write_post",
]
