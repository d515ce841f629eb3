"""Why a table was not taken: everything that was found, so that it is mended in one go."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from campaign.base.errors import Refusal

MOST_SHOWN = 50


class TableRefused(Refusal):
    """A table was not taken; `problems` are all that were found, each a refusal of its own."""

    reason = _("The table was not taken, and nothing was changed. Correct this and try again:\n%(problems)s")
    more: str | Promise = ngettext_lazy("And one more problem.", "And %(number)d more problems.", "number")

    def __init__(self, problems: Iterable[Refusal]) -> None:
        self.problems = tuple(problems)
        super().__init__()

    def __str__(self) -> str:
        shown = [str(problem) for problem in self.problems[:MOST_SHOWN]]
        if left := len(self.problems) - len(shown):
            shown.append(str(self.more % {"number": left}))
        return str(self.reason) % {"problems": "\n".join(shown)}


class InRow(Refusal):
    """A problem of one row; `row` counts as the spreadsheet does, the heading being row 1."""

    reason = _("Row %(row)d: %(problem)s")

    def __init__(self, row: int, problem: Refusal) -> None:
        self.row, self.problem = row, problem
        super().__init__(row=row, problem=problem)


class TableTooLarge(Refusal):
    """More bytes than a table of organizations ever has."""

    reason = _("The table is larger than %(limit)d MB. Divide it and bring the parts one after another.")


class TooManyRows(Refusal):
    """More rows than are taken at once."""

    reason = _("The table has more than %(limit)d rows. Divide it and bring the parts one after another.")


class TooManyColumns(Refusal):
    """More columns than a table of organizations ever has."""

    reason = _("The table has more than %(limit)d columns. Delete those that are not needed.")


class NothingInTable(Refusal):
    """No row, or a heading alone."""

    reason = _("The table is empty: below its heading there is no row.")


class EncodingUnknown(Refusal):
    """Bytes that are no text which can be read for certain."""

    reason = _(
        "The letters of this file cannot be read for certain. In the spreadsheet choose “Save as” and “CSV UTF-8”, or save it as XLSX."
    )


class FormatUnknown(Refusal):
    """A file that is no table: a document, a picture, an old XLS, a table locked with a password."""

    reason = _("This file is no table that can be read here. Save it as XLSX without a password, or as “CSV UTF-8”.")


class WorkbookDamaged(Refusal):
    """An XLSX that is not what it says."""

    reason = _("The XLSX file is damaged, or is none. Open it in a spreadsheet and save it anew as XLSX.")


class WorkbookUnsafe(Refusal):
    """An XLSX that holds what a table does not need: macros, links to other files, names that lead out of the file."""

    reason = _(
        "The XLSX file holds more than a table (“%(name)s”). Copy the cells into a new workbook without macros and links to other files."
    )


class WorkbookTooLarge(Refusal):
    """An XLSX that would grow beyond all bounds when unpacked."""

    reason = _("Unpacked, the XLSX file is larger than %(limit)d MB. Copy the table alone into a new workbook.")


class TooManySheets(Refusal):
    """More sheets than one cannot say which of them is meant."""

    reason = _("The workbook has %(number)d sheets with something in them. Leave one, and delete the others.")


class RowUnreadable(Refusal):
    """A row that quotation marks make unreadable."""

    reason = _(
        "this row and what follows cannot be read: a quotation mark is not closed, or a cell goes on after its closing quotation mark."
    )


class InvisibleCharacter(Refusal):
    """A NUL or another control character."""

    reason = _("a cell holds the character %(character)s, which cannot be seen. Delete it.")


class CellTooLong(Refusal):
    """A cell longer than anything that is asked for."""

    reason = _("a cell has more than %(limit)d characters. Shorten it.")


class CellIsFormula(Refusal):
    """A cell that is computed; its value is not known here."""

    reason = _("the cell under “%(heading)s” is a formula. Put its value there.")


class RowTooLong(Refusal):
    """A row with more cells than the heading."""

    reason = _(
        "this row has more cells than the heading. Perhaps a cell holds the separator and stands without quotation marks."
    )


class HeadingTwice(Refusal):
    """Two columns that mean the same."""

    reason = _("two columns mean the same: “%(first)s” and “%(second)s”. Leave one of them.")


class HeadingMissing(Refusal):
    """A column without which the table means nothing."""

    reason = _("no column is called “%(heading)s”. Add it, or write this word above the right one.")
