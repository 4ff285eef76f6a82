"""create_app(): extensions, blueprints, error handlers; no logic."""

from __future__ import annotations

import importlib
from typing import Any

from flask import Blueprint, Flask
from flask_babel import Babel
from flask_mailman import Mail
from jinja2 import StrictUndefined

from app.accounts.views.sessions import init_sessions
from app.core import compression, errors, health, logs, metrics, presentation, security, tasks
from app.core.db import db, migrate
from app.core.htmx import htmx
from app.core.processes import keep_machine_code, without_collecting
from app.partnerships.queries import partners_of
from config import ROOT, Settings, load_settings

# Every slice, lowest first; each may have models, views with one `blueprint`, tasks, and an `init_app`.
SLICES = (
    "reference",
    "accounts",
    "notices",
    "partnerships",
    "youth",
    "training",
    "openings",
    "matching",
    "placements",
    "outreach",
    "contracts",
    "events",
    "planning",
    "imports",
    "steering",
    "privacy",
    "dashboard",
)

babel = Babel()
mail = Mail()


@without_collecting()
def create_app(settings: Settings | None = None) -> Flask:
    """Build the application from its settings (read from the environment when none are given)."""
    settings = settings or load_settings()
    app = Flask(
        "trefle",
        root_path=str(ROOT),
        template_folder="templates",
        static_folder="static",
        instance_path=str(settings.instance_path),
    )
    app.config.from_mapping(settings.flask_config())
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.url_map.strict_slashes = False
    logs.configure_logs(settings)
    settings.instance_path.mkdir(parents=True, exist_ok=True)
    keep_machine_code(beside=ROOT / "app" / "engine", otherwise=settings.instance_path / "machine")

    modules = _load_slices()
    db.init_app(app)
    migrate.init_app(
        app, db, directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=True
    )
    babel.init_app(app, locale_selector=lambda: "fr", timezone_selector=lambda: "Europe/Paris")
    mail.init_app(app)
    htmx.init_app(app)
    logs.init_logs(app, settings)
    metrics.init_metrics(app, settings)
    security.init_security(app, settings)
    compression.init_compression(app)
    presentation.init_presentation(app)
    errors.register_error_handlers(app)
    app.register_blueprint(health.blueprint)
    init_sessions(app, settings, partners_of)
    for module in modules:
        _attach(app, module)
    tasks.init_tasks(app, settings)
    from app.cli import register_commands  # the command line sits above the factory's other imports

    register_commands(app)
    return app


def _load_slices() -> list[Any]:
    """Import models first, for all tables to be known, then tasks and views of each slice that has them."""
    modules = []
    for part in ("models", "tasks", "views"):
        for name in SLICES:
            found = importlib.util.find_spec(f"app.{name}.{part}")
            if found is not None:
                module = importlib.import_module(f"app.{name}.{part}")
                if part == "views":
                    modules.append(module)
    return modules


def _attach(app: Flask, module: Any) -> None:
    blueprint: Blueprint = module.blueprint
    app.register_blueprint(blueprint)
    start = getattr(module, "init_app", None)
    if start is not None:
        start(app)
