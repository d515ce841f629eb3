"""The Markdown of letters: what it may contain, its structure, and its safe HTML for pages and for print.

CommonMark with footnotes. HTML in a text stays text. A letter has headings of two levels, paragraphs, lists, quotations,
links to `https:` and `mailto:`, emphasis and footnotes; anything else is refused when the text is taken (`structure`) and
dropped when it is shown. Limits come from measurements: beyond them the printer takes minutes, not seconds.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from urllib.parse import urlsplit

import nh3
from django.utils.functional import Promise
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from campaign.base.errors import Refusal

MOST_BYTES = 50_000
MOST_NESTING = 10
MOST_LINKS = 200
MOST_FOOTNOTES = 200
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


class ParagraphTooLong(TextTooComplex):
    """A paragraph has more than 20,000 characters."""

    reason = _("The paragraph in line %(line)s has more than %(limit)s characters. Divide it and try again.")


class WordTooLong(TextTooComplex):
    """A word has more than 200 characters."""

    reason = _("Line %(line)s holds a word of more than %(limit)s characters. Shorten it and try again.")


class TooManyLinks(TextTooComplex):
    """A text has more than 200 links."""

    reason = _("The text has more than %(limit)s links; line %(line)s holds the first one too many. Remove some and try again.")


class TooManyFootnotes(TextTooComplex):
    """A text has more than 200 references to footnotes."""

    reason = _(
        "The text has more than %(limit)s footnotes; line %(line)s holds the first one too many. Remove some and try again."
    )


class LinkRefused(MarkdownRefused):
    """A link leads elsewhere than to a full https or mailto address."""

    reason = _(
        "The link in line %(line)s leads to “%(address)s”. A link in a letter begins with https:// or mailto: and holds no "
        "user name. Correct it and try again."
    )


class MarkupRefused(MarkdownRefused):
    """A text holds a picture, code, a rule or a heading of another level."""

    reason = _(
        "Line %(line)s holds %(what)s. A letter holds headings marked ## and ###, paragraphs, lists, quotations, links, "
        "emphasis and footnotes. Change it and try again."
    )


class SecondDemandsList(MarkdownRefused):
    """A text has more than one numbered list outside of other lists and quotations."""

    reason = _(
        "A second numbered list begins in line %(line)s. The demands are the one numbered list of the letter: join the two, or "
        "mark the other one with hyphens, and try again."
    )


class DemandsStartElsewhere(MarkdownRefused):
    """The numbered list does not begin with 1."""

    reason = _("The demands in line %(line)s begin with %(start)s. Begin with 1 and try again.")


class FootnoteMissing(MarkdownRefused):
    """A reference has no footnote."""

    reason = _("Line %(line)s refers to the footnote “%(label)s”, which is not there. Add it or remove the reference and try again.")


class FootnoteUnused(MarkdownRefused):
    """A footnote has no reference."""

    reason = _("Nothing refers to the footnote “%(label)s” in line %(line)s. Refer to it or remove it and try again.")


class FootnoteTwice(MarkdownRefused):
    """Two footnotes have one label."""

    reason = _("A second footnote is called “%(label)s” in line %(line)s. Give it another name and try again.")


class FootnoteNotPlain(MarkdownRefused):
    """A footnote is not one paragraph, or holds a footnote of its own, or stands within a list or a quotation."""

    reason = _(
        "The footnote “%(label)s” in line %(line)s is more than one plain paragraph at the margin, or holds a footnote of its own. "
        "Make it one paragraph and try again."
    )


class StructureDiffers(Refusal):
    """The text of one language is built otherwise than the original. Facts: `file`, `line` and `language`, a code."""

    reason: str | Promise = _("The text is built otherwise than the original.")


class HeadingsDiffer(StructureDiffers):
    """Another number of headings, or other levels."""

    reason = _(
        "%(file)s, line %(line)s: the headings differ: %(count)s here, %(expected)s in %(original)s, and this is the first place "
        "where they part."
    )


class DemandsDiffer(StructureDiffers):
    """Another number of demands."""

    reason = _("%(file)s, line %(line)s: the number of demands differs: %(count)s here, %(expected)s in %(original)s.")


class FootnotesDiffer(StructureDiffers):
    """Another number of footnotes."""

    reason = _("%(file)s, line %(line)s: the number of footnotes differs: %(count)s here, %(expected)s in %(original)s.")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the text; the line counts from 1."""

    level: int
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Structure:
    """What a text consists of; every line counts from 1 in the text that was given.

    `title` is the text of a first line `# …`, or None; `body` is the text without that line. `demands` are the items of the
    one numbered list, each in Markdown, `demand_lines` where they begin. `footnotes` are labels in the order of reference.
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
    raise NotImplementedError


def differences(structures: Mapping[str, Structure], *, original: str) -> list[StructureDiffers]:
    """How the texts of the other languages are built otherwise than the original; empty when all agree.

    Compared are the levels of the headings, the number of demands and the number of footnotes.

    :param structures: by language code.
    :param original: the language against which the others are held.
    """
    raise NotImplementedError


def render_page(text: str, language: str, prefix: str = "") -> SafeString:
    """The body as HTML for a page, footnotes at its end.

    The numbered list of demands is `<ol class="demands">` and its items have the ids `demand-1`, `demand-2`, …

    :param text: a body, without its title line.
    :param language: of the labels that are read aloud.
    :param prefix: put before every id, where several texts stand on one page; ASCII letters, digits and hyphens.
    :raises TextTooComplex: a limit is exceeded.
    """
    raise NotImplementedError


def render_print(text: str, language: str) -> SafeString:
    """The body as HTML for print, each footnote `<span class="footnote">` in its place.

    :raises TextTooComplex: a limit is exceeded.
    """
    raise NotImplementedError


def plain_text(text: str) -> str:
    """The words of a text without markup and footnotes, one paragraph a line."""
    raise NotImplementedError
