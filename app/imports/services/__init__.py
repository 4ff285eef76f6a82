"""Verbs of an import, in the order of its life."""

from app.imports.services.deciding import choose, decide_all, decide_row
from app.imports.services.purging import KEPT_DAYS, purge_old
from app.imports.services.uploading import (
    MOST_ROWS,
    ReadFile,
    forget_batch,
    open_batch,
    read_file,
    set_columns,
)
from app.imports.services.working import (
    check_piece,
    keys_so_far,
    mark_failed,
    resume,
    start_writing,
    write_piece,
)

__all__ = [
    "KEPT_DAYS",
    "MOST_ROWS",
    "ReadFile",
    "check_piece",
    "choose",
    "decide_all",
    "decide_row",
    "forget_batch",
    "keys_so_far",
    "mark_failed",
    "open_batch",
    "purge_old",
    "read_file",
    "resume",
    "set_columns",
    "start_writing",
    "write_piece",
]
