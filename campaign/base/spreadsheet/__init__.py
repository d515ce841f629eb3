"""Tables of coordinators: read from what they paste or upload, written for their spreadsheets.

A table is taken whole or not at all. What `csv_file` and `xlsx_file` wrote is read back the same, line breaks as `\\n` and
without spaces at the ends of a cell.
"""

from campaign.base.spreadsheet.errors import HeadingMissing, InRow, TableRefused
from campaign.base.spreadsheet.reading import Columns, Row, Table, read_file, read_text
from campaign.base.spreadsheet.writing import as_text, csv_file, xlsx_file

__all__ = [
    "Columns",
    "HeadingMissing",
    "InRow",
    "Row",
    "Table",
    "TableRefused",
    "as_text",
    "csv_file",
    "read_file",
    "read_text",
    "xlsx_file",
]
