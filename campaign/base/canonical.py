"""The canonical form of texts and values: what is cleaned before it is stored, and what is hashed for ever after.

A text is cleaned once, on the way in; afterwards its stored characters are hashed as they are, because Unicode's tables
change. Values are hashed as JSON with sorted ASCII keys and no spaces, which is RFC 8785 under the limits stated here.
"""

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaign.base.errors import Refusal

MOST_COMBINING_MARKS = 4
MOST_MARKS_BEFORE_COMPOSING = 30  # UAX 15, stream-safe text; also keeps normalising from taking quadratic time
LARGEST_INTEGER = 2**53 - 1

_SOFT_HYPHEN = "\u00ad"
# Control, format, surrogate, private, unassigned, line and paragraph separators
_REFUSED_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_CONTROL_NAMES = {"\t": "TAB", "\r": "CARRIAGE RETURN", "\0": "NUL", "\x0b": "LINE TABULATION", "\x0c": "FORM FEED"}


class TextRefused(Refusal):
    """A text holds a character that cannot be seen, or changes how the text around it reads. Fact: `line`, from 1."""

    reason: str | Promise = _(
        "The text was not taken: line %(line)s holds the character %(character)s, which cannot be seen or changes how "
        "the text around it reads. Delete it there and try again."
    )

    @property
    def line(self) -> int:
        """The line of the text that was given, counted from 1."""
        line = self.facts["line"]
        assert isinstance(line, int)
        return line


class TooManyMarks(TextRefused):
    """A letter carries more than four combining marks."""

    reason = _(
        "The text was not taken: in line %(line)s more than four combining marks stand on one letter, the last being "
        "%(character)s. Delete them there and try again."
    )


def clean_text(text: str) -> str:
    """The text in the form in which it is stored and hashed.

    Composed (NFC), lines ending in LF, no spaces at the end of a line, no empty lines at the beginning and the end.
    Cleaning twice changes nothing.

    :raises TextRefused: a control, bidirectional, tag, zero-width, private or unassigned character, a lone surrogate.
    :raises TooManyMarks: more than four combining marks in a row.
    """
    lines = text.replace("\r\n", "\n")
    refuse_characters(lines, allowed="\n" + _SOFT_HYPHEN)
    return "\n".join(line.rstrip() for line in _composed(lines).split("\n")).strip("\n")


def refuse_characters(text: str, *, allowed: str) -> None:
    """Refuse a text that holds what no letter and no name needs.

    :raises TextRefused: naming the first such character and its line.
    :raises TooManyMarks: more than four combining marks in a row, before or after composing.
    """
    seen = set(text) - set(allowed)
    if refused := {character for character in seen if unicodedata.category(character) in _REFUSED_CATEGORIES}:
        place = min(text.index(character) for character in refused)
        raise TextRefused(line=_line_at(text, place), character=describe_character(text[place]))
    _refuse_marks(text, MOST_MARKS_BEFORE_COMPOSING)
    _refuse_marks(_composed(text), MOST_COMBINING_MARKS)


