"""Tables of coordinators are taken whole or refused with everything that is wrong in them."""

import contextlib
import io
import stat
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from campaign.base.spreadsheet import Columns, Table, TableRefused, csv_file, read_file, read_text, xlsx_file
from campaign.base.spreadsheet.errors import (
    CellIsFormula,
    CellTooLong,
    EncodingUnknown,
    FormatUnknown,
    HeadingMissing,
    HeadingTwice,
    InRow,
    InvisibleCharacter,
    NothingInTable,
    RowTooLong,
    RowUnreadable,
    TableTooLarge,
    TooManyColumns,
    TooManyRows,
    TooManySheets,
    WorkbookDamaged,
    WorkbookTooLarge,
    WorkbookUnsafe,
)

COLUMNS = Columns(
    headings={
        "email": ("E-mail", "Электрондық пошта", "Электронная почта", "Почта"),
        "name": ("Name", "Атауы", "Название"),
        "note": ("Note", "Ескерту", "Примечание"),
    },
    required=("email",),
    alone="email",
)
LINE = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=12)
CELL = LINE | st.sampled_from(["=1+1", "'=1", "''@x", "-", "+7 701", "＝1", "#N/A", "0012", "a;b", 'a"b', "a\nb", "'"])
ROWS = st.lists(st.tuples(CELL.filter(str.strip), CELL, CELL), min_size=1, max_size=6)


def cells(table: Table) -> list[tuple[str, ...]]:
    return [tuple(row.cells[column] for column in table.header) for row in table.rows]


def problems(data: bytes | str) -> list[tuple[int, type]]:
    """The rows (0: the whole table) and kinds of what a table was refused for."""
    with pytest.raises(TableRefused) as refused:
        read_text(data, COLUMNS) if isinstance(data, str) else read_file(data, COLUMNS)
    assert str(refused.value).startswith("The table was not taken, and nothing was changed.")
    return [
        (one.row, type(one.problem)) if isinstance(one, InRow) else (0, type(one)) for one in refused.value.problems
    ]


