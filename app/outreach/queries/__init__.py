"""Reads of the field agents' work."""
