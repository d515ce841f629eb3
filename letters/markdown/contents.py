"""What a text consists of: its title, headings, demands and footnotes, each with its line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, takewhile

from markdown_it.token import Token

from letters.markdown.checks import refuse_lists, refuse_markup, refuse_notes
from letters.markdown.errors import TooManyDemands
from letters.markdown.links import refuse_links
from letters.markdown.parsing import MOST_DEMANDS, line_of, parse, words_of

_TITLE = re.compile(r"#[ ]+(?P<title>[^\n]*?)(?:[ ]+#+)?[ ]*(?:\n+|$)")
_ITEM_MARKER = re.compile(r" {0,3}\d{1,9}[.)] *")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the text; the line counts from 1."""

    level: int
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Structure:
    """What a text consists of; every line counts from 1 in the text that was given.

    `title` is the text of a first line `# …`, or None; `body` is the text without that line. `demands` are the items of
    the one numbered list, each in Markdown, `demand_lines` where they begin. `footnotes` are labels in the order of
    reference, `footnote_lines` where their texts begin.
    """

    title: str | None
    body: str
    headings: tuple[Heading, ...]
    demands: tuple[str, ...]
    demand_lines: tuple[int, ...]
    footnotes: tuple[str, ...]
    footnote_lines: tuple[int, ...]
    last_line: int


def structure(text: str) -> Structure:
    """Read a text and refuse what a letter cannot hold.

    :param text: canonical text (`clean_text`), with or without a title line `# …`.
    :raises MarkdownRefused: the first thing refused, with its line.
    """
    title = _TITLE.match(text)
    body = text[title.end() :] if title else text
    before = text.count("\n", 0, title.end()) if title else 0
    tokens = parse(body, lines_before=before)
    refuse_markup(tokens, before)
    refuse_links(tokens, before)
    lists = [token for token in tokens if token.type == "ordered_list_open" and token.level == 0]
    refuse_lists(lists, before)
    notes = refuse_notes(tokens, before)
    items = _items(tokens, lists[0]) if lists else []
    if len(items) > MOST_DEMANDS:
        raise TooManyDemands(limit=MOST_DEMANDS, line=before + line_of(items[MOST_DEMANDS]))
    lines = body.split("\n")
    return Structure(
        title=title["title"] or None if title else None,
        body=body,
        headings=tuple(_headings(tokens, before)),
        demands=tuple(_item_text(lines, item) for item in items),
        demand_lines=tuple(before + line_of(item) for item in items),
        footnotes=tuple(notes),
        footnote_lines=tuple(notes.values()),
        last_line=before + len(lines),
    )


def _headings(tokens: list[Token], before: int) -> Iterator[Heading]:
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            yield Heading(int(opening.tag[1]), words_of(inline), before + line_of(opening))


def _items(tokens: list[Token], numbered: Token) -> list[Token]:
    """The opening tokens of a top-level list's items."""
    following = tokens[tokens.index(numbered) :]
    inside = takewhile(lambda token: token.type != "ordered_list_close" or token.level, following)
    return [token for token in inside if token.type == "list_item_open" and token.level == 1]


def _item_text(lines: list[str], item: Token) -> str:
    """The Markdown of one list item without its number and indentation."""
    assert item.map
    first, *rest = lines[item.map[0] : item.map[1]]
    marker = _ITEM_MARKER.match(first)
    assert marker
    indent = re.compile(f" {{0,{marker.end()}}}")
    return "\n".join([first[marker.end() :], *(indent.sub("", line, count=1) for line in rest)]).strip("\n")
