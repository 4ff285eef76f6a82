"""Typed settings, read once from the environment.

In production a missing secret stops the start: there is no default that could be guessed. In development and in tests
every setting has a working offline default, so that `make run` needs nothing.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

ROOT = Path(__file__).resolve().parent

Environment = Literal["development", "production", "test"]
ENVIRONMENTS: tuple[Environment, ...] = ("development", "production", "test")


class ConfigurationError(RuntimeError):
    """A setting is missing or makes no sense; the message names the variable and what to write."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a process.

    Durations are in seconds unless the name says days. `database_url` is a SQLAlchemy URL: SQLite by default,
    `postgresql+psycopg://…` in production.
    """

    environment: Environment = "development"
    secret_key: str = field(default="development-only-not-a-secret", repr=False)
    # Keys that lock secrets at rest, the current one first, separated by commas; SECRET_KEY when empty.
    data_keys: str = field(default="", repr=False)
    instance_path: Path = ROOT / "instance"
    database_url: str = field(default="", repr=False)
    base_url: str = "http://127.0.0.1:8000"
    mail_from: str = "Trèfle <ne-pas-repondre@trefle.example>"
    # Who was erased, outside the database; by default in the instance. Several machines name one shared file.
    erasures_path: Path | None = None
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    # Where reports of undelivered mails arrive: imaps://user:password@host/folder; the folder bounces/ when empty.
    bounce_imap_url: str = field(default="", repr=False)
    # An account that nobody has used for so long is closed; its owner is told a month before.
    dormant_account_days: int = 365
    member_review_days: int = 91
    session_idle_seconds: int = 30 * 60
    session_absolute_seconds: int = 12 * 3600
    require_second_factor: bool = False
    # Roles that may go without it, separated by spaces, among employer, field_agent, regional_coordinator and
    # regional_correspondent: an operator who brings partners in one after the other. Empty: everybody is asked.
    second_factor_free_roles: str = ""
    # How many half minutes before and after now a telephone's code is taken: 0, a code lives thirty seconds and no
    # more (ASVS 6.5.5); 1 where people's clocks are wrong (RFC 6238, 5.2).
    code_steps_around: int = 0
    argon2_memory_kib: int = 19 * 1024
    argon2_time_cost: int = 2
    # A local file of passwords that have leaked elsewhere (SHA-1, ordered by hash); empty: only our own list is asked.
    leaked_passwords: Path | None = None
    upload_max_bytes: int = 20 * 1024 * 1024
    metrics_token: str = field(default="", repr=False)
    waitress_threads: int = 8
    trusted_proxy_count: int = 0
    # A server that speaks like INSEE's API Sirene, and its key; without it, the file that was loaded answers alone.
    registry_url: str = ""
    registry_token: str = field(default="", repr=False)
    registry_timeout_seconds: int = 2
    # Other machines that may be asked, separated by spaces: a provider whose parts stand on several.
    outward_hosts: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    # The provider gives only addresses that it has checked, and says so by contract rather than by a claim.
    oidc_vouches_for_emails: bool = False
    # What the provider writes as `acr` or `amr` when it asked for two factors; separated by spaces.
    oidc_second_factor_marks: str = "mfa eidas2 eidas3"

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def is_development(self) -> bool:
        return self.environment == "development"

    @property
    def resolved_database_url(self) -> str:
        return self.database_url or f"sqlite:///{self.instance_path / 'trefle.sqlite'}"

    @property
    def uses_sqlite(self) -> bool:
        return self.resolved_database_url.startswith("sqlite")

    @property
    def has_oidc(self) -> bool:
        """Whether people may sign in through an OpenID Connect provider (ProConnect)."""
        return bool(self.oidc_issuer and self.oidc_client_id and self.oidc_client_secret)

    @property
    def mail_folder(self) -> Path:
        """Where mails are written when no SMTP server is set."""
        return self.instance_path / "mail"

    def flask_config(self) -> dict[str, Any]:
        """The same settings under the names that Flask and its extensions read."""
        secure = self.is_production
        return {
            "SETTINGS": self,
            "ENV_NAME": self.environment,
            "TESTING": self.environment == "test",
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.resolved_database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": {
                # An error repeats no value of a row: they are people's data.
                "hide_parameters": self.is_production,
                **({} if self.uses_sqlite else {"pool_pre_ping": True}),
            },
            "SESSION_COOKIE_NAME": "__Host-trefle" if secure else "trefle",
            "SESSION_COOKIE_SECURE": secure,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_PATH": "/",
            "MAX_CONTENT_LENGTH": self.upload_max_bytes,
            "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
            "WTF_CSRF_TIME_LIMIT": None,
            "BABEL_DEFAULT_LOCALE": "fr",
            "BABEL_DEFAULT_TIMEZONE": "Europe/Paris",
            "MAIL_BACKEND": "app.core.smtp"
            if self.smtp_host
            else ("locmem" if self.environment == "test" else "file"),
            "MAIL_FILE_PATH": str(self.mail_folder),
            "MAIL_SERVER": self.smtp_host,
            "MAIL_PORT": self.smtp_port,
            "MAIL_USERNAME": self.smtp_user or None,
            "MAIL_PASSWORD": self.smtp_password or None,
            "MAIL_USE_TLS": bool(self.smtp_host),
            "MAIL_TIMEOUT": 30,
            "MAIL_DEFAULT_SENDER": self.mail_from,
        }


def _parse(name: str, raw: str, kind: object) -> object:
    """Turn the text of one variable into the type of its field."""
    if kind in ("bool", bool):
        if raw.lower() in {"1", "true", "yes", "on"}:
            return True
        if raw.lower() in {"0", "false", "no", "off", ""}:
            return False
        raise ConfigurationError(f"{name}: write 1 or 0, not {raw!r}")
    if kind in ("int", int):
        try:
            return int(raw)
        except ValueError:
            raise ConfigurationError(f"{name}: write a whole number, not {raw!r}") from None
    if kind in ("Path", "Path | None", Path):
        return Path(raw).expanduser().resolve()
    return raw


def _read_secret(name: str, path: str) -> str:
    """A secret that a vault, systemd or a container writes into a file, so that no environment shows it."""
    try:
        return Path(path).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(f"{name}: this file cannot be read: {path}") from None


# Three names are older than this program and every operator knows them without a prefix.
UNPREFIXED = {
    "secret_key": "SECRET_KEY",
    "database_url": "DATABASE_URL",
    "instance_path": "INSTANCE_PATH",
}
REQUIRED_IN_PRODUCTION = ("secret_key", "database_url", "base_url", "metrics_token", "smtp_host")


def variable_name(field_name: str) -> str:
    """The environment variable that feeds a field: `TREFLE_` and the name, with three exceptions."""
    if field_name == "environment":
        return "TREFLE_ENV"
    return UNPREFIXED.get(field_name, f"TREFLE_{field_name.upper()}")


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Raises:
        ConfigurationError: a value has the wrong form, or production lacks a secret.
    """
    env = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    for one in fields(Settings):
        name = variable_name(one.name)
        if name in env:
            values[one.name] = _parse(name, env[name], one.type)
        elif not one.repr and f"{name}_FILE" in env:
            values[one.name] = _read_secret(f"{name}_FILE", env[f"{name}_FILE"])
    if values.get("code_steps_around", 0) not in (0, 1):
        raise ConfigurationError("TREFLE_CODE_STEPS_AROUND: write 0 or 1")
    environment = values.get("environment", "development")
    if environment not in ENVIRONMENTS:
        raise ConfigurationError(
            f"TREFLE_ENV: one of {', '.join(ENVIRONMENTS)}, not {environment!r}"
        )
    if environment == "production":
        _check_production(values)
        values.setdefault("require_second_factor", True)
    return Settings(**values)


