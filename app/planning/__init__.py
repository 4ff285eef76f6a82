"""The regional plan: nightly run, proposals, bounds, scenarios."""
