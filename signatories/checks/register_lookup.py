"""The open data of Kazakhstan's legal entities (data.egov.kz, set gbd_ul): which name stands behind a BIN. Optional, never required.

It is asked for the names and the state of the entity alone. Who directs it is personal data: that is not asked for, and dropped
when it comes all the same.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from signatories.checks import fetch
from signatories.checks.network import Network

LARGEST_ANSWER = 64 * 1024
MOST_ENTRIES = 5
FIELDS = ("bin", "namekz", "nameru", "statusru")
OK = 200


class Lookup(StrEnum):
    """How a look-up ended."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entity of the register; a text that it lacks is empty."""

    name_kk: str
    name_ru: str
    status: str


@dataclass(frozen=True, slots=True)
class RegisterAnswer:
    """What the register says of a number; the set holds some entities twice, with different names too."""

    lookup: Lookup
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Register:
    """Where the open data is asked for, and with which key."""

    url: str
    key: str

    @property
    def is_asked(self) -> bool:
        """Whether the installation has one at all."""
        return bool(self.url)


def register_of_settings() -> Register:
    """The register that the installation's settings name; by default none."""
    return Register(settings.REGISTER_LOOKUP_URL, settings.REGISTER_LOOKUP_KEY)


def look_up(bin_number: str, *, register: Register, network: Network) -> RegisterAnswer:
    """The entities with this BIN; unknown, never an exception, when the register is not asked, away, or not understood.

    :param bin_number: twelve digits.
    """
    if not register.is_asked or not (bin_number.isascii() and bin_number.isdecimal()):
        return RegisterAnswer(Lookup.UNKNOWN)
    source = {"size": MOST_ENTRIES, "_source": FIELDS, "query": {"bool": {"must": [{"match": {"bin": bin_number}}]}}}
    asked = urlencode({"apiKey": register.key, "source": json.dumps(source, separators=(",", ":"))})
    try:
        page = fetch.get(f"{register.url}?{asked}", network=network, largest=LARGEST_ANSWER)
        found = _entries(page, bin_number)
    except (fetch.NotFetched, ValueError, RecursionError):  # the last: JSON nested without end
        return RegisterAnswer(Lookup.UNKNOWN)
    return RegisterAnswer(Lookup.FOUND if found else Lookup.NOT_FOUND, found)


def _entries(page: fetch.Page, bin_number: str) -> tuple[Entry, ...]:
    """The entries of an answer, each once.

    :raises ValueError: it is none.
    """
    if page.status != OK or not page.whole:
        raise ValueError(page.status)
    rows: Any = json.loads(page.body)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError(type(rows).__name__)
    mine = [row for row in rows if str(row.get("bin", "")).zfill(len(bin_number)) == bin_number]
    entries = (Entry(_text(row, "namekz"), _text(row, "nameru"), _text(row, "statusru")) for row in mine[:MOST_ENTRIES])
    return tuple(dict.fromkeys(entries))


def _text(row: dict[str, Any], field: str) -> str:
    value = row.get(field)
    line = " ".join(value.split())[:300] if isinstance(value, str) else ""
    return "".join(letter for letter in line if letter.isprintable())
