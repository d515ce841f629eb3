"""The Markdown of letters: what it may contain, its structure, and its safe HTML for pages and for print.

CommonMark with footnotes. HTML in a text stays text. A letter has headings of two levels, paragraphs, lists,
quotations, links to `https:` and `mailto:`, emphasis and footnotes; anything else is refused when the text is taken
(`structure`) and shown without its markup. Limits come from measurements: beyond them the printer takes minutes.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, takewhile, zip_longest
from urllib.parse import urlsplit

import nh3
from django.utils.functional import Promise
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from campaign.base.errors import Refusal
from campaign.base.languages import LANGUAGE_NAMES

MOST_BYTES = 50_000
MOST_NESTING = 10
MOST_LINKS = 200
MOST_FOOTNOTES = 200
MOST_DEMANDS = 200
LONGEST_PARAGRAPH = 20_000
LONGEST_WORD = 200


class MarkdownRefused(Refusal):
    """A text holds what a letter may not hold. Fact: `line`, counted from 1 in the text that was given."""

    reason: str | Promise = _("Line %(line)s holds something that a letter cannot hold. Remove it and try again.")

    @property
    def line(self) -> int:
        """The line, counted from 1."""
        line = self.facts["line"]
        assert isinstance(line, int)
        return line


class TextTooComplex(MarkdownRefused):
    """A text goes beyond one of the limits."""


class TextTooLong(TextTooComplex):
    """A text has more than 50 kB."""

    reason = _("The text has %(size)s kB, and a letter has room for %(limit)s kB. Shorten it and try again.")


class NestedTooDeep(TextTooComplex):
    """Lists and quotations stand within each other more than ten levels deep."""

    reason = _(
        "In line %(line)s lists and quotations stand within each other more than %(limit)s levels deep. "
        "Make them flatter and try again."
    )


class EmphasisTooDeep(TextTooComplex):
    """Emphasis stands within emphasis more than ten levels deep."""

    reason = _(
        "In line %(line)s emphasis stands within emphasis more than %(limit)s levels deep. "
        "Remove some asterisks and try again."
    )


class ParagraphTooLong(TextTooComplex):
    """A paragraph has more than 20,000 characters."""

    reason = _("The paragraph in line %(line)s has more than %(limit)s characters. Divide it and try again.")


class WordTooLong(TextTooComplex):
    """A word has more than 200 characters."""

    reason = _("Line %(line)s holds a word of more than %(limit)s characters. Shorten it and try again.")


class TooManyLinks(TextTooComplex):
    """A text has more than 200 links."""

    reason = _(
        "The text has more than %(limit)s links; line %(line)s holds the first one too many. Remove some and try again."
    )


class TooManyDemands(TextTooComplex):
    """A text has more than 200 demands."""

    reason = _("The text has more than %(limit)s demands. Join or remove some from line %(line)s on and try again.")


class TooManyFootnotes(TextTooComplex):
    """A text has more than 200 references to footnotes."""

    reason = _(
        "The text has more than %(limit)s footnotes; line %(line)s holds the first one too many. "
        "Remove some and try again."
    )


class LinkRefused(MarkdownRefused):
    """A link leads elsewhere than to a full https or mailto address."""

    reason = _(
        "The link in line %(line)s leads to “%(address)s”. A link in a letter begins with https:// or mailto: and "
        "holds no user name. Correct it and try again."
    )


class MarkupRefused(MarkdownRefused):
    """A text holds a picture, code, a rule or a heading of another level."""

    reason = _(
        "Line %(line)s holds %(what)s. A letter holds headings marked ## and ###, paragraphs, lists, quotations, "
        "links, emphasis and footnotes. Change it and try again."
    )


class SecondDemandsList(MarkdownRefused):
    """A text has more than one numbered list outside of other lists and quotations."""

    reason = _(
        "A second numbered list begins in line %(line)s. The demands are the one numbered list of the letter: join the "
        "two, or mark the other one with hyphens, and try again."
    )


class DemandsStartElsewhere(MarkdownRefused):
    """The numbered list does not begin with 1."""

    reason = _("The demands in line %(line)s begin with %(start)s. Begin with 1 and try again.")


class FootnoteMissing(MarkdownRefused):
    """A reference has no footnote."""

    reason = _(
        "Line %(line)s refers to the footnote “%(label)s”, which is not there. "
        "Add it or remove the reference and try again."
    )


class FootnoteUnused(MarkdownRefused):
    """A footnote has no reference."""

    reason = _("Nothing refers to the footnote “%(label)s” in line %(line)s. Refer to it or remove it and try again.")


class FootnoteTwice(MarkdownRefused):
    """Two footnotes have one label."""

    reason = _("A second footnote is called “%(label)s” in line %(line)s. Give it another name and try again.")


class FootnoteNotPlain(MarkdownRefused):
    """A footnote is not one paragraph, or holds a footnote of its own, or stands within a list or a quotation."""

    reason = _(
        "The footnote “%(label)s” in line %(line)s is more than one plain paragraph at the margin, or holds a footnote "
        "of its own. Make it one paragraph and try again."
    )


class StructureDiffers(Refusal):
    """The text of one language is built otherwise than the original.

    Facts: `language` and `original` (their names in themselves), `file` (`ru.md`), `line` from 1, `count`, `expected`.
    """


class HeadingsDiffer(StructureDiffers):
    """Another number of headings, or other levels."""

    reason = _(
        "The headings of the text in %(language)s part from those in %(original)s in line %(line)s: %(count)s against "
        "%(expected)s. Make them agree in number and level and try again."
    )


class DemandsDiffer(StructureDiffers):
    """Another number of demands."""

    reason = _(
        "The text in %(language)s has %(count)s demands (line %(line)s), and the text in %(original)s has "
        "%(expected)s. Make them agree and try again."
    )


class FootnotesDiffer(StructureDiffers):
    """Another number of footnotes."""

    reason = _(
        "The text in %(language)s has %(count)s footnotes (line %(line)s), and the text in %(original)s has "
        "%(expected)s. Make them agree and try again."
    )


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


_TITLE = re.compile(r"#[ ]+(?P<title>[^\n]*?)(?:[ ]+#+)?[ ]*(?:\n+|$)")
_ITEM_MARKER = re.compile(r" {0,3}\d{1,9}[.)] *")
_LINK_DESTINATION = re.compile(r"\]\([^()\s]*\)")
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD + 1}}}")
_HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+\.?(:\d{1,5})?")
_MAIL_ADDRESS = re.compile(r"mailto:[^\s?&@/]+@[^\s?&@/]+")
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


def _parse(text: str, *, lines_before: int = 0) -> list[Token]:
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
    for token, line in _inline_tokens(tokens):
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
        line = state.env["lines_before"] + _line(token)
        if depth > MOST_NESTING:
            raise NestedTooDeep(limit=MOST_NESTING, line=line)
        if len(token.content) > LONGEST_PARAGRAPH:
            raise ParagraphTooLong(limit=LONGEST_PARAGRAPH, line=line)
        words = _LINK_DESTINATION.sub("", token.content)
        if long := _LONG_WORD.search(words):
            raise WordTooLong(limit=LONGEST_WORD, line=line + words.count("\n", 0, long.start()))


def _refuse_deep_emphasis(tokens: list[Token], lines_before: int) -> None:
    depth = 0
    for token, line in _inline_tokens(tokens):
        depth += token.nesting
        if depth > MOST_NESTING:
            raise EmphasisTooDeep(limit=MOST_NESTING, line=lines_before + line)


def _refuse_many(tokens: list[Token], kind: str, limit: int, refusal: type[TextTooComplex], lines_before: int) -> None:
    lines = [line for token, line in _inline_tokens(tokens) if token.type == kind]
    if len(lines) > limit:
        raise refusal(limit=limit, line=lines_before + lines[limit])


def _line(token: Token) -> int:
    """The line of the body where a block begins, from 1."""
    return token.map[0] + 1 if token.map else 1


def _inline_tokens(tokens: list[Token]) -> Iterator[tuple[Token, int]]:
    """All tokens within paragraphs and headings, each with its line of the body."""
    for block in tokens:
        line = _line(block)
        for token in block.children or ():
            yield token, line
            line += token.type in ("softbreak", "hardbreak")


def structure(text: str) -> Structure:
    """Read a text and refuse what a letter cannot hold.

    :param text: canonical text (`clean_text`), with or without a title line `# …`.
    :raises MarkdownRefused: the first thing refused, with its line.
    """
    title = _TITLE.match(text)
    body = text[title.end() :] if title else text
    before = text.count("\n", 0, title.end()) if title else 0
    tokens = _parse(body, lines_before=before)
    _refuse_markup(tokens, before)
    _refuse_links(tokens, before)
    lists = [token for token in tokens if token.type == "ordered_list_open" and token.level == 0]
    _refuse_lists(lists, before)
    notes = _refuse_notes(tokens, before)
    items = _items(tokens, lists[0]) if lists else []
    if len(items) > MOST_DEMANDS:
        raise TooManyDemands(limit=MOST_DEMANDS, line=before + _line(items[MOST_DEMANDS]))
    lines = body.split("\n")
    return Structure(
        title=title["title"] or None if title else None,
        body=body,
        headings=tuple(_headings(tokens, before)),
        demands=tuple(_item_text(lines, item) for item in items),
        demand_lines=tuple(before + _line(item) for item in items),
        footnotes=tuple(notes),
        footnote_lines=tuple(notes.values()),
        last_line=before + len(lines),
    )


def _refuse_markup(tokens: list[Token], before: int) -> None:
    what: dict[str, str | Promise] = {"code_block": _("code"), "fence": _("code"), "hr": _("a horizontal rule")}
    for token in tokens:
        if token.type in what:
            raise MarkupRefused(line=before + _line(token), what=what[token.type])
        if token.type == "heading_open" and token.tag not in ("h2", "h3"):
            raise MarkupRefused(line=before + _line(token), what=_("a heading of another level"))
    _refuse_inline_markup(tokens, before)


def _refuse_inline_markup(tokens: list[Token], before: int) -> None:
    for token, line in _inline_tokens(tokens):
        if token.type == "code_inline":
            raise MarkupRefused(line=before + line, what=_("code"))
    for (earlier, line), (token, same_line) in pairwise(_inline_tokens(tokens)):
        if token.type == "link_open" and earlier.content.endswith("!") and line == same_line:
            raise MarkupRefused(line=before + line, what=_("a picture"))


def _refuse_links(tokens: list[Token], before: int) -> None:
    for token, line in _inline_tokens(tokens):
        if token.type == "link_open" and not _may_lead(str(token.attrs["href"])):
            raise LinkRefused(line=before + line, address=str(token.attrs["href"])[:LONGEST_WORD])


def _may_lead(address: str) -> bool:
    """Whether a link may lead there: a full https address without a user name, or one mail address."""
    try:
        parts = urlsplit(address)
    except ValueError:  # brackets that are no IPv6 address
        return False
    if parts.scheme == "https":
        return address.startswith("https://") and _HOST.fullmatch(parts.netloc) is not None
    return _MAIL_ADDRESS.fullmatch(address) is not None


def _refuse_lists(lists: list[Token], before: int) -> None:
    if len(lists) > 1:
        raise SecondDemandsList(line=before + _line(lists[1]))
    for token in lists:
        if "start" in token.attrs:
            raise DemandsStartElsewhere(line=before + _line(token), start=token.attrs["start"])


def _refuse_notes(tokens: list[Token], before: int) -> dict[str, int]:
    """Check the footnotes; their labels in the order of reference, each with the line of its text."""
    main, notes = _split_notes(tokens)
    openings = [token for token in tokens if token.type == "footnote_reference_open"]
    lines: dict[str, int] = {}
    for token in openings:
        label, line = token.meta["label"], before + _line(token)
        if label in lines:
            raise FootnoteTwice(label=label, line=line)
        lines[label] = line
    for token in openings:
        label = token.meta["label"]
        if token.level or not _is_plain(notes[label]):
            raise FootnoteNotPlain(label=label, line=lines[label])
    referred: dict[str, int] = {}
    for token, line in _inline_tokens(main):
        if token.type == "footnote_ref":
            label = token.meta["label"]
            if label not in lines:
                raise FootnoteMissing(label=label, line=before + line)
            referred[label] = lines[label]
    for label, line in lines.items():
        if label not in referred:
            raise FootnoteUnused(label=label, line=line)
    return referred


def _is_plain(note: list[Token]) -> bool:
    kinds = [token.type for token in note]
    inside = [token.type for token, _line_number in _inline_tokens(note)]
    return kinds == ["paragraph_open", "inline", "paragraph_close"] and "footnote_ref" not in inside


def _split_notes(tokens: list[Token]) -> tuple[list[Token], dict[str, list[Token]]]:
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


def _headings(tokens: list[Token], before: int) -> Iterator[Heading]:
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            yield Heading(int(opening.tag[1]), _words(inline), before + _line(opening))


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


def _words(inline: Token) -> str:
    """The text of a paragraph or heading without markup."""
    breaks = {"softbreak": " ", "hardbreak": " "}
    return "".join(breaks.get(token.type, token.content) for token in inline.children or ())


def plain_text(text: str) -> str:
    """The words of a body without markup and footnotes, one paragraph or heading a line.

    :raises TextTooComplex: a limit is exceeded.
    """
    main, _notes = _split_notes(_parse(text))
    return "\n".join(_words(token) for token in main if token.type == "inline")


def differences(structures: Mapping[str, Structure], *, original: str) -> list[StructureDiffers]:
    """How the texts of the other languages are built otherwise than the original; empty when all agree.

    Compared are the levels of the headings, the number of demands and the number of footnotes.

    :param structures: by language code.
    :param original: the language against which the others are held.
    """
    norm = structures[original]
    return [
        refusal(**facts, language=LANGUAGE_NAMES[language], original=LANGUAGE_NAMES[original], file=f"{language}.md")
        for language, other in structures.items()
        for refusal, facts in _differences(other, norm)
    ]


def _differences(here: Structure, norm: Structure) -> Iterator[tuple[type[StructureDiffers], dict[str, int]]]:
    levels = zip_longest((heading.level for heading in here.headings), (heading.level for heading in norm.headings))
    for number, (level, expected) in enumerate(levels):
        if level != expected:
            line = _line_of_part([heading.line for heading in here.headings], number, here)
            yield HeadingsDiffer, {"line": line, "count": len(here.headings), "expected": len(norm.headings)}
            break
    if len(here.demands) != len(norm.demands):
        line = _line_of_part(here.demand_lines, len(norm.demands), here)
        yield DemandsDiffer, {"line": line, "count": len(here.demands), "expected": len(norm.demands)}
    if len(here.footnotes) != len(norm.footnotes):
        line = _line_of_part(here.footnote_lines, len(norm.footnotes), here)
        yield FootnotesDiffer, {"line": line, "count": len(here.footnotes), "expected": len(norm.footnotes)}


def _line_of_part(lines: Sequence[int], number: int, here: Structure) -> int:
    """The line of the first part too many; where parts are missing, of the last one, or of the text's end."""
    return lines[min(number, len(lines) - 1)] if lines else here.last_line


