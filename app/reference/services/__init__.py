"""Writes of the reference tables: our own dossier, and the official files that a user brings."""

from app.reference.services.official import KINDS, import_file
from app.reference.services.own import MissingProduct, load_reference
from app.reference.services.report import LoadReport, Refusal

__all__ = [
    "KINDS",
    "LoadReport",
    "MissingProduct",
    "Refusal",
    "import_file",
    "load_reference",
]
