"""The programs behind the Makefile: they prepare a machine, run the portal and check the house.

Everything that runs before the virtual environment exists (`__main__`, `console`, `commands`,
`stamps`, `environment`, `frontend`, `portal`, `checks`) uses the standard library alone.
"""
