"""The only reader of HX-* request headers and the only writer of HX-* response headers.

A view calls `render` with its page and the fragments that page may answer with. The fragment is served only when the
request asks for exactly that element; everything else, a history restore included, gets the whole page. A header never
decides what is written to the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Literal

from flask import Response, current_app, flash, make_response, render_template
from htmx_flask import Htmx, request

htmx = Htmx()

Level = Literal["success", "info", "warning", "error"]


def is_htmx() -> bool:
    """True for a request sent by htmx that is not a history restore."""
    return bool(request.htmx) and not request.htmx.history_restore_request


def is_fragment_request() -> bool:
    """True when the answer will be swapped into a page rather than shown as one."""
    return is_htmx() and not request.htmx.boosted


def fragment_id(template: str) -> str:
    """The id of a fragment's root element: `youth/_wish_list.html` → `wish-list`."""
    return PurePosixPath(template).stem.lstrip("_").replace("_", "-")


def wants(template: str) -> bool:
    """True when this request's target is the fragment of that template."""
    return is_fragment_request() and request.htmx.target == fragment_id(template)


def page(template: str, *, status: int = 200, **context: object) -> Response:
    """A whole page."""
    response = make_response(render_template(template, oob=False, **context), status)
    response.vary.add("HX-Request")
    return response


def render(
    template: str,
    *,
    fragments: Sequence[str] = (),
    oob: Sequence[str] = (),
    status: int = 200,
    **context: object,
) -> Response:
    """Answer with the fragment that was asked for, or with the whole page.

    Args:
        template: the page.
        fragments: fragment templates of that page that may be asked for on their own.
        oob: at most three further fragments, sent out of band with the first one.
        status: HTTP status; 422 and 409 are swapped by the page's htmx configuration.

    Raises:
        ValueError: more than three out-of-band fragments.
    """
    if len(oob) > 3:
        raise ValueError("three out-of-band fragments at most")
    asked = next((one for one in fragments if wants(one)), None)
    if asked is None:
        return page(template, status=status, **context)
    parts = [render_template(asked, oob=False, **context)]
    parts += [render_template(one, oob=True, **context) for one in oob]
    parts.append(render_template("components/_toasts.html", oob=True))
    response = make_response("\n".join(parts), status)
    response.vary.add("HX-Request")
    return response


def redirect(location: str) -> Response:
    """Go elsewhere after a write: 303, or for htmx a header that loads the new page whole."""
    if is_htmx():
        response = Response(status=200)
        response.headers["HX-Redirect"] = location
        return response
    response = Response(status=303)
    response.headers["Location"] = location
    return response


def toast(message: str, level: Level = "success") -> None:
    """Tell the user one thing: shown on the page of this answer or of the next one."""
    flash(message, level)


def toast_only(message: str, *, level: Level, status: int) -> Response:
    """An answer that changes nothing but the toasts (errors of an HTMX request)."""
    toast(message, level)
    response = make_response(render_template("components/_toasts.html", oob=False), status)
    response.headers["HX-Retarget"] = "#toasts"
    response.headers["HX-Reswap"] = "outerHTML"
    response.vary.add("HX-Request")
    return response


def unavailable(message: str) -> Response:
    """503 without the layout and what it loads for every page: the database that they ask may be what is away."""
    is_fragment = is_fragment_request()
    name = "components/_toasts.html" if is_fragment else "errors/away.html"
    template = current_app.jinja_env.get_template(name)
    text = template.render(message=message, oob=False, toasts=lambda: [("error", message)])
    response = Response(text, status=503, mimetype="text/html")
    response.headers["Retry-After"] = "60"
    if is_fragment:
        response.headers["HX-Retarget"] = "#toasts"
        response.headers["HX-Reswap"] = "outerHTML"
    response.vary.add("HX-Request")
    return response
