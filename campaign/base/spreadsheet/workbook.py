"""Tables as XLSX: nothing is unpacked before the archive has been judged, and only one sheet is read."""

import lzma
import stat
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from defusedxml.ElementTree import iterparse
from openpyxl import load_workbook
from openpyxl.utils.exceptions import CellCoordinatesException, InvalidFileException

from campaign.base.errors import Refusal
from campaign.base.spreadsheet.errors import (
    TableRefused,
    TooManyColumns,
    TooManyRows,
    TooManySheets,
    WorkbookDamaged,
    WorkbookTooLarge,
    WorkbookUnsafe,
)
from campaign.base.spreadsheet.sheet import MEGABYTE, MOST_COLUMNS, MOST_ROWS, Cells, Sheet

MOST_UNPACKED = 12 * MEGABYTE
MOST_PARTS = 200
MOST_SHEETS = 20
_UNSAFE = (
    "vbaproject",
    "xl/externallinks/",
    "xl/embeddings/",
    "xl/activex/",
    "xl/macrosheets/",
    "xl/dialogsheets/",
    "xl/connections.xml",
    "xl/querytables/",
    "xl/model/",
    "customui/",
)

# What zipfile, the XML parsers and openpyxl were seen to raise, or say that they raise, on damaged files
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    NotImplementedError,
    ArithmeticError,
    RuntimeError,
    LookupError,
    AttributeError,
    TypeError,
    ValueError,
    AssertionError,
    SyntaxError,
    CellCoordinatesException,
    InvalidFileException,
)


def rows_of_workbook(data: bytes) -> Sheet:
    """The one sheet of a workbook that holds anything.

    :raises TableRefused: a damaged or unsafe file, several sheets, more rows or columns than are taken.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _judge(archive)
            _refuse_declarations(archive)
        with warnings.catch_warnings(action="ignore"):  # of parts that openpyxl leaves out
            return _read(data)
    except _DAMAGE as trouble:
        raise TableRefused([WorkbookDamaged()]) from trouble


def _refused(problem: Refusal) -> TableRefused:
    return TableRefused([problem])


def _judge(archive: zipfile.ZipFile) -> None:
    """Refuse what no table needs, from the list of contents alone."""
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise _refused(WorkbookTooLarge(limit=MOST_UNPACKED // MEGABYTE))
    for part in parts:
        name = part.filename.replace("\\", "/")
        steps = name.split("/")
        leads_out = steps[0] == "" or ".." in steps or ":" in name or stat.S_ISLNK(part.external_attr >> 16)
        if leads_out or name.lower().startswith(_UNSAFE) or name.lower().endswith("vbaproject.bin"):
            raise _refused(WorkbookUnsafe(name=part.filename[:100]))
        if part.flag_bits & 0x1 or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _refused(WorkbookDamaged())
    if len({part.filename.lower() for part in parts}) != len(parts) or "[Content_Types].xml" not in archive.namelist():
        raise _refused(WorkbookDamaged())


def _refuse_declarations(archive: zipfile.ZipFile) -> None:
    """Refuse XML that declares types or entities, whatever part it stands in."""
    for name in archive.namelist():
        if name.lower().endswith((".xml", ".rels")):
            with archive.open(name) as part:
                for _, element in iterparse(part, forbid_dtd=True):
                    element.clear()


def _read(data: bytes) -> Sheet:
    workbook: Any = load_workbook(BytesIO(data), read_only=True, keep_links=False)
    if len(workbook.worksheets) > MOST_SHEETS:
        raise _refused(TooManySheets(number=len(workbook.worksheets)))
    try:
        sheets = [sheet for sheet in (_sheet(one) for one in workbook.worksheets) if sheet.rows]
    finally:
        workbook.close()
    if len(sheets) > 1:
        raise _refused(TooManySheets(number=len(sheets)))
    return sheets[0] if sheets else Sheet(())


def _sheet(worksheet: Any) -> Sheet:
    worksheet.reset_dimensions()  # what a sheet says of its own size need not be true
    rows: list[tuple[int, Cells]] = []
    formulas: set[tuple[int, int]] = set()
    for number, cells in enumerate(worksheet.iter_rows(max_col=MOST_COLUMNS + 1), 1):
        texts = tuple(_texts(cells))
        if not any(texts):
            if number > MOST_ROWS * 10:
                raise _refused(TooManyRows(limit=MOST_ROWS))
            continue
        if len(rows) > MOST_ROWS:
            raise _refused(TooManyRows(limit=MOST_ROWS))
        rows.append((number, texts))
        formulas |= {(number, column) for column, cell in enumerate(cells) if cell.data_type == "f"}
    return Sheet(tuple(rows), frozenset(formulas), signs_tell=False)


def _texts(cells: tuple[Any, ...]) -> Iterator[str]:
    last = max((column for column, cell in enumerate(cells, 1) if cell.value is not None), default=0)
    if last > MOST_COLUMNS:
        raise _refused(TooManyColumns(limit=MOST_COLUMNS))
    return (_text(cell.value) for cell in cells[:last])


def _text(value: object) -> str:
    """The cell as a person reads it: whole numbers without a point, dates and times as ISO 8601 writes them."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, datetime | date | time) else str(value)
