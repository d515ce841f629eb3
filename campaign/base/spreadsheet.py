"""Tables for spreadsheets that hold only what they show."""

import csv
import io
from collections.abc import Iterable, Sequence

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_text(cell: str) -> str:
    """The cell with an apostrophe in front where a spreadsheet would take it for a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(_STARTS_A_FORMULA) else cell


def csv_file(rows: Iterable[Sequence[str | int]]) -> bytes:
    """UTF-8 with a byte order mark, lines ending in CRLF, no cell that is a formula."""
    table = io.StringIO()
    table.write("\ufeff")
    csv.writer(table).writerows([as_text(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return table.getvalue().encode()
