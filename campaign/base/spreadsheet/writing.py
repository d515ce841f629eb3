"""Tables for spreadsheets that hold only what they show."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

Cells = Sequence[str | int]

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WHEN = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")
_SAME_MOMENT = (2020, 1, 1, 0, 0, 0)


def as_text(cell: str) -> str:
    """The cell with an apostrophe in front where a spreadsheet would take it for a formula (OWASP, CSV injection).

    A cell that begins with such apostrophes already gets one more, so that `without_apostrophe` gives it back.
    """
    return f"'{cell}" if cell.lstrip("'").startswith(STARTS_A_FORMULA) else cell


def without_apostrophe(cell: str) -> str:
    """The cell as it was before `as_text`."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(STARTS_A_FORMULA) else cell


def csv_file(rows: Iterable[Cells]) -> bytes:
    """UTF-8 with a byte order mark, lines ending in CRLF, no cell that is a formula."""
    table = io.StringIO()
    table.write("\ufeff")
    csv.writer(table).writerows(_as_texts(row) for row in rows)
    return table.getvalue().encode()


def xlsx_file(rows: Iterable[Cells], *, title: str = "1") -> bytes:
    """A workbook of one sheet whose first row stays in sight; its cells are texts and numbers, never formulas.

    The same rows give the same bytes. What XML cannot hold becomes U+FFFD.

    :param title: of the sheet; at most 31 characters.
    """
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number, row in enumerate(rows):
        sheet.append([_cell(sheet, value, bold=number == 0) for value in _as_texts(row)])
    written = io.BytesIO()
    workbook.save(written)
    return _without_times(written)


def _as_texts(row: Cells) -> Iterator[str | int]:
    return (as_text(cell) if isinstance(cell, str) else cell for cell in row)


def _cell(sheet: object, value: str | int, *, bold: bool) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, _NOT_IN_XML.sub("\ufffd", value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"  # not what it looks like: "#N/A" is a name here
    if bold:
        cell.font = Font(bold=True)
    return cell


def _without_times(written: io.BytesIO) -> bytes:
    """The same archive with one moment for all its times."""
    packed = io.BytesIO()
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, date_time=_SAME_MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, _WHEN.sub(rb"\g<1>2020-01-01T00:00:00Z", old.read(name)))
    return packed.getvalue()
