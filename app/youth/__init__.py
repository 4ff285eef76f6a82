"""The file of a youth: identity, wishes, mobility, level, readiness, consent."""