def workbook(*rows: tuple[object, ...], **sheets: list[tuple[object, ...]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for title, more in sheets.items():
        sheet = book.create_sheet(title)
        for row in more:
            sheet.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def with_part(data: bytes, part: str | zipfile.ZipInfo, content: bytes) -> bytes:
    """The workbook with one more part, or with another content of one that it has."""
    name = part if isinstance(part, str) else part.filename
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            if one != name:
                new.writestr(one, old.read(one))
        new.writestr(part, content)
    return packed.getvalue()


@pytest.mark.parametrize("write", [csv_file, xlsx_file])
@given(rows=ROWS)
def test_what_was_written_is_read_back_the_same(write, rows):
    table = read_file(write([("E-mail", "Name", "Note"), *rows]), COLUMNS)

    assert cells(table) == [tuple(cell.strip() for cell in row) for row in rows]
    assert [row.number for row in table.rows] == list(range(2, len(rows) + 2))


@given(st.binary(max_size=300))
def test_arbitrary_bytes_give_a_table_or_a_refusal(data):
    for one in (data, b"PK\x03\x04" + data, b"\xff\xfe" + data, b"email\n" + data):
        with contextlib.suppress(TableRefused):
            read_file(one, COLUMNS)


@given(st.binary(min_size=1, max_size=60), st.floats(min_value=0, max_value=1))
def test_a_workbook_with_damage_anywhere_gives_a_table_or_a_refusal(damage, place):
    data = workbook(("E-mail",), ("a@b.kz",))
    start = int(place * len(data))
    with contextlib.suppress(TableRefused):
        read_file(data[:start] + damage + data[start + len(damage) :], COLUMNS)


@given(st.text(max_size=80), st.sampled_from(["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"]))
def test_a_workbook_with_nonsense_in_a_part_gives_a_table_or_a_refusal(text, part):
    whole = workbook(("E-mail",), ("a@b.kz",))
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        xml = archive.read(part).decode()
    middle = len(xml) // 2
    for content in (text, xml[:middle] + text + xml[middle:], xml.replace('"1"', f'"{len(text)}"')):
        with contextlib.suppress(TableRefused):
            read_file(with_part(whole, part, content.encode(errors="replace")), COLUMNS)


def test_the_same_rows_give_the_same_workbook():
    rows = [("E-mail", "Name"), ("a@b.kz", "Әділ сөз"), ("c@d.kz", 7)]

    assert xlsx_file(rows) == xlsx_file(rows)


@pytest.mark.parametrize("cell", ["=HYPERLINK(1)", "+7", "-1", "@x", "\tx", "＝1", "'=1", "#N/A"])
def test_no_cell_of_a_written_workbook_is_a_formula(cell):
    with zipfile.ZipFile(io.BytesIO(xlsx_file([("E-mail",), (cell,)]))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()

    assert "<f>" not in sheet
    assert sheet.count('t="inlineStr"') == 2


def test_numbers_stay_numbers_and_what_xml_cannot_hold_is_replaced():
    table = read_file(xlsx_file([("E-mail", "Name", "Note"), ("a@b.kz", 221140000111, "a\x01b\ud800")]), COLUMNS)

    assert cells(table) == [("a@b.kz", "221140000111", "a\ufffdb\ufffd")]


@pytest.mark.parametrize(
    "heading",
    ["E-mail;Name", "электрондық пошта;АТАУЫ", "Электрондык пошта;атауы", "Электронная почта;«Название»", "почта;NAME"],
)
def test_headings_are_known_in_three_languages_on_any_keyboard(heading):
    assert cells(read_text(f"{heading}\na@b.kz;Әділ сөз", COLUMNS)) == [("a@b.kz", "Әділ сөз")]


@pytest.mark.parametrize("separator", ["\t", ";", ","])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_separator_and_line_end_is_understood(separator, end):
    lines = [("Name", "x", "E-mail"), ("Әділ сөз", "1", "a@b.kz"), ("", "", ""), ("Қос", "2", "c@d.kz")]
    table = read_text(end.join(separator.join(line) for line in lines), COLUMNS)

    assert (table.header, table.ignored) == (("name", "email"), ("x",))
    assert [row.number for row in table.rows] == [2, 4]


def test_a_mere_list_of_addresses_needs_no_heading():
    table = read_text("a@b.kz\n\nc@d.kz\n", COLUMNS)

    assert [(row.number, row.cells["email"]) for row in table.rows] == [(1, "a@b.kz"), (3, "c@d.kz")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_kazakh_is_read_in_every_encoding_of_unicode(encoding):
    assert cells(read_file("E-mail;Атауы\na@b.kz;Құқық".encode(encoding), COLUMNS)) == [("a@b.kz", "Құқық")]


def test_russian_in_the_old_windows_code_page_is_recognised():
    data = "Почта;Название\na@b.kz;«Права и свобода» — фонд".encode("cp1251")

    assert cells(read_file(data, COLUMNS)) == [("a@b.kz", "«Права и свобода» — фонд")]


@pytest.mark.parametrize("encoding", ["kz1048", "koi8-r", "cp866"])
def test_other_code_pages_are_refused_rather_than_guessed(encoding):
    text = "Почта;Название\na@b.kz;Құқық" if encoding == "kz1048" else "Почта;Название\na@b.kz;Права"

    assert problems(text.encode(encoding)) == [(0, EncodingUnknown)]


def test_kazakh_letters_that_a_russian_spreadsheet_turned_into_question_marks_are_refused():
    for name in ("Қазақстан", "Құқық", "Жаңа Алма", "Тәуелсіз орталық"):
        data = f"Почта;Название\na@b.kz;{name}".encode("cp1251", errors="replace")

        assert problems(data) == [(0, EncodingUnknown)]

    assert cells(read_file("Почта;Название\na@b.kz;Что делать?".encode("cp1251"), COLUMNS)) == [
        ("a@b.kz", "Что делать?")
    ]


def test_the_separator_may_be_told_in_a_line_of_its_own():
    assert cells(read_text("sep=;\nE-mail;Name\na@b.kz;A, B, C", COLUMNS)) == [("a@b.kz", "A, B, C")]


def test_a_cell_in_quotation_marks_may_hold_everything():
    text = 'E-mail;Name;Note\na@b.kz;"«A»; ""B""";"two\nlines"\nc@d.kz;C;'

    assert cells(read_text(text, COLUMNS)) == [("a@b.kz", '«A»; "B"', "two\nlines"), ("c@d.kz", "C", "")]


WRONG = {
    "nothing": ("", [(0, NothingInTable)]),
    "a heading alone": ("E-mail;Name\n;\n", [(0, NothingInTable)]),
    "no address": ("Name;Note\nA;B", [(1, HeadingMissing)]),
    "no heading": ("a@b.kz;A\nc@d.kz;B", [(1, HeadingMissing)]),
    "a heading twice": ("E-mail;Почта\na@b.kz;c@d.kz", [(1, HeadingTwice)]),
    "a quotation mark that swallows the file": ('E-mail;Name\na@b.kz;"A\nc@d.kz;B\n', [(2, RowUnreadable)]),
    "a cell that goes on": ('E-mail;Name\na@b.kz;A\nc@d.kz;"B" C', [(3, RowUnreadable)]),
    "NUL": ("E-mail;Name\na@b.kz;A\x00\nc@d.kz;\x0b", [(2, InvisibleCharacter), (3, InvisibleCharacter)]),
    "a long cell": (f"E-mail;Name\na@b.kz;{'a' * 2001}", [(2, CellTooLong)]),
    "a cell beyond all bounds": (f"E-mail;Name\na@b.kz;{'a' * 200_000}", [(2, CellTooLong)]),
    "formulas": ("E-mail;Name\na@b.kz;=1\n=A1;B", [(2, CellIsFormula), (3, CellIsFormula)]),
    "a row too long": ("E-mail,Name\na@b.kz,A, B and C", [(2, RowTooLong)]),
    "too many rows": ("E-mail\n" + "a@b.kz\n" * 5001, [(0, TooManyRows)]),
    "too many columns": ("E-mail" + ";x" * 60 + "\na@b.kz", [(0, TooManyColumns)]),
    "too large": ("E-mail\n" + "a@b.kz" * 170_000, [(0, TableTooLarge)]),
    "a document": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", [(0, FormatUnknown)]),
    "bytes without letters": (b"\x98\x99", [(0, EncodingUnknown)]),
    "UTF-16 cut in half": ("E-mail".encode("utf-16") + b"\x00", [(0, EncodingUnknown)]),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_named_with_its_row(case):
    data, expected = WRONG[case]

    assert problems(data) == expected


def test_a_report_says_each_problem_in_a_sentence_and_counts_the_rest():
    with pytest.raises(TableRefused) as refused:
        read_text("E-mail\n" + "=1\n" * 60, COLUMNS)

    lines = str(refused.value).split("\n")
    assert lines[1] == "Row 2: the cell under “E-mail” is a formula. Put its value there."
    assert (len(lines), lines[-1]) == (52, "And 10 more problems.")


def test_a_workbook_is_read_as_a_person_sees_it():
    data = workbook(
        ("Почта", "Название", "Примечание"),
        ("a@b.kz", 221140000111.0, date(2026, 11, 20)),
        (),
        ("c@d.kz", 1.5, datetime(2026, 11, 20, 9, 30)),
        ("'=x", True, None),
    )
    table = read_file(data, COLUMNS)

    assert [row.number for row in table.rows] == [2, 4, 5]
    assert cells(table) == [
        ("a@b.kz", "221140000111", "2026-11-20"),
        ("c@d.kz", "1.5", "2026-11-20T09:30:00"),
        ("=x", "True", ""),
    ]


def test_an_empty_sheet_beside_the_table_does_no_harm():
    assert cells(read_file(workbook(("E-mail",), ("a@b.kz",), Sheet2=[]), COLUMNS)) == [("a@b.kz",)]


GOOD = workbook(("E-mail", "Name"), ("a@b.kz", "A"))
LINK = zipfile.ZipInfo("xl/media/x")
LINK.external_attr = (stat.S_IFLNK | 0o777) << 16
BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
UNFIT = {
    "macros": (with_part(GOOD, "xl/vbaProject.bin", b"x"), WorkbookUnsafe),
    "links to other files": (with_part(GOOD, "xl/externalLinks/externalLink1.xml", b"<x/>"), WorkbookUnsafe),
    "a way out": (with_part(GOOD, "../../etc/passwd", b"x"), WorkbookUnsafe),
    "an absolute name": (with_part(GOOD, "/etc/passwd", b"x"), WorkbookUnsafe),
    "a symbolic link": (with_part(GOOD, LINK, b"/etc/passwd"), WorkbookUnsafe),
    "zeros that swell": (with_part(GOOD, "xl/media/x.png", bytes(13_000_000)), WorkbookTooLarge),
    "entities": (with_part(GOOD, "xl/sharedStrings.xml", BOMB), WorkbookDamaged),
    "an archive of something else": (with_part(GOOD, "[Content_Types].xml", b"<x/>"), WorkbookDamaged),
    "two tables": (workbook(("E-mail",), ("a@b.kz",), Sheet2=[("E-mail",), ("c@d.kz",)]), TooManySheets),
    "many sheets": (workbook(("E-mail",), **{f"S{number}": [] for number in range(21)}), TooManySheets),
    "more rows than one takes": (workbook(("E-mail",), *[("a@b.kz",)] * 5002), TooManyRows),
    "more columns than one takes": (workbook(("x",) * 61, ("a@b.kz",)), TooManyColumns),
    "nothing": (workbook(), NothingInTable),
    "the beginning alone": (GOOD[:200], WorkbookDamaged),
}


@pytest.mark.parametrize("case", UNFIT)
def test_a_workbook_that_holds_more_or_less_than_a_table_is_refused(case):
    data, kind = UNFIT[case]

    assert problems(data) == [(0, kind)]


def test_a_formula_in_a_workbook_is_refused_and_a_text_that_looks_like_one_is_not():
    assert problems(workbook(("E-mail", "Name"), ("a@b.kz", "=1+1"))) == [(2, CellIsFormula)]
    assert cells(read_file(xlsx_file([("E-mail", "Name"), ("a@b.kz", "=1+1")]), COLUMNS)) == [("a@b.kz", "=1+1")]
