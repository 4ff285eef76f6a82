"""CFA courses, their sessions and seats."""
