"""Tables of travel times between communes: brought, read, put to use, taken away."""

from app.reference.services.travel.reading import Reading, columns_of, read_times
from app.reference.services.travel.verbs import (
    CHECK,
    bring_table,
    check_table,
    drop_table,
    mark_failed,
    use_table,
)

__all__ = [
    "CHECK",
    "Reading",
    "bring_table",
    "check_table",
    "columns_of",
    "drop_table",
    "mark_failed",
    "read_times",
    "use_table",
]
