"""Contracts: the simulators open to all, and the sheet that prepares a contract from a placement."""
