"""Compiled searches. Importing this package loads numba: do it only when a search is needed."""