def render_page(text: str, language: str, prefix: str = "") -> SafeString:
    """The body as HTML for a page, footnotes at its end.

    The numbered list of demands is `<ol class="demands">`; its items have the ids `demand-1`, `demand-2`, …; footnotes
    and their references `note-1` and `noteref-1`.

    :param text: a body, without its title line.
    :param language: of the labels that are read aloud.
    :param prefix: put before every id, where several texts stand on one page; ASCII letters, digits and hyphens.
    :raises TextTooComplex: a limit is exceeded.
    """
    main, notes = _split_notes(_parse(text))
    page = _Page(notes, prefix)
    with override(language):
        return _sanitised(page.blocks(main) + page.notes_at_end())


def render_print(text: str, language: str) -> SafeString:
    """The body as HTML for print, each footnote a `<span class="footnote">` in its place.

    :param language: of the text.
    :raises TextTooComplex: a limit is exceeded.
    """
    main, notes = _split_notes(_parse(text))
    with override(language):
        return _sanitised(_Print(notes).blocks(main))


_TAGS = {"paragraph": "p", "bullet_list": "ul", "blockquote": "blockquote", "list_item": "li"}
_INLINE_TAGS = {
    "em_open": "<em>",
    "em_close": "</em>",
    "strong_open": "<strong>",
    "strong_close": "</strong>",
    "softbreak": "\n",
    "hardbreak": "<br>\n",
}


