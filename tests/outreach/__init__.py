"""The field agents' work."""
