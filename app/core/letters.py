"""Letters: one text template a message, whose first line is the subject; the HTML part is made from the same words.

Writing each message once keeps its two bodies from saying different things. A paragraph that is only an address becomes
a link; everything else is text and is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import current_app, render_template
from sqlalchemy.orm import Session

from app.core import outbox

LAYOUT = "layout/letter.html"


@dataclass(frozen=True, slots=True)
class Letter:
    """A message ready to be posted."""

    subject: str
    text_body: str
    html_body: str


def absolute_url(endpoint: str, **values: object) -> str:
    """The address of a page as a mail writes it, from the portal's own base address, whatever host was asked."""
    base = str(current_app.config["SETTINGS"].base_url).rstrip("/")
    return base + current_app.url_map.bind("").build(endpoint, dict(values))


def inner_path(endpoint: str, **values: object) -> str:
    """The path of a page, in a task as in a request."""
    return str(current_app.url_map.bind("").build(endpoint, dict(values)))


def compose_pair(text_template: str, html_template: str, **context: object) -> Letter:
    """A message whose HTML part has links in words: both parts are written from the same values."""
    letter = compose(text_template, **context)
    return Letter(
        subject=letter.subject,
        text_body=letter.text_body,
        html_body=render_template(html_template, subject=letter.subject, **context),
    )


def inside_url(path: str) -> str:
    """The address of a path of the site as a mail writes it."""
    return str(current_app.config["SETTINGS"].base_url).rstrip("/") + path


def compose(template: str, **context: object) -> Letter:
    """Render one message.

    Raises:
        ValueError: the template has no subject line.
    """
    rendered = render_template(template, **context)
    subject, _, body = rendered.strip().partition("\n")
    paragraphs = [one.strip() for one in body.strip().split("\n\n") if one.strip()]
    if not subject.strip() or not paragraphs:
        raise ValueError(f"{template}: a subject line and a body are needed")
    return Letter(
        subject=" ".join(subject.split())[:200],
        text_body="\n\n".join(paragraphs) + "\n",
        html_body=render_template(LAYOUT, subject=subject, paragraphs=paragraphs),
    )


def post_letter(
    db_session: Session,
    *,
    kind: str,
    template: str,
    recipients: Iterable[str],
    youth_id: int | None = None,
    placement_id: int | None = None,
    at_any_hour: bool = False,
    unsubscribe_url: str | None = None,
    **context: object,
) -> int:
    """Write one mail a recipient in the caller's transaction. Returns how many.

    Args:
        at_any_hour: the person who reads it has just asked for it and waits; others stay in at night.
        unsubscribe_url: of a mail that its one recipient may stop; the template shows it as `unsubscribe`.
    """
    addresses = sorted(set(recipients))
    if not addresses:
        return 0
    letter = compose(template, unsubscribe=unsubscribe_url or "", **context)
    for address in addresses:
        outbox.post(
            db_session,
            kind=kind,
            recipient=address,
            subject=letter.subject,
            text_body=letter.text_body,
            html_body=letter.html_body,
            youth_id=youth_id,
            placement_id=placement_id,
            at_any_hour=at_any_hour,
            unsubscribe_url=unsubscribe_url,
        )
    return len(addresses)
