"""Reads of matching: rows for the engine, the pool kept fresh, what each page shows."""
