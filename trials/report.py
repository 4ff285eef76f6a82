"""What a trial says of itself."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Report:
    """One trial on one database.

    Attributes:
        tried: how often, in the trial's own unit.
        faults: what went wrong, in words; empty is the proof.
        found_planted: whether the hole planted for it was found.
    """

    name: str
    unit: str
    tried: int = 0
    faults: list[str] = field(default_factory=list)
    found_planted: bool = False
    seconds: float = 0.0

    @property
    def is_sound(self) -> bool:
        """Nothing was lost, and the trial can see."""
        return not self.faults and self.found_planted and self.tried > 0

    def line(self) -> str:
        """The row of the summary."""
        verdict = "rien" if not self.faults else f"{len(self.faults)} DÉFAUTS"
        hole = "trou planté trouvé" if self.found_planted else "TROU PLANTÉ NON VU"
        return (
            f"  {self.name:<46} {self.tried:>8} {self.unit:<22} {verdict:<12} {hole}"
            f"  {self.seconds:7.1f} s"
        )
