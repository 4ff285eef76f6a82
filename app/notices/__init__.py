"""Notices in the portal, preferences, digests, and threads of messages."""
