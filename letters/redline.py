"""What differs between two texts, word by word: what was taken out and what was put in."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_WORDS = re.compile(r"\s+|[^\s]+")
BETWEEN, LEFT_OUT = "\n\n", "[…]"
MOST_WORDS = 20_000  # beyond it the whole text is shown as exchanged


class Change(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    OUT = "out"
    IN = "in"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that were all kept, all taken out or all put in."""

    change: Change
    text: str


def redline(before: str, after: str) -> list[Piece]:
    """The pieces of both texts in order: those kept and taken out give `before`, those kept and put in give `after`."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(old) + len(new) > MOST_WORDS:
        return [piece for piece in (Piece(Change.OUT, before), Piece(Change.IN, after)) if piece.text]
    pieces = []
    for _tag, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        kept = old[first:last] == new[start:end]
        if kept:
            pieces.append(Piece(Change.SAME, "".join(old[first:last])))
            continue
        pieces += [Piece(Change.OUT, "".join(old[first:last])), Piece(Change.IN, "".join(new[start:end]))]
    return [piece for piece in pieces if piece.text]


def abridged(pieces: list[Piece]) -> list[Piece]:
    """The same with whole paragraphs left out where nothing changed: of what was kept stay the paragraphs next to a change."""
    last = len(pieces) - 1
    return [
        _abridged(piece, is_first=place == 0, is_last=place == last) if piece.change == Change.SAME else piece
        for place, piece in enumerate(pieces)
    ]


def _abridged(kept: Piece, *, is_first: bool, is_last: bool) -> Piece:
    paragraphs = kept.text.split(BETWEEN)
    before = [] if is_first else paragraphs[:1]
    after = [] if is_last else paragraphs[-1:]
    if len(before) + len(after) >= len(paragraphs):
        return kept
    return Piece(Change.SAME, BETWEEN.join([*before, LEFT_OUT, *after]))
