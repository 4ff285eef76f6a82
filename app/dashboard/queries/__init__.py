"""What each role sees first: one small function a role, a few statements each."""
