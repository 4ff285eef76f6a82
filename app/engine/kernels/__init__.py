"""Compiled searches. ``compiled.py`` loads numba: modules that need it are imported by the first search."""
