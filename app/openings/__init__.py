"""Companies, their openings and positions."""
