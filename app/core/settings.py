"""The settings of the running application, for what lies below the web edge and may not ask Flask itself."""

from __future__ import annotations

from typing import cast

from flask import current_app

from config import Settings


def current_settings() -> Settings:
    """The settings that this application was built with; needs an application context."""
    return cast(Settings, current_app.config["SETTINGS"])
