"""Rows of cells as they stand in a sheet, before anybody knows what they mean."""

from dataclasses import dataclass, field

MEGABYTE = 1_000_000
MOST_BYTES = MEGABYTE
MOST_ROWS = 5_000
MOST_COLUMNS = 60
LONGEST_CELL = 2_000

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Numbered rows of cells; `formulas` are the places (row, column from 0) of cells that are computed.

    In a text nothing but the sign in front tells a formula; whoever wrote the table as text put an apostrophe there.
    """

    rows: tuple[tuple[int, Cells], ...]
    formulas: frozenset[tuple[int, int]] = field(default=frozenset())
    signs_tell: bool = True
