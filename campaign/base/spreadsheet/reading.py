"""A table whose columns have been recognised: all of it, or a list of what is wrong."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from campaign.base.canonical import describe_character
from campaign.base.errors import Refusal
from campaign.base.languages import fold
from campaign.base.spreadsheet.errors import (
    CellIsFormula,
    CellTooLong,
    FormatUnknown,
    HeadingMissing,
    HeadingTwice,
    InRow,
    InvisibleCharacter,
    NothingInTable,
    RowTooLong,
    TableRefused,
    TableTooLarge,
    TooManyColumns,
    TooManyRows,
)
from campaign.base.spreadsheet.sheet import LONGEST_CELL, MEGABYTE, MOST_BYTES, MOST_COLUMNS, MOST_ROWS, Cells, Sheet
from campaign.base.spreadsheet.text import decoded, rows_of_text
from campaign.base.spreadsheet.workbook import rows_of_workbook
from campaign.base.spreadsheet.writing import without_apostrophe

_FORMULA = ("=", "＝")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NO_TABLES = (
    b"\xd0\xcf\x11\xe0",
    b"%PDF",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"{\\rtf",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
)


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns a table may have.

    :param headings: for each column the headings by which it is known, in every language; the first one names it in refusals.
    :param required: columns without which the table means nothing.
    :param alone: the column that is meant by a mere list without a heading, one entry a line.
    """

    headings: Mapping[str, Collection[str]]
    required: tuple[str, ...] = ()
    alone: str = ""

    def named(self, heading: str) -> str:
        """The column that this heading means; empty for an unknown one. Case, punctuation and keyboard do not matter."""
        wanted = fold(heading)
        known = (column for column, names in self.headings.items() if wanted in {fold(name) for name in names})
        return next(known, "") if wanted else ""

    def name_of(self, column: str) -> str:
        """The heading by which the column is called in a refusal."""
        return next(iter(self.headings[column]))


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as the spreadsheet counts, and the text in each column of the table; empty where nothing stood."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A whole table: the columns that were recognised, its rows, and the headings that mean nothing here."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    ignored: tuple[str, ...] = field(default=())


def read_file(data: bytes, columns: Columns) -> Table:
    """Read an uploaded CSV or XLSX; what it is follows from its bytes, never from its name.

    :raises TableRefused: with everything that is wrong.
    """
    if len(data) > MOST_BYTES:
        raise TableRefused([TableTooLarge(limit=MOST_BYTES // MEGABYTE)])
    if data.startswith(_NO_TABLES):
        raise TableRefused([FormatUnknown()])
    sheet = rows_of_workbook(data) if data.startswith(b"PK\x03\x04") else rows_of_text(decoded(data))
    return _table(sheet, columns)


def read_text(text: str, columns: Columns) -> Table:
    """Read what was pasted: cells separated by tabs, semicolons or commas, or one entry a line.

    :raises TableRefused: with everything that is wrong.
    """
    if len(text.encode(errors="replace")) > MOST_BYTES:
        raise TableRefused([TableTooLarge(limit=MOST_BYTES // MEGABYTE)])
    return _table(rows_of_text(text), columns)


def _table(sheet: Sheet, columns: Columns) -> Table:
    rows = [(number, cells) for number, cells in sheet.rows if any(cell.strip() for cell in cells)]
    if not rows:
        raise TableRefused([NothingInTable()])
    _refuse_size(rows)
    _refuse_cells(rows)
    first, heading = rows[0]
    if columns.alone and _is_mere_list(rows, columns):
        places, body = {columns.alone: 0}, rows
    else:
        places, body = _places(first, heading, columns), rows[1:]
    if not body:
        raise TableRefused([NothingInTable()])
    width = max(len(_trimmed(heading)), 1)
    problems = [problem for row in body for problem in _problems_of(row, sheet, places, width, columns)]
    if problems:
        raise TableRefused(problems)
    return Table(
        tuple(places),
        tuple(_row(number, cells, places) for number, cells in body),
        _unknown(heading, columns) if body is not rows else (),
    )


def _refuse_size(rows: list[tuple[int, Cells]]) -> None:
    if len(rows) > MOST_ROWS + 1:
        raise TableRefused([TooManyRows(limit=MOST_ROWS)])
    if max(len(_trimmed(cells)) for _, cells in rows) > MOST_COLUMNS:
        raise TableRefused([TooManyColumns(limit=MOST_COLUMNS)])


def _refuse_cells(rows: list[tuple[int, Cells]]) -> None:
    problems: list[Refusal] = []
    for number, cells in rows:
        if found := _CONTROL.search("".join(cells)):
            problems.append(InRow(number, InvisibleCharacter(character=describe_character(found[0]))))
        if any(len(cell) > LONGEST_CELL for cell in cells):
            problems.append(InRow(number, CellTooLong(limit=LONGEST_CELL)))
    if problems:
        raise TableRefused(problems)


def _trimmed(cells: Cells) -> Cells:
    """The cells without empty ones at the end."""
    last = max((place for place, cell in enumerate(cells, 1) if cell.strip()), default=0)
    return cells[:last]


def _is_mere_list(rows: list[tuple[int, Cells]], columns: Columns) -> bool:
    """Whether there is one entry a line and no heading above them."""
    return all(len(_trimmed(cells)) == 1 for _, cells in rows) and not columns.named(rows[0][1][0])


def _places(row: int, heading: Cells, columns: Columns) -> dict[str, int]:
    """Where each recognised column stands."""
    places: dict[str, int] = {}
    problems: list[Refusal] = []
    for place, cell in enumerate(heading):
        column = columns.named(without_apostrophe(cell.strip()))
        if column in places:
            problems.append(InRow(row, HeadingTwice(first=heading[places[column]].strip(), second=cell.strip())))
        elif column:
            places[column] = place
    missing = [column for column in columns.required if column not in places]
    problems += [InRow(row, HeadingMissing(heading=columns.name_of(column))) for column in missing]
    if not places and not problems:
        problems.append(InRow(row, HeadingMissing(heading=columns.name_of(next(iter(columns.headings))))))
    if problems:
        raise TableRefused(problems)
    return places


def _unknown(heading: Cells, columns: Columns) -> tuple[str, ...]:
    return tuple(
        cell.strip() for cell in heading if cell.strip() and not columns.named(without_apostrophe(cell.strip()))
    )


def _problems_of(
    row: tuple[int, Cells], sheet: Sheet, places: dict[str, int], width: int, columns: Columns
) -> Iterator[Refusal]:
    number, cells = row
    if len(_trimmed(cells)) > width:
        yield InRow(number, RowTooLong())
        return
    for column, place in places.items():
        is_formula = (number, place) in sheet.formulas
        if is_formula or (sheet.signs_tell and place < len(cells) and cells[place].strip().startswith(_FORMULA)):
            yield InRow(number, CellIsFormula(heading=columns.name_of(column)))


def _row(number: int, cells: Cells, places: dict[str, int]) -> Row:
    texts = {column: cells[place] if place < len(cells) else "" for column, place in places.items()}
    return Row(number, {column: without_apostrophe(_lines(text.strip())) for column, text in texts.items()})


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
