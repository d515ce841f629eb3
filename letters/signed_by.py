"""The plug through which the names under a letter come down from the floor above.

`signatories/apps.py` plugs the reader in; this floor knows nothing else of organizations.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class SignatoryLine:
    """One name in a signatory list, in one language; `place` is the location note, or else the country.

    `slug` is the last part of the address of the organization's own page, `key` its permanent public id. `late`: the signature came
    after the closing. `entry` is the number of its entry in the register, `revision` that of the text that it stands for; `text` says in words which,
    where it is not the newest (`letters.selectors.signed_lines`). `consented_on` and `source`
    ("online", "paper", "mail") say when and how the organization consented. `came` says in words how it came, where it did not come on this site.
    """

    name: str
    abbreviation: str
    place: str
    slug: str = ""
    key: str = ""
    late: bool = False
    came: str | Promise = ""
    entry: int | None = None
    revision: int = 1
    text: str = ""
    source: str = ""
    consented_on: date | None = None


@dataclass(frozen=True, slots=True)
class WithdrawnLine:
    """The public trace of a signature that stood in public: withdrawn, or on hold because the organization disputes it."""

    name: str
    on: date
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """How many signatures of one letter are admitted, and how many wait for a decision.

    Of the admitted ones, `addressee` are shown to the addressee only and `counted` to nobody. `paper` were entered from paper and wait for a
    second person; `disputed` are on hold. Both are counted for the desk alone.
    """

    admitted: int = 0
    waiting: int = 0
    addressee: int = 0
    counted: int = 0
    paper: int = 0
    disputed: int = 0

    @property
    def unnamed(self) -> int:
        """How many count without being named in public."""
        return self.addressee + self.counted

    @property
    def named(self) -> int:
        """How many are named in public."""
        return self.admitted - self.unnamed


@dataclass(frozen=True, slots=True)
class Standing:
    """All that the public may know of who stands under a letter, in one language. Names are in that language's own order."""

    names: Sequence[SignatoryLine] = ()
    withdrawn: Sequence[WithdrawnLine] = ()
    counts: Counts = Counts()


@dataclass(frozen=True, slots=True)
class ToPrint:
    """Whom an edition may name in public, whom to the addressee alone, and whom not at all. Not for pages."""

    public: Sequence[SignatoryLine]
    addressee: Sequence[SignatoryLine]
    counted: Sequence[SignatoryLine]

    def newcomers(self, known: Container[str]) -> "ToPrint":
        """Those that came after the closing and whose key is not among the known ones."""
        return ToPrint(
            *(
                [line for line in lines if line.late and line.key not in known]
                for lines in (self.public, self.addressee, self.counted)
            )
        )

    def entries(self) -> list[int]:
        """The numbers of the register entries of all, in their order."""
        lines = (*self.public, *self.addressee, *self.counted)
        return sorted(line.entry for line in lines if line.entry is not None)

    def __len__(self) -> int:
        return len(self.public) + len(self.addressee) + len(self.counted)


class SignatureReader(Protocol):
    """What the floor above answers."""

    def standing(self, letter_id: int, language: str) -> Standing:
        """Names, traces of withdrawals and counts together, in one query; `waiting` is not counted."""
        ...

    def to_print(self, letter_id: int, language: str) -> ToPrint:
        """Everybody whom an edition names or counts, in that language's own order."""
        ...

    def openings(self, letter_id: int) -> Mapping[int, Mapping[str, Any]]:
        """What the entries of all signatures that ever counted stand for: {number of the entry: opening}. Not for pages."""
        ...

    def counts(self, letter_ids: list[int]) -> dict[int, Counts]:
        """Counts of several letters in one query; a letter without signatures may be absent."""
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
