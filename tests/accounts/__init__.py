"""Organisations, people, how they come in and leave."""
