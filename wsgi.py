"""The WSGI entry point: `flask --app wsgi …` and the shipped server both import `app` from here."""

from __future__ import annotations

from app.factory import create_app
from config import load_settings

app = create_app(load_settings())
