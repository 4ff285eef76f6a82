"""Readers of the files that the title benchmarks compare on: public formats, users' own copies."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from app.engine.similarity import Knowledge, Synonym, TitledCode, parse_synonyms

SYNONYMS = Path(__file__).parents[1] / "app" / "reference" / "data" / "synonyms.csv"
# Mark of a theme of training courses, so that no theme is taken for a ROME code.
_THEME = "theme:"


class Task(NamedTuple):
    """Queries and corpus by id, and the ids judged right for each query."""

    queries: dict[str, str]
    corpus: dict[str, str]
    relevant: dict[str, frozenset[str]]


def read_task(folder: Path) -> Task:
    """Read ``queries.tsv``, ``corpus_elements.tsv`` and ``annotations.tsv`` (TREC qrels)."""
    relevant: dict[str, set[str]] = {}
    for line in (folder / "annotations.tsv").read_text(encoding="utf-8").splitlines():
        query, _, element, grade = line.split()
        if int(grade) > 0:
            relevant.setdefault(query, set()).add(element)
    return Task(
        _read_pairs(folder / "queries.tsv"),
        _read_pairs(folder / "corpus_elements.tsv"),
        {query: frozenset(elements) for query, elements in relevant.items()},
    )


def _read_pairs(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t", 1) for line in lines)


def _rows(path: Path, separator: str) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file, delimiter=separator)


def read_synonyms(path: Path = SYNONYMS) -> tuple[Synonym, ...]:
    """Read our own synonym file."""
    return parse_synonyms(_rows(path, ","))


def read_appellations(path: Path) -> list[TitledCode]:
    """Read the ROME appellations (official open-data file, ``;``)."""
    return [
        TitledCode(row["libelle_appellation_long"], row["code_rome"]) for row in _rows(path, ";")
    ]


def read_labels(path: Path) -> list[TitledCode]:
    """Read the ROME labels; a code of the finer 2023 grid counts for its parent."""
    return [TitledCode(row["libelle_rome"], row["code_rome_parent"]) for row in _rows(path, ",")]


def read_diplomas(path: Path) -> list[TitledCode]:
    """Read Certif-Info: each title with its ROME codes and with its theme of training."""
    found: dict[TitledCode, None] = {}
    for row in _rows(path, ";"):
        title, theme = row["Libelle_Diplome"], row["Libelle_FormaCode"]
        for place in range(1, 6):
            if row[f"Code_Rome_{place}"]:
                found[TitledCode(title, row[f"Code_Rome_{place}"])] = None
        if theme:
            found[TitledCode(title, _THEME + theme)] = None
            found[TitledCode(theme, _THEME + theme)] = None
    return list(found)


def read_knowledge(
    rome: Path | None = None,
    appellations: Path | None = None,
    diplomas: Path | None = None,
    synonyms: Path | None = SYNONYMS,
) -> Knowledge:
    """Gather whatever files there are."""
    titles = read_appellations(appellations) if appellations else []
    titles += read_labels(rome) if rome else []
    return Knowledge(
        titles=tuple(titles),
        diplomas=tuple(read_diplomas(diplomas)) if diplomas else (),
        synonyms=read_synonyms(synonyms) if synonyms else (),
    )
