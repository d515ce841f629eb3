"""The three texts block by block, side by side, and which blocks somebody has confirmed to say the same."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import zip_longest

from campaign.base.canonical import canonical_json
from campaign.base.languages import LANGUAGES

_GAP = re.compile(r"\n{2,}")
_HEADING = re.compile(r"#{2,3} ")


@dataclass(frozen=True, slots=True)
class Block:
    """Texts that stand beside one another: {language: Markdown, empty where that language has none}.

    `agrees`: somebody confirmed that they say the same. `changed`: languages whose text is another one than when it was last
    confirmed; the other ones are stale until somebody looks. Both empty: nobody ever confirmed it.
    """

    texts: Mapping[str, str]
    agrees: bool = False
    changed: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The SHA-256 of the texts together."""
        return sha256(canonical_json(dict(self.texts))).hexdigest()

    def stale(self) -> tuple[str, ...]:
        """Languages whose text did not follow a change in another one."""
        return () if not self.changed else tuple(one for one in LANGUAGES if one not in self.changed)


def blocks_of(bodies: Mapping[str, str]) -> list[dict[str, str]]:
    """The blocks of the texts by their order: headings beside headings, and below each heading paragraph beside paragraph."""
    sections = {language: _sections(bodies[language]) for language in LANGUAGES}
    rows: list[dict[str, str]] = []
    for together in zip_longest(*(sections[language] for language in LANGUAGES), fillvalue=()):
        for texts in zip_longest(*together, fillvalue=""):
            rows.append(dict(zip(LANGUAGES, texts, strict=True)))
    return rows


def _sections(text: str) -> list[list[str]]:
    sections: list[list[str]] = [[]]
    for block in filter(None, _GAP.split(text.strip())):
        if _HEADING.match(block):
            sections.append([])
        sections[-1].append(block)
    return sections


def judged(rows: Iterable[Mapping[str, str]], confirmed: Iterable[Mapping[str, str]]) -> list[Block]:
    """The blocks with what was confirmed of them.

    :param confirmed: texts that somebody found to say the same, the newest first.
    """
    known = [dict(one) for one in confirmed]
    return [_judged(dict(row), known) for row in rows]


def _judged(row: dict[str, str], known: list[dict[str, str]]) -> Block:
    if row in known:
        return Block(row, agrees=True)
    alike = [(sum(row[one] == before[one] != "" for one in LANGUAGES), before) for before in known]
    best, before = max(alike, key=lambda pair: pair[0], default=(0, {}))
    return Block(row, changed=tuple(one for one in LANGUAGES if row[one] != before[one]) if best else ())
