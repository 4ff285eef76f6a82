"""Indicators, maps and exports for the coordination."""
