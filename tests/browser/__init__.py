"""Stories that only a real browser can tell: what is seen, what the keyboard reaches, what is loaded."""
