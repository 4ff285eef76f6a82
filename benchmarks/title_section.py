"""The section of the page on titles: ranking them, with and without slips, and guessing their ROME code.

    python -m benchmarks.title_section DIR

``DIR`` holds ``titles/belgian`` and ``rome``; a table is left out where its files are missing.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks import slips, titles, unseen_titles
from benchmarks.suggestions import LABELS, TITLES, print_lines

HEADING = "Titles and slips"
ROWS = {
    "bare": "letters and words alone",
    "synonyms": "our synonyms",
    "files": "our synonyms and the ROME file",
}
DIPLOMAS = "certif_info.csv"
GUESSED = {
    "appellations": "the other appellations",
    "files": "labels and diplomas beside them, but for those written like a title asked",
}


def lines(data: Path | None) -> list[str]:
    """Lines of the report; none without the user's files."""
    if data is None or not (data / "rome" / TITLES).is_file():
        return []
    label_file, title_file = data / "rome" / LABELS, data / "rome" / TITLES
    belgian = data / "titles" / "belgian"
    ranked = _ranked(belgian, label_file, title_file) if belgian.is_dir() else []
    return [*ranked, *_guessed(title_file, label_file, data / "diplomas" / DIPLOMAS)]


def _ranked(belgian: Path, label_file: Path, title_file: Path) -> list[str]:
    clean = titles.run(belgian, label_file, title_file)
    typed = slips.run(belgian, label_file, title_file)
    told = [
        (
            f"Belgian task (public judgements); slips are drawn with {slips.SEEDS} seeds and each "
            "changes the text. Lost: MRR as typed less the mean MRR with the slips."
        ),
        "",
        "| known | MRR | right one in ten | lost to one slip | lost to two |",
        "|---|---|---|---|---|",
    ]
    for name, row in clean.items():
        lost = typed.get(name)
        ends = "– | –" if lost is None else f"{lost['lost_to_1']:.4f} | {lost['lost_to_2']:.4f}"
        told.append(f"| {ROWS[name]} | {row['mrr']:.4f} | {row['success@10']:.4f} | {ends} |")
    return [*told, ""]


def _guessed(title_file: Path, label_file: Path, diplomas: Path) -> list[str]:
    given = diplomas if diplomas.is_file() else None
    rows = unseen_titles.run(title_file, label_file, given)
    return [
        unseen_titles.SAME_FILE,
        "",
        "| known | titles asked | ROME code first | among the first five |",
        "|---|---|---|---|",
        *(
            f"| {GUESSED[name]} | {row['asked']:,.0f} | {row['first']:.4f} | {row['in_five']:.4f} |"
            for name, row in rows.items()
        ),
    ]


if __name__ == "__main__":
    print_lines(__doc__, lines)
