"""Reads of operations: who may see them, who fits whom, and what each page shows."""
