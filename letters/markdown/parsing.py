"""From a text to its tokens, within limits.

The one parser of the house, the limits that keep it and the printer fast, and the walks over tokens that the other
rooms share: lines, words, and the footnotes apart from the rest.
"""

import re
from collections.abc import Iterator
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from letters.markdown.errors import (
    EmphasisTooDeep,
    NestedTooDeep,
    ParagraphTooLong,
    TextTooComplex,
    TextTooLong,
    TooManyFootnotes,
    TooManyLinks,
    WordTooLong,
)

MOST_BYTES = 50_000
MOST_NESTING = 10
MOST_LINKS = 200
MOST_FOOTNOTES = 200
MOST_DEMANDS = 200
LONGEST_PARAGRAPH = 20_000
LONGEST_WORD = 200

_LINK_DESTINATION = re.compile(r"\]\([^()\s]*\)")
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD + 1}}}")
_CONTAINERS = ("blockquote", "bullet_list", "ordered_list")
# Each [ may cost a walk through its paragraph, hence a limit before parsing
_MOST_BRACKETS = 3 * (MOST_LINKS + MOST_FOOTNOTES)


@cache
def _parser() -> MarkdownIt:
    """CommonMark with footnotes; pictures stay text; limits are checked before the words of a block are read."""
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 4 * MOST_NESTING})
    parser.disable("image")
    parser.use(footnote_plugin, inline=False, move_to_end=False, always_match_refs=True)
    parser.core.ruler.after("block", "limits", _refuse_complex_blocks)
    return parser


def parse(text: str, *, lines_before: int = 0) -> list[Token]:
    """The tokens of a body.

    :param lines_before: how many lines of the given text stand before this body; kept in mind for refusals.
    :raises TextTooComplex: a limit is exceeded.
    """
    size = len(text.encode())
    if size > MOST_BYTES:
        raise TextTooLong(size=size // 1000 + 1, limit=MOST_BYTES // 1000, line=lines_before + 1)
    if text.count("[") > _MOST_BRACKETS:
        raise TooManyLinks(limit=MOST_LINKS, line=lines_before + text.count("\n", 0, text.rindex("[")) + 1)
    tokens = _parser().parse(text, {"lines_before": lines_before})
    for token, line in inline_tokens(tokens):
        if _LONG_WORD.search(token.content):  # what looked like a link's address and is none
            raise WordTooLong(limit=LONGEST_WORD, line=lines_before + line)
    _refuse_deep_emphasis(tokens, lines_before)
    _refuse_many(tokens, "link_open", MOST_LINKS, TooManyLinks, lines_before)
    _refuse_many(tokens, "footnote_ref", MOST_FOOTNOTES, TooManyFootnotes, lines_before)
    return tokens


def _refuse_complex_blocks(state: StateCore) -> None:
    """A rule of the parser: refuse deep nesting, long paragraphs and long words before anything within them is read."""
    depth = 0
    for token in state.tokens:
        container = token.type.removesuffix("_open").removesuffix("_close") in _CONTAINERS
        depth += token.nesting if container else 0
        line = state.env["lines_before"] + line_of(token)
        if depth > MOST_NESTING:
            raise NestedTooDeep(limit=MOST_NESTING, line=line)
        if len(token.content) > LONGEST_PARAGRAPH:
            raise ParagraphTooLong(limit=LONGEST_PARAGRAPH, line=line)
        words = _LINK_DESTINATION.sub("", token.content)
        if long := _LONG_WORD.search(words):
            raise WordTooLong(limit=LONGEST_WORD, line=line + words.count("\n", 0, long.start()))


def _refuse_deep_emphasis(tokens: list[Token], lines_before: int) -> None:
    depth = 0
    for token, line in inline_tokens(tokens):
        depth += token.nesting
        if depth > MOST_NESTING:
            raise EmphasisTooDeep(limit=MOST_NESTING, line=lines_before + line)


def _refuse_many(tokens: list[Token], kind: str, limit: int, refusal: type[TextTooComplex], lines_before: int) -> None:
    lines = [line for token, line in inline_tokens(tokens) if token.type == kind]
    if len(lines) > limit:
        raise refusal(limit=limit, line=lines_before + lines[limit])


def line_of(token: Token) -> int:
    """The line of the body where a block begins, from 1."""
    return token.map[0] + 1 if token.map else 1


def inline_tokens(tokens: list[Token]) -> Iterator[tuple[Token, int]]:
    """All tokens within paragraphs and headings, each with its line of the body."""
    for block in tokens:
        line = line_of(block)
        for token in block.children or ():
            yield token, line
            line += token.type in ("softbreak", "hardbreak")


def split_notes(tokens: list[Token]) -> tuple[list[Token], dict[str, list[Token]]]:
    """The tokens outside of footnotes, and those of each footnote by its label."""
    main: list[Token] = []
    notes: dict[str, list[Token]] = {}
    target = [main]
    for token in tokens:
        if token.type == "footnote_reference_open":
            target.append(notes.setdefault(token.meta["label"], []))
        elif token.type == "footnote_reference_close":
            target.pop()
        else:
            target[-1].append(token)
    return main, notes


def words_of(inline: Token) -> str:
    """The text of a paragraph or heading without markup."""
    breaks = {"softbreak": " ", "hardbreak": " "}
    return "".join(breaks.get(token.type, token.content) for token in inline.children or ())
