"""Pure authorisation: who (`actor`), about what (`facts`), which act (`permissions`), on which terms (`matrix`)."""
