"""A proposal that somebody visits, and the forms of its pages pressed as a browser without JavaScript does."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories.placements import Triple


class Proposed(NamedTuple):
    triple: Triple
    placement_id: int
    path: str


def token_of(page: str) -> str:
    """The token of the first form of a page."""
    found = re.search(r'name="[^"]*csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return found.group(1)


def post(client: FlaskClient, page: str, path: str, **values: Any) -> TestResponse:
    """Send a form of that page."""
    token = token_of(client.get(page).get_data(as_text=True))
    headers = values.pop("headers", None)
    return client.post(path, data={"csrf_token": token, **values}, headers=headers)


def text_of(client: FlaskClient, path: str) -> str:
    return client.get(path).get_data(as_text=True)