def _check_production(values: Mapping[str, object]) -> None:
    missing = [variable_name(name) for name in REQUIRED_IN_PRODUCTION if not values.get(name)]
    if missing:
        raise ConfigurationError(f"production needs: {', '.join(missing)}")
    if len(str(values["secret_key"])) < 32:
        raise ConfigurationError("SECRET_KEY: at least 32 characters in production")
    issuer = str(values.get("oidc_issuer") or "https://")
    if not issuer.startswith("https://"):
        raise ConfigurationError("TREFLE_OIDC_ISSUER: production asks a provider under https://")
    register = str(values.get("registry_url") or "https://")
    if not register.startswith("https://"):
        raise ConfigurationError("TREFLE_REGISTRY_URL: production asks a register under https://")
    if not str(values["base_url"]).startswith("https://"):
        raise ConfigurationError("TREFLE_BASE_URL: production is served under https://")
    _check_database_wire(str(values["database_url"]))


NEAR = frozenset({"", "localhost", "127.0.0.1", "::1"})
CHECKED_MODES = frozenset({"verify-ca", "verify-full"})


def _check_database_wire(url: str) -> None:
    """A database on another machine is reached under TLS, with its certificate checked."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    host = (query.get("host") or [parts.hostname or ""])[0]
    if parts.scheme.startswith("sqlite") or host in NEAR or host.startswith("/"):
        return
    if (query.get("sslmode") or [""])[0] not in CHECKED_MODES:
        raise ConfigurationError(
            "DATABASE_URL: a database on another machine asks ?sslmode=verify-full&sslrootcert=…"
        )
