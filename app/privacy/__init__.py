"""Pages of the ledger and the access journal, export, erasure, retention: over all slices."""
