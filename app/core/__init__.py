"""Plumbing: knows Flask and SQLAlchemy, knows no business word."""
