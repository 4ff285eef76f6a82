"""Reads of plans: what the engine gets, what the pages show."""