class _Writer:
    """Writes tokens as HTML. Only what is named here becomes a tag; everything else stays text or is dropped."""

    def __init__(self, notes: dict[str, list[Token]]) -> None:
        self.notes = notes
        self.numbers: dict[str, int] = {}
        self.demands_open = False
        self.demands_written = False

    def reference(self, label: str, *, known: bool) -> str:
        """A reference to a footnote that is there; `known` when an earlier one led to it."""
        raise NotImplementedError

    def demand_id(self) -> str:
        """The attribute of the next demand."""
        return ""

    def blocks(self, tokens: list[Token]) -> str:
        return "".join(self._block(token) for token in tokens)

    def _block(self, token: Token) -> str:
        kind = token.type.removesuffix("_open").removesuffix("_close")
        if token.type == "inline":
            return self.inline(token)
        if token.type in ("code_block", "fence"):
            return f"<p>{escape(token.content)}</p>\n"
        if token.hidden:  # the paragraph of a tight list
            return ""
        if kind == "heading":
            return self._tag("h2" if token.tag in ("h1", "h2") else "h3", token)
        if kind == "ordered_list":
            return self._ordered_list(token)
        if kind == "list_item" and token.nesting == 1 and self.demands_open and token.level == 1:
            return f"<li{self.demand_id()}>"
        return self._tag(_TAGS[kind], token) if kind in _TAGS else ""

    @staticmethod
    def _tag(name: str, token: Token, attributes: str = "") -> str:
        return f"<{name}{attributes}>" if token.nesting == 1 else f"</{name}>\n"

    def _ordered_list(self, token: Token) -> str:
        start = f' start="{int(token.attrs["start"])}"' if "start" in token.attrs else ""
        if token.level == 0:
            self.demands_open = token.nesting == 1 and not self.demands_written
            if self.demands_open:
                self.demands_written = True
                return f'<ol class="demands"{start}>\n'
        return self._tag("ol", token, start)

    def inline(self, block: Token, *, references: bool = True) -> str:
        """What stands within a paragraph; without `references`, those to footnotes stay text."""
        parts: list[str] = []
        dropped = False
        for token in block.children or ():
            if token.type == "link_open":
                dropped = not _may_lead(str(token.attrs["href"]))
                parts.append("" if dropped else f'<a href="{escape(token.attrs["href"])}" rel="noopener">')
            elif token.type == "link_close":
                parts.append("" if dropped else "</a>")
            elif token.type == "footnote_ref":
                parts.append(self._reference(token.meta["label"], references=references))
            else:
                parts.append(_INLINE_TAGS.get(token.type) or escape(token.content))
        return "".join(parts)

    def _reference(self, label: str, *, references: bool) -> str:
        if not references or label not in self.notes:
            return escape(f"[^{label}]")
        known = label in self.numbers
        self.numbers.setdefault(label, len(self.numbers) + 1)
        return self.reference(label, known=known)

    def note_text(self, label: str) -> str:
        """The text of a footnote within one paragraph."""
        return " ".join(self.inline(token, references=False) for token in self.notes[label] if token.type == "inline")


