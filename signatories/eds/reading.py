"""What is common to reading foreign ASN.1 structures: every way in which they are broken becomes one refusal."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise, lazystr
from django.utils.timezone import localtime

from campaign.base.errors import Refusal
from signatories.eds.errors import Unreadable

# What asn1crypto raises for structures that are broken on purpose or by accident
_BROKEN = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
    NotImplementedError,
    struct.error,
)

MOST_SHOWN = 200  # characters of one part of a name

Name = tuple[tuple[tuple[str, str], ...], ...]


@contextmanager
def readable(refusal: type[Refusal] = Unreadable) -> Iterator[None]:
    """Within this block foreign structures are taken apart, into plain values; outside of it nothing is lazy any more.

    :raises Refusal: the given one, whatever is wrong with the structure.
    """
    try:
        yield
    except _BROKEN as broken:
        raise refusal from broken


def moment(value: Any) -> datetime:
    """The time of a UTCTime or GeneralizedTime, aware."""
    native = value.native
    if type(native) is not datetime or native.tzinfo is None:
        raise ValueError("A time needs a year and a zone.")
    return native


def single(values: Any) -> Any:
    """The one value of a set that must hold exactly one."""
    [value] = values
    return value


def comparable(name: Any) -> Name:
    """A distinguished name in a form that is equal for equal names, whatever their string types, case and spaces."""
    return tuple(
        tuple(sorted((part["type"].dotted, " ".join(str(part["value"].native).casefold().split())) for part in parts))
        for parts in name.chosen
    )


def texts(name: Any, identifier: str) -> tuple[str, ...]:
    """The values that a name has under this attribute, fit to be shown: without what cannot be seen, and not endless."""
    return tuple(
        _shown(str(part["value"].native))
        for parts in name.chosen
        for part in parts
        if part["type"].dotted == identifier
    )


def _shown(text: str) -> str:
    visible = "".join(character for character in text if character.isprintable() or character.isspace())
    return " ".join(visible.split())[:MOST_SHOWN]


def day(of: datetime) -> str | Promise:
    """The day for a sentence, in the reader's language whenever the sentence is read."""
    return lazystr(_Day(of))


class _Day:
    def __init__(self, of: datetime) -> None:
        self.of = of

    def __str__(self) -> str:
        return date_format(localtime(self.of), "DATE_FORMAT")
