"""What a trial says of itself, and the table of all of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field

from config import ROOT

KEPT = ROOT / "build" / "trials"
PLANTED = "trou planté"


@dataclass(slots=True)
class Report:
    """One trial on one database.

    Attributes:
        tried: how often, in the trial's own unit.
        faults: what went wrong, in words; empty is the proof.
        holes: each hole planted for it, and whether it was found.
        details: how often by kind, where a trial tries several.
        seconds: from its beginning to its end, which on a loaded machine says little.
        processor: seconds of processor of this process and of those that it started and that ended; a server of
            PostgreSQL is not in it.
    """

    name: str
    unit: str
    tried: int = 0
    faults: list[str] = field(default_factory=list)
    holes: dict[str, bool] = field(default_factory=dict)
    details: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    processor: float = 0.0
    database: str = ""

    @property
    def found_planted(self) -> bool:
        """Whether holes were planted and all of them found; set by a trial that has one hole."""
        return bool(self.holes) and all(self.holes.values())

    @found_planted.setter
    def found_planted(self, found: bool) -> None:
        self.holes[PLANTED] = found

    @property
    def is_sound(self) -> bool:
        """Nothing was lost, and the trial can see."""
        return not self.faults and self.found_planted and self.tried > 0

    def line(self) -> str:
        """The row of the summary."""
        return "  ".join(
            cell.rjust(width) if place in (2, 5, 6, 7) else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(self.cells(), WIDTHS, strict=True))
        )

    def cells(self) -> tuple[str, ...]:
        """What the columns of `HEAD` say of it."""
        found = sum(self.holes.values())
        return (
            self.database,
            self.name,
            grouped(self.tried),
            self.unit,
            "rien" if not self.faults else f"{len(self.faults)} DÉFAUTS",
            f"{found} sur {len(self.holes)}",
            f"{self.processor:.0f} s",
            f"{self.seconds:.0f} s",
        )


HEAD = ("base", "épreuve", "essayé", "en", "perdu", "trous trouvés", "processeur", "durée")
WIDTHS = (8, 48, 9, 22, 11, 13, 10, 7)


def table(reports: Sequence[Report]) -> str:
    """Every trial with how much it tried, what was lost, and how many of its planted holes it found."""
    head = "  ".join(word.ljust(width) for word, width in zip(HEAD, WIDTHS, strict=True))
    lines = [head, "  ".join("-" * width for width in WIDTHS)]
    for one in sorted(reports, key=lambda one: (one.name, one.database)):
        lines.append(one.line())
        missed = [name for name, found in one.holes.items() if not found]
        lines += [f"{'':10}trou non vu : {name}" for name in missed]
        if one.details:
            lines.append(
                " " * 10 + ", ".join(f"{name} {number}" for name, number in one.details.items())
            )
    return "\n".join(lines)


def total(reports: Sequence[Report]) -> str:
    """One sentence on all of them: how much was tried, what was lost, how many holes were found."""
    lost = sum(len(one.faults) for one in reports)
    holes = [found for one in reports for found in one.holes.values()]
    return (
        f"{len(reports)} épreuves : {grouped(sum(one.tried for one in reports))} essais, "
        f"{grouped(lost) if lost else 'rien'} de perdu, {sum(holes)} trous trouvés sur {len(holes)}"
    )


def grouped(number: int) -> str:
    """A whole number as French writes it.

    >>> grouped(20_000).split()
    ['20', '000']
    """
    return f"{number:,}".replace(",", "\u202f")


def keep(trial: str, report: Report) -> None:
    """Write what was measured: a trial that runs again replaces its former figures."""
    KEPT.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(report), ensure_ascii=False, indent=1)
    (KEPT / f"{report.database}-{trial}.json").write_text(text, encoding="utf-8")


def kept(wanted: Collection[tuple[str, str]] | None = None) -> list[Report]:
    """The reports of these pairs of database and trial, of all without any, as they were last measured."""
    return [
        Report(**json.loads(path.read_text(encoding="utf-8")))
        for path in sorted(KEPT.glob("*.json"))
        if wanted is None or tuple(path.stem.split("-", 1)) in wanted
    ]
