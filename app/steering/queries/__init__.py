"""Reads of the coordination: aggregates first, and behind them the rows that one may see."""
