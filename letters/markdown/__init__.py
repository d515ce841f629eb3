"""The Markdown of letters: what it may contain, its structure, and its safe HTML for pages and for print.

CommonMark with footnotes. HTML in a text stays text. A letter has headings of two levels, paragraphs, lists,
quotations, links to `https:` and `mailto:`, emphasis and footnotes; anything else is refused when the text is taken
(`structure`) and shown without its markup. Limits come from measurements: beyond them the printer takes minutes.

The rooms; each imports only from those named before it:

- `errors`: why a text is not taken.
- `parsing`: from a text to its tokens, within the limits.
- `links`: where a link may lead.
- `checks`: what a letter cannot hold.
- `contents`: `structure`, what a text consists of.
- `comparison`: `differences` between the languages.
- `sanitising`: the second net under the HTML.
- `rendering`: `render_page`, `render_print`, `plain_text`.
"""

from letters.markdown.comparison import differences
from letters.markdown.contents import Heading, Structure, structure
from letters.markdown.errors import (
    DemandsDiffer,
    DemandsStartElsewhere,
    EmphasisTooDeep,
    FootnoteMissing,
    FootnoteNotPlain,
    FootnotesDiffer,
    FootnoteTwice,
    FootnoteUnused,
    HeadingsDiffer,
    LinkRefused,
    MarkdownRefused,
    MarkupRefused,
    NestedTooDeep,
    ParagraphTooLong,
    SecondDemandsList,
    StructureDiffers,
    TextTooComplex,
    TextTooLong,
    TooManyDemands,
    TooManyFootnotes,
    TooManyLinks,
    WordTooLong,
)
from letters.markdown.parsing import (
    LONGEST_PARAGRAPH,
    LONGEST_WORD,
    MOST_BYTES,
    MOST_DEMANDS,
    MOST_FOOTNOTES,
    MOST_LINKS,
    MOST_NESTING,
)
from letters.markdown.rendering import plain_text, render_page, render_print

__all__ = [
    "LONGEST_PARAGRAPH",
    "LONGEST_WORD",
    "MOST_BYTES",
    "MOST_DEMANDS",
    "MOST_FOOTNOTES",
    "MOST_LINKS",
    "MOST_NESTING",
    "DemandsDiffer",
    "DemandsStartElsewhere",
    "EmphasisTooDeep",
    "FootnoteMissing",
    "FootnoteNotPlain",
    "FootnoteTwice",
    "FootnoteUnused",
    "FootnotesDiffer",
    "Heading",
    "HeadingsDiffer",
    "LinkRefused",
    "MarkdownRefused",
    "MarkupRefused",
    "NestedTooDeep",
    "ParagraphTooLong",
    "SecondDemandsList",
    "Structure",
    "StructureDiffers",
    "TextTooComplex",
    "TextTooLong",
    "TooManyDemands",
    "TooManyFootnotes",
    "TooManyLinks",
    "WordTooLong",
    "differences",
    "plain_text",
    "render_page",
    "render_print",
    "structure",
]
