"""Writes of the reference tables: our own dossier, and the official files that a user brings."""

from app.reference.services.own import MissingProduct, load_reference
from app.reference.services.report import LoadReport, Refusal

__all__ = ["LoadReport", "MissingProduct", "Refusal", "load_reference"]
