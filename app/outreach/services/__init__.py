"""Verbs of the field agents' work."""

from app.outreach.services.agents import PostDetails, hand_over, write_post
from app.outreach.services.contacts import ContactDetails, add_contact, log_link
from app.outreach.services.drafts import draft_from_visit
from app.outreach.services.leads import close_lead, take_lead
from app.outreach.services.targets import TargetDetails, create_target
from app.outreach.services.visits import VisitDetails, finish_step, load_visit, record_visit

__all__ = [
    "ContactDetails",
    "PostDetails",
    "TargetDetails",
    "VisitDetails",
    "add_contact",
    "close_lead",
    "create_target",
    "draft_from_visit",
    "finish_step",
    "hand_over",
    "load_visit",
    "log_link",
    "record_visit",
    "take_lead",
    "write_post",
]