class _Page(_Writer):
    """Footnotes at the end, with links there and back."""

    def __init__(self, notes: dict[str, list[Token]], prefix: str) -> None:
        super().__init__(notes)
        self.prefix = prefix
        self.demands = 0
        self.references: dict[str, list[str]] = {}

    def demand_id(self) -> str:
        self.demands += 1
        return f' id="{self.prefix}demand-{self.demands}"'

    def reference(self, label: str, *, known: bool) -> str:
        number = self.numbers[label]
        earlier = self.references.setdefault(label, [])
        anchor = f"{self.prefix}noteref-{number}" + (f"-{len(earlier) + 1}" if known else "")
        earlier.append(anchor)
        return format_html(
            '<sup class="noteref"><a href="#{}note-{}" id="{}" role="doc-noteref" aria-label="{}">{}</a></sup>',
            self.prefix,
            number,
            anchor,
            gettext("Note %(number)s") % {"number": number},
            number,
        )

    def notes_at_end(self) -> str:
        """All footnotes that were referred to, in that order; nothing where there are none."""
        if not self.numbers:
            return ""
        items = "".join(self._note(label, number) for label, number in self.numbers.items())
        title = escape(gettext("Notes"))
        return (
            f'<section class="notes" role="doc-endnotes" aria-labelledby="{self.prefix}notes">'
            f'<h2 id="{self.prefix}notes">{title}</h2>\n<ol>\n{items}</ol></section>\n'
        )

    def _note(self, label: str, number: int) -> str:
        back = "".join(
            format_html(
                ' <a href="#{}" class="noteback" role="doc-backlink" aria-label="{}">↑</a>',
                anchor,
                gettext("Back from note %(number)s to the text") % {"number": number},
            )
            for anchor in self.references[label]
        )
        return f'<li id="{self.prefix}note-{number}">{self.note_text(label)}{back}</li>\n'


