"""Whole stories of the dossier, through the browser without JavaScript."""
