"""What the program writes of itself: one structured line an event, with a request id and without personal data.

A line says when (UTC), what, in which request, and who by number: user, organisation worn, network address. It never
holds a name, a mail address, a token or what was typed. An error is written by its kind and the places of the code,
without its message: a database repeats in it the values that it refuses. In production a line is JSON, where a line
break in a value cannot begin another line.
"""

from __future__ import annotations

import logging
import secrets
import time
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog
from flask import Flask, Response, g, request

from app.core.permissions import current_actor
from config import Settings

SECURITY = logging.getLogger("trefle.security")
REQUESTS = logging.getLogger("trefle.request")
QUIET = frozenset({"static", "health.alive", "health.ready", "health.metrics"})


def security_event(name: str, *, is_warning: bool = False, **fields: str | int | None) -> None:
    """Write one event of the list in docs/security.md. `fields` are numbers and closed words, never what was typed."""
    level = logging.WARNING if is_warning else logging.INFO
    SECURITY.log(level, name, extra={**who(), **fields})


def configure_logs(settings: Settings) -> None:
    """JSON lines in production, readable text elsewhere."""
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.is_production
        else structlog.dev.ConsoleRenderer(
            # Without the values of variables: they hold people's data.
            colors=False,
            exception_formatter=structlog.dev.plain_traceback,
        )
    )
    own = [places_of_an_error] if settings.is_production else []
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *own,
            renderer,
        ],
    )
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING if settings.environment == "test" else logging.INFO)
    logging.getLogger("huey").setLevel(logging.WARNING)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)


def places_of_an_error(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """An exception by its kinds, the first cause last, and where it passed: no message, no value."""
    found = event.pop("exc_info", None)
    error = found[1] if isinstance(found, tuple) else found
    if not isinstance(error, BaseException):
        return event
    kinds, last = [], error
    while True:
        kinds.append(f"{type(last).__module__}.{type(last).__qualname__}")
        following = last.__cause__ or last.__context__
        if following is None or len(kinds) > 8:
            break
        last = following
    event["error"] = kinds
    event["places"] = [
        f"{frame.filename}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(last.__traceback__)[-12:]
    ]
    return event


def init_logs(app: Flask, settings: Settings) -> None:
    """Give each request an id that its lines and its answer carry; in production, one line a request."""
    # The handlers of errors stand below the policy, which says who acts: they are handed this function.
    app.extensions["security_log"] = security_event

    @app.before_request
    def begin() -> None:
        g.request_id = secrets.token_hex(8)
        g.request_began = time.monotonic()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(
            request_id=g.request_id, endpoint=request.endpoint, address=request.remote_addr
        )

    @app.after_request
    def end(response: Response) -> Response:
        if "request_id" not in g:
            return response
        response.headers.setdefault("X-Request-ID", g.request_id)
        if settings.is_production and request.endpoint not in QUIET:
            milliseconds = round((time.monotonic() - g.request_began) * 1000)
            REQUESTS.info(
                "request",
                extra={
                    "method": request.method,
                    "status": response.status_code,
                    "milliseconds": milliseconds,
                    **who(),
                },
            )
        return response


def who() -> dict[str, int | None]:
    """Who acts, by number: the person, the hat, and support when it looks as somebody."""
    actor = current_actor()
    return {
        "user_id": actor.user_id,
        "organisation_id": actor.organisation_id,
        "impersonated_by": actor.impersonated_by,
    }
