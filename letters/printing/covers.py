"""Cover letters: what lies on top of each copy in its envelope; signed by hand, no edition."""

from django.template.loader import render_to_string
from django.utils import translation

from letters.printing.engine import print_html
from letters.printing.payload import CoverLetters
from letters.printing.render import assets_of, words_of


def render_covers(letters: CoverLetters) -> bytes:
    """All of them in one PDF, each on a page of its own, in the order of the recipients.

    :raises PrintFailed: the renderer complained of anything.
    """
    first, _pages = letters.covers[0]
    with translation.override(first.language):
        covers = [words_of(payload) | {"pages": pages} for payload, pages in letters.covers]
        html = render_to_string("letters/covers.html", {"covers": covers, "edition": first, "mark": covers[0]["mark"]})
        return print_html(html, assets=assets_of(first), attachments=())
