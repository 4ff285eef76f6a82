"""Read a template as the page it will become, without rendering it.

Jinja's statements and comments are dropped and each distinct expression becomes one opaque word, so
that `action="{{ url_for('a') }}"` and `hx-post="{{ url_for("a") }}"` read as equal. What comes out
is a tree of elements with their attributes and lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
STATEMENT = re.compile(r"\{%.*?%\}", re.DOTALL)
EXPRESSION = re.compile(r"\{\{-?(.*?)-?\}\}", re.DOTALL)
VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)


@dataclass(slots=True)
class Element:
    """A start tag with what stands inside it; `line` counts from 1."""

    tag: str
    attributes: dict[str, str]
    line: int
    parent: Element | None = None
    children: list[Element] = field(default_factory=list)

    def ancestors(self) -> Iterator[Element]:
        """Walk outwards, from the parent to the root."""
        one = self.parent
        while one is not None:
            yield one
            one = one.parent


@dataclass(slots=True)
class Markup:
    """The elements of one template: those without parent, and all of them in reading order."""

    roots: list[Element]
    elements: list[Element]


def read(template: str) -> Markup:
    """Parse the text of a template."""
    reader = _Reader()
    reader.feed(_plain(template))
    reader.close()
    return Markup(reader.roots, reader.elements)


def _plain(template: str) -> str:
    text = COMMENT.sub(_blank, template)
    text = STATEMENT.sub(_blank, text)
    words: dict[str, str] = {}

    def opaque(found: re.Match[str]) -> str:
        expression = re.sub(r"\s+", "", found[1]).replace("'", '"')
        word = words.setdefault(expression, f"jinja-{len(words)}")
        return word + "\n" * found[0].count("\n")

    return EXPRESSION.sub(opaque, text)


def _blank(found: re.Match[str]) -> str:
    """Keep the line numbers true."""
    return "\n" * found[0].count("\n") or " "


class _Reader(HTMLParser):
    """Builds the tree; a missing end tag never swallows what stands outside its parent."""

    def __init__(self) -> None:
        super().__init__()
        self.roots: list[Element] = []
        self.elements: list[Element] = []
        self.open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(tag, attrs)
        if tag not in VOID:
            self.open.append(self.elements[-1])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self.open) - 1, -1, -1):
            if self.open[depth].tag == tag:
                del self.open[depth:]
                return

    def _add(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        parent = self.open[-1] if self.open else None
        attributes = {name: (value or "").strip() for name, value in attrs}
        element = Element(tag, attributes, self.getpos()[0], parent)
        self.elements.append(element)
        (parent.children if parent else self.roots).append(element)
