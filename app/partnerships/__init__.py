"""Agreements between organisations: who shares what with whom."""
