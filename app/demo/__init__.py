"""A believable demonstration territory."""