def _refuse_marks(text: str, most: int) -> None:
    marks = {character for character in set(text) if unicodedata.category(character).startswith("M")}
    if not marks:
        return
    if run := re.search(f"[{re.escape(''.join(sorted(marks)))}]{{{most + 1},}}", text):
        raise TooManyMarks(line=_line_at(text, run.start()), character=describe_character(run.group()[-1]))


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _line_at(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def describe_character(character: str) -> str:
    """The character as Unicode calls it: `U+202E RIGHT-TO-LEFT OVERRIDE`."""
    name = unicodedata.name(character, _CONTROL_NAMES.get(character, ""))
    return f"U+{ord(character):04X} {name}".rstrip()


def canonical_json(value: Any) -> bytes:
    """The value as JSON in UTF-8 with sorted keys and no spaces: equal values give equal bytes, for ever.

    :param value: dictionaries with ASCII keys, lists, tuples, texts, booleans, None, integers below 2^53.
    :raises TypeError: anything else, floats included.
    :raises ValueError: an integer too large, a key that is not ASCII, a lone surrogate.
    """
    _check_canonical(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _check_canonical(value: Any) -> None:
    if value is None or isinstance(value, bool | str):
        return
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise ValueError("An integer must be smaller than 2^53.")
    elif isinstance(value, list | tuple):
        for item in value:
            _check_canonical(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_key(key)
            _check_canonical(item)
    else:
        raise TypeError(f"{type(value).__name__} has no canonical form.")


def _check_key(key: Any) -> None:
    if not isinstance(key, str):
        raise TypeError("A key must be a text.")
    if not key.isascii():
        raise ValueError("A key must be ASCII.")


LETTER_DOMAIN = "qoltanba/letter/v1"  # a letter as it is signed; all domains are in `docs/fingerprint.md`


def stamped(domain: str, content: bytes) -> bytes:
    """The very bytes that a fingerprint is the SHA-256 of: domain, a NUL byte, canonical form."""
    return domain.encode("ascii") + b"\0" + content


def fingerprint(domain: str, value: Any) -> str:
    """SHA-256 in hexadecimal over the domain, a NUL byte and the value's canonical JSON.

    :param domain: what kind of thing this is and the version of its form, e.g. `letters/text/v1`; ASCII, without NUL.
    """
    return hashlib.sha256(stamped(domain, canonical_json(value))).hexdigest()


@dataclass(frozen=True, slots=True)
class Repair:
    """A word in which Latin letters stood for Cyrillic ones, before and after; the line counts from 1."""

    found: str
    repaired: str
    line: int


_KAZAKH_TWINS = {"ə": "ә", "Ə": "Ә", "ǝ": "ә", "Ǝ": "Ә", "i": "і", "I": "І", "h": "һ", "H": "Һ"}
# A capital Latin H looks like Н; it stands for Һ in these few stems, which are all that are common
_STEMS_WITH_SHHA = ("жаһан", "гауһар", "қаһар", "шаһар", "жиһа", "айһай", "шаһит", "даһи", "һәм", "паһ", "уһ")
_LETTER = r"[^\W\d_]"
_WORD = re.compile(rf"{_LETTER}+")
_LEFT_ALONE = re.compile(
    r"""\[\^[^\[\]\s]+\]                                 # a footnote's label
      | (?:https?://|mailto:|www\.)[^\s<>()\[\]«»“”]*    # an address
      | (?<![^\s<>()\[\]])[^\s@<>()\[\]]+@[^\s@<>()\[\]]+  # an e-mail address
    """,
    re.VERBOSE | re.IGNORECASE,
)


def repair_look_alikes(text: str) -> tuple[str, tuple[Repair, ...]]:
    """Write ә, і and һ where Latin ə, i and h, small or capital, stand inside a Cyrillic word (a capital H also for Н).

    They break search, fonts and fingerprints, and official texts are full of them. Latin words, words with any other
    Latin letter, web and e-mail addresses and footnote labels stay as they are. Repairing twice changes nothing.
    """
    repairs: list[Repair] = []
    lines = [_repair_line(line, number, repairs) for number, line in enumerate(text.split("\n"), 1)]
    return "\n".join(lines), tuple(repairs)


def _repair_line(line: str, number: int, repairs: list[Repair]) -> str:
    """The line with its words repaired; what was done is added to `repairs`."""

    def repair(word: re.Match[str]) -> str:
        found = word.group()
        repaired = _repaired(found)
        if repaired != found:
            repairs.append(Repair(found, repaired, number))
        return repaired

    pieces = []
    end = 0
    for kept in _LEFT_ALONE.finditer(line):
        pieces += [_WORD.sub(repair, line[end : kept.start()]), kept.group()]
        end = kept.end()
    return "".join(pieces) + _WORD.sub(repair, line[end:])


def _repaired(word: str) -> str:
    others = [letter for letter in word if letter not in _KAZAKH_TWINS]
    if not others or not all("\u0400" <= letter <= "\u052f" for letter in others):
        return word
    repaired = _translated(word, _KAZAKH_TWINS)
    if "H" in word and not any(stem in repaired.lower() for stem in _STEMS_WITH_SHHA):
        return _translated(word, _KAZAKH_TWINS | {"H": "Н"})
    return repaired


def _translated(word: str, twins: dict[str, str]) -> str:
    return "".join(twins.get(letter, letter) for letter in word)
