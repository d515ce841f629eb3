"""The TOML of a description: its values, and the lines where they stand, which `tomllib` does not tell."""

import re
import tomllib
from typing import Any

from django.utils.translation import gettext_lazy as _

from letters.folder.contents import DESCRIPTION
from letters.folder.errors import Findings

_LONG_DOTTED_KEY = re.compile(r"""(?:[\w"'-]{1,40}[ \t]*\.[ \t]*){12}""")
_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.-]+)\s*\]")
_KEY = re.compile(r"""\s*["']?([\w.-]+)["']?\s*=""")
Place = tuple[str | int, ...]


def read_toml(findings: Findings, source: str) -> dict[str, Any] | None:
    """The values of the description; None when it was refused."""
    if key := _LONG_DOTTED_KEY.search(source):
        line = source.count("\n", 0, key.start()) + 1
        findings.refuse(DESCRIPTION, line, _("A name here has more than ten parts."))
        return None
    try:
        return tomllib.loads(source)
    except RecursionError:
        findings.refuse(DESCRIPTION, 1, _("Lists or tables stand within each other too deep."))
    except ValueError as error:  # TOMLDecodeError, or a number of thousands of digits
        findings.refuse(DESCRIPTION, _toml_line(error, source), _("This is not TOML (%(why)s)."), why=str(error))
    return None


def _toml_line(error: ValueError, source: str) -> int:
    place = re.search(r"at line (\d+)", str(error))
    return int(place[1]) if place else source.count("\n") + 1


def lines_of(source: str) -> dict[Place, int]:
    """Where tables and keys of a TOML text stand, which tomllib does not tell.

    Arrays of tables are counted from 0: `("recipient", 1, "holder", "kk")`. Keys of inline tables are not found.
    """
    lines: dict[Place, int] = {}
    arrays: dict[str, int] = {}
    table: Place = ()
    for number, line in enumerate(source.split("\n"), 1):
        if header := _HEADER.match(line):
            first, *rest = header[2].split(".")
            if header[1] == "[[" and not rest:
                arrays[first] = arrays.get(first, -1) + 1
            table = (first, arrays[first], *rest) if first in arrays else (first, *rest)
            lines.setdefault(table, number)
            lines.setdefault((first,), number)
        elif key := _KEY.match(line):
            lines.setdefault((*table, *key[1].split(".")), number)
    return lines
