"""Races on committed rows: a SQLite file and PostgreSQL, threads that start together."""
