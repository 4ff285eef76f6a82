"""From rows to the engine and back: triples on screen, set-asides, anonymous profiles, requests to meet."""
