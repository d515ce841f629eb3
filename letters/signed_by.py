"""The plug through which the names under a letter come down from the floor above.

`signatories/apps.py` plugs the reader in; this floor knows nothing else of organizations.
"""

from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SignatoryLine:
    """One name in a signatory list, in one language; `place` is the location note, or else the country.

    `slug` is the last part of the address of the organization's own page.
    """

    name: str
    abbreviation: str
    place: str
    slug: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawnLine:
    """The public trace of a withdrawn signature."""

    name: str
    on: date


@dataclass(frozen=True, slots=True)
class Counts:
    """How many signatures of one revision are admitted, and how many wait for a decision."""

    admitted: int = 0
    waiting: int = 0


class SignatureReader(Protocol):
    """What the floor above answers."""

    def names(self, revision_id: int, language: str) -> list[SignatoryLine]:
        """The admitted, public names in that language's own order."""
        ...

    def withdrawn(self, revision_id: int, language: str) -> list[WithdrawnLine]:
        """Publicly visible signatures that were withdrawn, oldest first."""
        ...

    def counts(self, revision_ids: list[int]) -> dict[int, Counts]:
        """Counts of several revisions in one query; a revision without signatures may be absent."""
        ...


class NothingPluggedIn(RuntimeError):
    """The floor above did not plug its reader in: a wiring bug."""


_plugged: list[SignatureReader] = []


def plug_in(reader: SignatureReader) -> None:
    """Make this reader the one that answers."""
    _plugged[:] = [reader]


def reader() -> SignatureReader:
    """The reader that was plugged in.

    :raises NothingPluggedIn: there is none.
    """
    if not _plugged:
        raise NothingPluggedIn
    return _plugged[0]