class _Print(_Writer):
    """Footnotes in their places, for a style that floats them to the foot of the page."""

    def reference(self, label: str, *, known: bool) -> str:
        if known:
            return f'<sup class="noteref">{self.numbers[label]}</sup>'
        return f'<span class="footnote">{self.note_text(label)}</span>'


_ALLOWED_ATTRIBUTES = {
    "a": {"href", "id", "rel", "role", "aria-label"},
    "h2": {"id"},
    "li": {"id"},
    "ol": {"start"},
    "section": {"role", "aria-labelledby"},
}
_ALLOWED_CLASSES = {
    "a": {"noteback"},
    "ol": {"demands"},
    "section": {"notes"},
    "span": {"footnote"},
    "sup": {"noteref"},
}
_ALLOWED_TAGS = {"h2", "h3", "p", "ul", "ol", "li", "blockquote", "a", "strong", "em", "br", "sup", "section", "span"}


def _sanitised(html: str) -> SafeString:
    """The second net: whatever our own writer did not mean to write does not reach a reader."""
    return mark_safe(
        nh3.clean(
            html,
            tags=_ALLOWED_TAGS,
            attributes=_ALLOWED_ATTRIBUTES,
            allowed_classes=_ALLOWED_CLASSES,
            attribute_filter=_filter_attribute,
            url_schemes={"https", "mailto"},
            link_rel=None,
        )
    )


def _filter_attribute(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "href" and not (value.startswith("#") or _may_lead(value)):
        return None
    return value
