"""The law as pure dated tables and functions.

Nothing here knows Flask, SQLAlchemy or the clock: every function takes the days it needs. The only
input is our own packaged files in ``data/``, read once. ``docs/rules.md`` explains the whole.
"""
