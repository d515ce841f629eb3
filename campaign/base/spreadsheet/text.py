"""Tables as text: bytes become letters, letters become cells."""

import csv
import re
from collections.abc import Iterator

from campaign.base.spreadsheet.errors import (
    CellTooLong,
    EncodingUnknown,
    InRow,
    RowUnreadable,
    TableRefused,
)
from campaign.base.spreadsheet.sheet import LONGEST_CELL, Cells, Sheet

_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_RUSSIAN_WORD = re.compile("[А-ЯЁ]?[а-яё]+|[А-ЯЁ]+")
_LOST = re.compile(r"\?[а-яё]|[А-ЯЁа-яё]\?[а-яё]|\?{2}")  # what a spreadsheet writes for a Kazakh letter in cp1251
_LETTERS = re.compile(r"[^\W\d_]+")
_SEPARATOR_LINE = re.compile(r"sep=([^\w\s\"]|\t)\n", re.IGNORECASE)
_QUOTED = re.compile('"[^"]*"')


def decoded(data: bytes) -> str:
    """The bytes as text: UTF-8, UTF-16, or Russian in cp1251 where that is certain.

    :raises TableRefused: the encoding cannot be told; guessing would turn names into others.
    """
    mark = next((encoding for start, encoding in _BYTE_ORDER_MARKS if data.startswith(start)), "")
    try:
        return data.decode(mark or _utf_16_without_mark(data) or "utf-8")
    except UnicodeDecodeError:
        if mark or not (text := _russian(data)):
            raise TableRefused([EncodingUnknown()]) from None
        return text


def _utf_16_without_mark(data: bytes) -> str:
    """UTF-16 whose every second byte of the first ASCII letters is zero; empty for all else."""
    start = data[:64]
    if len(data) % 2 or len(start) < 4 or start.count(0) < len(start) // 4:
        return ""
    return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"


def _russian(data: bytes) -> str:
    """The text in cp1251 if all its letters are Russian or Latin and its words look like words; else nothing.

    Kazakh letters have no place in cp1251, and what another code page or a question mark makes of them must not pass for a name.
    """
    try:
        text = data.decode("cp1251")
    except UnicodeDecodeError:
        return ""
    words = [word for word in _LETTERS.findall(text) if not word.isascii()]
    is_russian = bool(words) and all(_RUSSIAN_WORD.fullmatch(word) for word in words)
    return text if is_russian and not _LOST.search(text) else ""


def rows_of_text(text: str) -> Sheet:
    """The table in a text, its cells separated by tabs, semicolons or commas; one cell a line where there are none of these.

    :raises TableRefused: quotation marks that do not end, a cell beyond all bounds.
    """
    plain, separator = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"), ""
    if told := _SEPARATOR_LINE.match(plain):
        plain, separator = plain[told.end() :], told[1]
    return Sheet(tuple(_rows(plain.split("\n"), separator or _separator_of(plain))))


def _separator_of(text: str) -> str:
    """What separates the cells of the first line that holds anything: a tab if there is one, else the more frequent."""
    line = next((line for line in text.split("\n") if line.strip()), "")
    bare = _QUOTED.sub("", line)
    return "\t" if "\t" in bare else max(";,", key=bare.count)


def _rows(lines: list[str], separator: str) -> Iterator[tuple[int, Cells]]:
    number = 0
    try:
        for number, cells in enumerate(
            csv.reader((f"{line}\n" for line in lines), delimiter=separator, strict=True), 1
        ):
            yield number, tuple(cells)
    except csv.Error:
        is_long = max(map(len, lines)) > csv.field_size_limit()
        problem = CellTooLong(limit=LONGEST_CELL) if is_long else RowUnreadable()
        raise TableRefused([InRow(number + 1, problem)]) from None
