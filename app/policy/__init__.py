"""Pure authorisation: who (`actor`), about what (`facts`), which act (`permissions`), under which conditions (`matrix`)."""
