"""The WSGI entry point: `flask --app wsgi …` and the shipped server both import `app` from here."""

from __future__ import annotations

import logging

from app.core.outward import keep_inside
from app.factory import create_app
from config import load_settings

settings = load_settings()
app = create_app(settings)
if settings.is_production:
    # For the process, so not in `create_app`, which tests call many times in theirs.
    keep_inside(settings)
    if settings.leaked_passwords is None:
        logging.getLogger("trefle.security").warning("no_file_of_leaked_passwords")
