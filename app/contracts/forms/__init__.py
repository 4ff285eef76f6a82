"""Forms of contracts: the simulators, read from the address, and the parts of a sheet."""

from app.contracts.forms.simulators import CostForm, DatesForm, PayForm, SimulatorForm

__all__ = ["CostForm", "DatesForm", "PayForm", "SimulatorForm"]
