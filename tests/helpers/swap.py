"""What htmx does to a page with an answer, done to a parsed page.

The test it serves: *page + swap = freshly loaded page*.
"""

from __future__ import annotations

from collections.abc import Mapping

from bs4 import BeautifulSoup, Tag
from werkzeug.test import TestResponse

PARSER = "html.parser"
# What differs between two renderings of the same state.
VOLATILE_FIELDS = ("csrf_token", "request_key")
OOB = ("hx-swap-oob", "data-hx-swap-oob")


def parse(answer: TestResponse | str) -> BeautifulSoup:
    """Parse a page or a fragment."""
    text = answer if isinstance(answer, str) else answer.get_data(as_text=True)
    return BeautifulSoup(text, PARSER)


def htmx_headers(target: str) -> dict[str, str]:
    """The headers of an htmx request whose target is the element with this id."""
    return {"HX-Request": "true", "HX-Target": target.lstrip("#")}


def swap(
    page: BeautifulSoup,
    answer: TestResponse,
    *,
    target: str,
    style: str = "outerHTML",
) -> BeautifulSoup:
    """Apply one htmx answer to a page, in place, and return it.

    Args:
        target: id of the target as the page asked for it; an HX-Retarget header wins.
        style: the swap asked for by the page; an HX-Reswap header wins.

    Raises:
        AssertionError: the target, or the place of an out-of-band part, is not in the page.
    """
    headers: Mapping[str, str] = answer.headers
    if "HX-Redirect" in headers or answer.status_code == 204:
        return page
    target = headers.get("HX-Retarget", target).lstrip("#")
    style = headers.get("HX-Reswap", style).split(" ")[0]
    fragment = parse(answer)
    for part in _out_of_band(fragment):
        _put_out_of_band(page, part)
    place = page.find(id=target)
    assert isinstance(place, Tag), f"the page has no #{target}"
    _put(place, fragment, style)
    return page


def _out_of_band(fragment: BeautifulSoup) -> list[Tag]:
    parts = [one for one in fragment.find_all(True) if any(name in one.attrs for name in OOB)]
    return [one.extract() for one in parts if isinstance(one, Tag)]


def _put_out_of_band(page: BeautifulSoup, part: Tag) -> None:
    how = next(str(part.attrs.pop(name)) for name in OOB if name in part.attrs)
    style, _, selector = how.partition(":")
    wanted = selector.lstrip("#") or str(part.get("id", ""))
    place = page.find(id=wanted)
    assert isinstance(place, Tag), f"an out-of-band part finds no #{wanted}"
    _put(place, part, "outerHTML" if style in {"true", ""} else style)


def _put(place: Tag, content: Tag, style: str) -> None:
    is_whole = isinstance(content, BeautifulSoup)
    nodes = [one.extract() for one in (list(content.contents) if is_whole else [content])]
    if style == "outerHTML":
        for node in nodes:
            place.insert_before(node)
        place.decompose()
    elif style == "innerHTML":
        place.clear()
        place.extend(nodes)
    elif style == "beforeend":
        place.extend(nodes)
    elif style == "afterbegin":
        for node in reversed(nodes):
            place.insert(0, node)
    elif style == "delete":
        place.decompose()
    else:
        assert style == "none", f"unknown swap {style}"


def normal(page: BeautifulSoup | Tag, *, part: str = "content") -> str:
    """The page as a text that two renderings of one state share.

    Args:
        part: id of the part to compare; "" for the whole page.
    """
    copy = BeautifulSoup(str(page), PARSER)
    root = copy.find(id=part) if part else copy
    assert isinstance(root, Tag), f"the page has no #{part}"
    for name in VOLATILE_FIELDS:
        for field in root.find_all("input", attrs={"name": name}):
            field.decompose()
    return "\n".join(line.strip() for line in root.prettify().splitlines() if line.strip())


def assert_same(swapped: BeautifulSoup, fresh: BeautifulSoup, *, part: str = "content") -> None:
    """The page after the swap reads exactly as a page loaded now."""
    assert normal(swapped, part=part) == normal(fresh, part=part)
