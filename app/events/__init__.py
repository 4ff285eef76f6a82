"""Promotion events: invitations, timetables of meetings, attendance."""
