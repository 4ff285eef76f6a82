"""Organisations, people, what each does where, and how they sign in."""
