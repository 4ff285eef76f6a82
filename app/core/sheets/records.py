"""JSON files as tables: the list of records is found, nested objects become dotted columns."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from app.core.sheets.detect import MEGABYTE, Unreadable, text_encoding

# The whole file is held in memory, where a tiny object takes twenty times its text.
MOST_JSON = 5 * MEGABYTE
DEEPEST = 6


def record_rows(file: IO[bytes]) -> Iterator[Sequence[str]]:
    """Column names, then one row a record.

    Raises:
        Unreadable: no valid JSON, no list of objects in it, or too large.
    """
    records = find_records(_load(file))
    flat = [flatten(record) for record in records]
    columns = list(dict.fromkeys(name for record in flat for name in record))
    yield columns
    for record in flat:
        yield [record.get(name, "") for name in columns]


def _load(file: IO[bytes]) -> Any:
    encoding = text_encoding(file)
    content = file.read(MOST_JSON + 1)
    file.seek(0)
    if len(content) > MOST_JSON:
        raise Unreadable(
            "Un fichier JSON peut peser 5 Mo au plus. Découpez-le, ou exportez-le en CSV."
        )
    try:
        return json.loads(content.decode(encoding, errors="replace"))
    except (ValueError, RecursionError):
        raise Unreadable(
            "Ce fichier JSON est incomplet ou mal écrit : demandez un nouvel export."
        ) from None


def find_records(content: Any, depth: int = 0) -> list[Mapping[str, Any]]:
    """The longest list of objects of a document, however it is wrapped.

    Raises:
        Unreadable: there is none.
    """
    best = _longest(content, depth)
    if not best:
        raise Unreadable("Ce fichier JSON ne contient aucune liste d’enregistrements.")
    return best


def _longest(content: Any, depth: int) -> list[Mapping[str, Any]]:
    if isinstance(content, list):
        return [one for one in content if isinstance(one, dict)]
    if not isinstance(content, dict) or depth >= DEEPEST:
        return []
    return max((_longest(one, depth + 1) for one in content.values()), key=len, default=[])


def flatten(record: Mapping[str, Any], prefix: str = "", depth: int = 0) -> dict[str, str]:
    """One level of text: `{"a": {"b": 1}}` → `{"a.b": "1"}`. The values of a list stand together,
    parted by "; ".
    """
    flat: dict[str, str] = {}
    for key, value in record.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            if depth < DEEPEST:
                flat.update(flatten(value, f"{name}.", depth + 1))
        elif isinstance(value, list):
            _add_list(flat, name, value, depth)
        else:
            flat[name] = _text(value)
    return flat


def _add_list(flat: dict[str, str], name: str, values: list[Any], depth: int) -> None:
    gathered: dict[str, list[str]] = {}
    for value in values:
        if isinstance(value, dict) and depth < DEEPEST:
            inner = flatten(value, f"{name}.", depth + 1)
        elif isinstance(value, dict | list):
            inner = {}
        else:
            inner = {name: _text(value)}
        for key, text in inner.items():
            gathered.setdefault(key, []).append(text)
    flat.update({key: "; ".join(one for one in texts if one) for key, texts in gathered.items()})


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)
