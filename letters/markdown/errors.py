"""Why a text is not taken: what a letter cannot hold, the limits, and languages that are built differently."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaign.base.errors import Refusal


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
