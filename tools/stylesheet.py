"""Cut a stylesheet to what the pages use, so that a first view stays light.

The whole of Bootstrap weighs 31 kB compressed; our pages use a fifth of it. A rule stays when every
class of one of its selectors is a word of our sources. That keeps too much rather than too little:
a word of a French sentence counts too, and a word that ends with a dash ("text-bg-" ~ level) keeps
the whole family.

Two more things are done on the way, both because of our own rules for pages:

- images written as `data:` become files, since the content security policy lets nothing but our own
  files in;
- `[data-bs-theme=dark]` becomes a media query, since light and dark follow the system and nobody
  sets an attribute.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from urllib.parse import unquote

CLASS = re.compile(r"\.(-?[_a-zA-Z][\w-]*)")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
DATA_IMAGE = re.compile(r"""url\((?P<quote>["'])data:image/svg\+xml,(?P<svg>.*?)(?P=quote)\)""")
NEGATION = re.compile(r":not\([^()]*\)")
DARK = "[data-bs-theme=dark]"
DARK_MEDIA = "@media (prefers-color-scheme:dark)"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what stands before the brace, and the text between the braces."""

    head: str
    body: str


def class_names(css: str) -> set[str]:
    """Return every class that a selector of the stylesheet names."""
    return {name for rule in rules(css) for name in _classes_of(rule)}


def cut(css: str, words: Set[str]) -> str:
    """Return the stylesheet without the rules whose classes are not among the words."""
    kept = _cut_rules(css, Vocabulary(words))
    return _without_idle_keyframes(kept)


def dark_by_media_query(css: str) -> str:
    """Return the stylesheet with its dark theme chosen by the system instead of an attribute."""
    parts: list[str] = []
    for rule in rules(css):
        if rule.head.startswith("@media"):
            parts.append(f"{rule.head}{{{dark_by_media_query(rule.body)}}}")
        elif DARK in rule.head:
            head = rule.head.replace(DARK, ":root")
            parts.append(f"{DARK_MEDIA}{{{head}{{{rule.body}}}}}")
        else:
            parts.append(f"{rule.head}{{{rule.body}}}")
    return "".join(parts)


def images_to_files(css: str, store: Callable[[str], str]) -> str:
    """Replace each embedded SVG by the address that `store` gives for its text."""

    def replace(found: re.Match[str]) -> str:
        return f'url("{store(unquote(found["svg"]))}")'

    return DATA_IMAGE.sub(replace, css)


def rules(css: str) -> Iterator[Rule]:
    """Walk the rules of one level; statements without braces (`@charset`) are left out."""
    text = COMMENT.sub("", css)
    position = 0
    while (opening := text.find("{", position)) != -1:
        closing = _closing_brace(text, opening)
        head = text[position:opening].rpartition(";")[2].strip()
        yield Rule(head, text[opening + 1 : closing].strip())
        position = closing + 1


class Vocabulary:
    """The words of our sources, and the families announced by a word that ends with a dash."""

    def __init__(self, words: Set[str]) -> None:
        self.words = words
        self.families = tuple(word for word in words if word.endswith("-") and len(word) > 2)

    def knows(self, name: str) -> bool:
        return name in self.words or name.startswith(self.families)


def _cut_rules(css: str, vocabulary: Vocabulary) -> str:
    parts: list[str] = []
    for rule in rules(css):
        if rule.head.startswith(("@media", "@supports")):
            if inner := _cut_rules(rule.body, vocabulary):
                parts.append(f"{rule.head}{{{inner}}}")
        elif rule.head.startswith("@"):
            parts.append(f"{rule.head}{{{rule.body}}}")
        else:
            selectors = [one for one in split_selectors(rule.head) if _is_used(one, vocabulary)]
            if selectors and rule.body:
                parts.append(f"{','.join(selectors)}{{{rule.body}}}")
    return "".join(parts)


def split_selectors(head: str) -> list[str]:
    """Split a selector list at its top-level commas: `a,:is(b,c)` has two selectors."""
    parts: list[str] = []
    depth = start = 0
    for position, character in enumerate(head):
        if character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == "," and depth == 0:
            parts.append(head[start:position].strip())
            start = position + 1
    return [*parts, head[start:].strip()]


def _is_used(selector: str, vocabulary: Vocabulary) -> bool:
    return all(vocabulary.knows(name) for name in CLASS.findall(NEGATION.sub("", selector)))


def _classes_of(rule: Rule) -> set[str]:
    if rule.head.startswith(("@media", "@supports")):
        return class_names(rule.body)
    return set() if rule.head.startswith("@") else set(CLASS.findall(rule.head))


def _without_idle_keyframes(css: str) -> str:
    """Drop the animations that no kept rule plays."""
    parts: list[str] = []
    everything = list(rules(css))
    played = " ".join(rule.body for rule in everything if not rule.head.startswith("@keyframes"))
    for rule in everything:
        if rule.head.startswith("@keyframes") and rule.head.split()[1] not in played:
            continue
        parts.append(f"{rule.head}{{{rule.body}}}")
    return "".join(parts)


def _closing_brace(text: str, opening: int) -> int:
    """Return the index of the brace that closes the one at `opening`, minding quoted text.

    Raises:
        ValueError: the stylesheet is cut short.
    """
    depth = 0
    for found in re.finditer(r"\"[^\"]*\"|'[^']*'|[{}]", text[opening:]):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if depth == 0:
            return opening + found.start()
    raise ValueError("a brace of the stylesheet is never closed")
