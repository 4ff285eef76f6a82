"""Templates: nothing inline, a plain way for every htmx way, one root a fragment.

With evaluation switched off htmx ignores a trigger filter and sends the request anyway, so filters
are as dangerous as the handlers that the content security policy blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.markup import Element, read
from tests.architecture.tree import python_files, shown, templates

WRITES = ("hx-post", "hx-put", "hx-patch", "hx-delete")
ONLY_POST = "an HTML form can only post: write hx-post and a form with the same action"
SELF_STARTING = re.compile(r"\b(every|load|revealed|intersect)\b")
CODE_VALUE = re.compile(r"^\s*(js|javascript):", re.IGNORECASE)
HANDLER = re.compile(r"^on[a-z]+$")
EVENTS = "blur|change|click|error|focus|input|key[a-z]+|load|mouse[a-z]+|reset|submit|toggle"
HANDLER_IN_PYTHON = re.compile(rf"""["'](on({EVENTS})|style|hx-on[^"']*)["']\s*:""")
DATA_BLOCKS = frozenset({"application/json", "application/ld+json", "text/plain"})


def inline_code(template: str) -> Iterator[tuple[int, str]]:
    """Yield line and complaint for everything that the content security policy would block."""
    for element in read(template).elements:
        names = element.attributes
        if element.tag == "style":
            yield element.line, "a style element"
        if element.tag == "script" and "src" not in names:
            if names.get("type") not in DATA_BLOCKS:
                yield element.line, "an inline script"
        for name, value in names.items():
            if complaint := _complaint(name, value):
                yield element.line, complaint


def _complaint(name: str, value: str) -> str:
    if name == "style":
        return "a style attribute"
    if HANDLER.match(name):
        return f"an inline handler: {name}"
    if name.startswith(("hx-on", "data-hx-on")):
        return f"a handler of htmx: {name}"
    if CODE_VALUE.match(value) or name in {"hx-vars", "data-hx-vars"}:
        return f"code in {name}"
    if name == "hx-trigger" and "[" in value:
        return "a trigger filter"
    return ""


def without_plain_way(template: str) -> Iterator[tuple[int, str]]:
    """Yield line and complaint for each htmx request that has no equal without JavaScript."""
    markup = read(template)
    links = {one.attributes["href"] for one in markup.elements if "href" in one.attributes}
    for element in markup.elements:
        attributes = element.attributes
        for name in ("hx-put", "hx-patch", "hx-delete"):
            if name in attributes:
                yield element.line, f"{name}: {ONLY_POST}"
        if "hx-confirm" in attributes:
            yield (
                element.line,
                "hx-confirm: without a script nobody is asked; see `action` of form.html",
            )
        if "hx-post" in attributes and not _posts(element, attributes["hx-post"]):
            yield element.line, "hx-post without a form that posts to the same address"
        if "hx-get" in attributes and not _gets(element, attributes["hx-get"], links):
            yield element.line, "hx-get without a link or form to the same address"


def _posts(element: Element, address: str) -> bool:
    form = _form_of(element)
    if form is None or form.attributes.get("method", "get").lower() != "post":
        return False
    action = element.attributes.get("formaction", form.attributes.get("action"))
    return action == address


def _gets(element: Element, address: str, links: set[str]) -> bool:
    if element.attributes.get("href") == address:
        return True
    form = _form_of(element)
    if form is not None and form.attributes.get("method", "get").lower() == "get":
        if element.attributes.get("formaction", form.attributes.get("action")) == address:
            return True
    if SELF_STARTING.search(element.attributes.get("hx-trigger", "")):
        return address in links or element.tag != "a"
    return False


def _form_of(element: Element) -> Element | None:
    family = [element, *element.ancestors()]
    return next((one for one in family if one.tag == "form"), None)


def wrong_roots(name: str, template: str) -> Iterator[tuple[int, str]]:
    """Yield line and complaint when a fragment is not one element named as its file.

    Branches of a condition may each bring the root, under the same id.
    """
    wanted = name.removeprefix("_").removesuffix(".html").replace("_", "-")
    roots = read(template).roots
    if not roots:
        yield 1, f"no element; one with id={wanted} is wanted"
    for root in roots:
        if root.attributes.get("id") != wanted:
            yield root.line, f"<{root.tag}> at the root; only one with id={wanted} is wanted"


def handlers_in_python(code: str) -> Iterator[int]:
    """Yield the lines whose attribute tables hold a handler or a style."""
    for number, line in enumerate(code.splitlines(), start=1):
        if HANDLER_IN_PYTHON.search(line):
            yield number


def _pages() -> list[Path]:
    """Mails are left out: their readers know no stylesheet, and no htmx."""
    return [path for path in templates() if "email" not in path.parts]


def _texts() -> Iterator[tuple[str, str, str]]:
    for path in _pages():
        yield shown(path), path.name, path.read_text(encoding="utf-8")


def test_no_template_holds_inline_code() -> None:
    guilty = [
        f"{where}:{line}: {what}" for where, _, text in _texts() for line, what in inline_code(text)
    ]

    assert guilty == []


def test_every_htmx_request_has_its_plain_way() -> None:
    guilty = [
        f"{where}:{line}: {what}"
        for where, _, text in _texts()
        for line, what in without_plain_way(text)
    ]

    assert guilty == []


def test_a_fragment_is_one_element_named_as_its_file() -> None:
    guilty = [
        f"{where}:{line}: {what}"
        for where, name, text in _texts()
        if name.startswith("_")
        for line, what in wrong_roots(name, text)
    ]

    assert guilty == []


def test_no_program_writes_a_handler_or_a_style() -> None:
    guilty = [
        f"{shown(path)}:{line}"
        for path in python_files("app")
        for line in handlers_in_python(path.read_text(encoding="utf-8"))
    ]

    assert guilty == []


@pytest.mark.parametrize(
    "template",
    [
        '<p style="color: red">',
        "<style>p { color: red }</style>",
        "<script>alert(1)</script>",
        '<button onclick="x()">',
        '<button hx-on:click="x()">',
        '<div {% if a %}hx-on::after-swap="x()"{% endif %}>',
        "<a href=\"javascript:alert('x')\">",
        "<a hx-vals='js:{a: 1}'>",
        '<a hx-vars="a:1">',
        "<input hx-trigger=\"keyup[key=='Enter']\">",
    ],
)
def test_the_checker_sees_inline_code(template: str) -> None:
    found = list(inline_code(template))

    assert len(found) == 1


@pytest.mark.parametrize(
    "template",
    [
        '<script src="a.js" defer></script>',
        '<script type="application/json">{}</script>',
        '{# <p style="x"> #}<p class="x">',
        '<input hx-trigger="input changed delay:300ms">',
    ],
)
def test_the_checker_lets_files_and_data_through(template: str) -> None:
    found = list(inline_code(template))

    assert found == []


@pytest.mark.parametrize(
    "template",
    [
        '<button hx-post="/a">',
        '<form hx-post="/a" action="/a">',
        '<form hx-post="/a" method="post" action="/b">',
        '<form hx-post="/a" method="post">',
        '<form method="post" action="/a"><button hx-post="/b"></form>',
        '<form method="post" action="/a" hx-delete="/a">',
        '<a hx-get="/a">',
        '<a hx-get="/a" href="/b">',
        "<a hx-get=\"{{ url_for('a') }}\" href=\"{{ url_for('b') }}\">",
        '<input hx-get="/a">',
        '<form method="get" action="/b"><input hx-get="/a"></form>',
        '<form hx-post="/a" method="post" action="/a" hx-confirm="Sûr ?">',
    ],
)
def test_the_checker_sees_a_request_without_plain_way(template: str) -> None:
    found = list(without_plain_way(template))

    assert len(found) == 1


@pytest.mark.parametrize(
    "template",
    [
        '<form hx-post="/a" method="post" action="/a">',
        "<form hx-post=\"{{ url_for('a', b=1) }}\" method=post action='{{url_for(\"a\", b=1)}}'>",
        '<form method="post" action="/a"><button hx-post="/b" formaction="/b"></form>',
        '<a hx-get="/a" href="/a">',
        '<form action="/a" hx-get="/a">',
        '<form action="/a"><input hx-get="/a" hx-trigger="input changed"></form>',
        '<div hx-get="/a" hx-trigger="every 2s">',
    ],
)
def test_the_checker_accepts_a_request_with_its_plain_way(template: str) -> None:
    found = list(without_plain_way(template))

    assert found == []


@pytest.mark.parametrize(
    "template",
    [
        "{% set a = 1 %}",
        '<div id="other"></div>',
        '<div id="triple-list"></div><p>stray</p>',
        '<div id="triple-list"></div><div id="triple-list-2"></div>',
    ],
)
def test_the_checker_sees_a_fragment_with_wrong_roots(template: str) -> None:
    found = list(wrong_roots("_triple_list.html", template))

    assert len(found) == 1


@pytest.mark.parametrize(
    "template",
    [
        '{% import "a" as a %}<div id="triple-list"{% if oob %} hx-swap-oob="x"{% endif %}></div>',
        '{% if a %}<p id="triple-list"></p>{% else %}<ul id="triple-list"><li></ul>{% endif %}',
    ],
)
def test_the_checker_accepts_one_root_named_as_its_file(template: str) -> None:
    found = list(wrong_roots("_triple_list.html", template))

    assert found == []


def test_the_checker_sees_a_handler_in_a_table_of_attributes() -> None:
    code = 'render_kw={"onchange": "this.form.submit()"}\nrender_kw={"class": "a", "only": 1}'

    found = list(handlers_in_python(code))

    assert found == [1]
