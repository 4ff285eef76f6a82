"""The family of errors that a user may meet, each with its HTTP status and a sentence in French.

Services raise them; `register_error_handlers` turns them into a toast, a page or a redirection. Anything else is a
defect and answers 500 with a page that says what was kept, never a traceback.
"""

from __future__ import annotations

from flask import Flask, Response, current_app, flash, request, url_for
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from app.core import htmx


class DomainError(Exception):
    """Something a user did cannot be done; `message` is French and says what to do next.

    Attributes:
        status: HTTP status of the answer.
        message: a whole sentence in French.
    """

    status = 400
    default = "Cette action n’est pas possible."

    def __init__(self, message: str | None = None) -> None:
        self.message = message or self.default
        super().__init__(self.message)


class NotFound(DomainError):
    """It does not exist, or this actor may not know that it does."""

    status = 404
    default = "Cette page n’existe pas, ou elle ne vous est pas ouverte."


class Forbidden(DomainError):
    """The actor may see the object but not do this to it."""

    status = 403
    default = "Vous pouvez voir ce dossier, mais cette action revient à quelqu’un d’autre."


class Conflict(DomainError):
    """Somebody was faster, or the object has moved: 409 with the truth."""

    status = 409
    default = "La situation a changé entre-temps. Voici l’état actuel."


class WrongState(Conflict):
    """The workflow does not allow this event from this stage."""

    default = "Cette étape n’est plus possible : le dossier a avancé."


class AlreadyDone(Conflict):
    """The same request came twice; the first one counted."""

    default = "C’est déjà fait : votre première demande a été prise en compte."


class Invalid(DomainError):
    """Input that only a service can judge. `field` names the form field that shows the message."""

    status = 422
    default = "Une information est à corriger."

    def __init__(self, message: str | None = None, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class TooMany(DomainError):
    """A limit of attempts is reached."""

    status = 429
    default = "Trop d’essais en peu de temps. Réessayez dans quelques minutes."


class Unavailable(DomainError):
    """The database or the journal is away; nothing was changed."""

    status = 503
    default = "Le service est momentanément indisponible. Rien n’a été modifié ; réessayez dans un instant."


HTTP_MESSAGES = {
    400: "La demande est incomplète ou la page a expiré. Rechargez la page et recommencez : rien n’a été modifié.",
    401: "Votre session est terminée. Connectez-vous pour continuer.",
    403: Forbidden.default,
    404: NotFound.default,
    405: "Cette adresse ne s’utilise pas ainsi. Revenez à la page précédente.",
    409: Conflict.default,
    413: "Ce fichier est trop lourd (20 Mo au plus). Rien n’a été enregistré.",
    415: "Ce type de fichier n’est pas accepté.",
    429: TooMany.default,
    500: "Une erreur de notre côté a empêché cette action. Rien n’a été modifié ; l’équipe est prévenue.",
    503: Unavailable.default,
}


def is_database_away(error: DBAPIError) -> bool:
    """True when the connection itself failed (server stopped, disk full, file locked), not one statement."""
    return error.connection_invalidated or isinstance(error, OperationalError)


def answer(status: int, message: str) -> Response:
    """One error answer: a toast for an HTMX request, a whole page otherwise."""
    if status == 503:
        return htmx.unavailable(message)
    if htmx.is_fragment_request():
        return htmx.toast_only(message, level="error", status=status)
    return htmx.page("errors/error.html", status=status, code=status, message=message)


# What the security log hears of a refusal; bad input (422) and races (409) are no attack.
REFUSALS = {
    400: "request_refused",
    403: "access_refused",
    404: "nothing_there",
    405: "request_refused",
    413: "request_refused",
    415: "request_refused",
    429: "limit_reached",
}


def tell_security(status: int, error: Exception) -> None:
    """Write a refusal in the security log: which door, who, by the kind of error alone."""
    name = REFUSALS.get(status)
    if name is None or current_app.extensions.get("security_log") is None:
        return
    current_app.extensions["security_log"](
        name, is_warning=status in {403, 429}, status=status, kind=type(error).__name__
    )


def register_error_handlers(app: Flask) -> None:
    """Attach the handlers to the application; called once by the factory."""

    @app.errorhandler(DomainError)
    def domain_error(error: DomainError) -> Response:
        tell_security(error.status, error)
        return answer(error.status, error.message)

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        status = error.code or 500
        if status < 400:
            return current_app.make_response(error.get_response())
        tell_security(status, error)
        return answer(
            status, HTTP_MESSAGES.get(status, HTTP_MESSAGES[400 if status < 500 else 500])
        )

    @app.errorhandler(StaleDataError)
    def stale(_error: StaleDataError) -> Response:
        return answer(409, Conflict.default)

    @app.errorhandler(IntegrityError)
    def integrity(error: IntegrityError) -> Response:
        current_app.logger.warning("integrity_error", exc_info=error)
        return answer(409, Conflict.default)

    @app.errorhandler(DBAPIError)
    def database(error: DBAPIError) -> Response:
        current_app.logger.error("database_error", exc_info=error)
        return (
            answer(503, Unavailable.default)
            if is_database_away(error)
            else answer(500, HTTP_MESSAGES[500])
        )

    @app.errorhandler(NoConnectionLeft)
    def all_connections_taken(error: NoConnectionLeft) -> Response:
        current_app.logger.error("database_busy", exc_info=error)
        return answer(503, Unavailable.default)

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        current_app.logger.error("unexpected_error", exc_info=error)
        if current_app.config["TESTING"]:
            raise error
        return answer(500, HTTP_MESSAGES[500])


def sign_in_again() -> Response:
    """Answer for a request without a session: 401 with a redirection that HTMX understands, or a plain redirection."""
    target = url_for("accounts.login", next=request.full_path if request.method == "GET" else None)
    if htmx.is_htmx():
        response = Response(status=401)
        response.headers["HX-Redirect"] = target
        return response
    flash(HTTP_MESSAGES[401], "info")
    return htmx.redirect(target)
