"""Pages that several copies of a letter have in common are laid out once, and each page gets the footnotes that the one before left.

Copies for recipients differ in their address block and salutation, at the beginning, and in the number at the foot, which stands in the
margin. WeasyPrint lays out page by page, each from where the one before ended, and the margins last. So a later page that begins at the
same place of the same text as a page of an earlier copy is that page, with other margins. WeasyPrint has no public way to say so; the
tests of printing compare such a file, byte for byte, with one that was printed alone.

Some pages WeasyPrint makes once more at the end. Footnotes that such a page leaves to the next one then wait for whichever is made next: in
a bound edition they would come to stand in another language's part, in the place of its own.
"""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from weasyprint.formatting_structure import build
from weasyprint.layout import page as layout

MOST_TEXTS = 4  # of which pages are kept: the languages of one letter, and one more

NOTES_LEFT = "_notes_left"  # on a document's context: {number of a page: footnotes that it left to the next one}

_make_page = layout.make_page
_kept: OrderedDict[str, dict[tuple[Any, ...], tuple[Any, ...]]] = OrderedDict()
_pages: dict[tuple[Any, ...], tuple[Any, ...]] | None = None  # of the text that is printed now; None: it shares nothing


@contextmanager
def sharing(text: str) -> Iterator[None]:
    """Share pages with other documents of the same text meanwhile. One document at a time in a process.

    :param text: stands for everything that is printed but what stands at the beginning, before all of the text, and in the margins; empty: share nothing.
    """
    global _pages
    if text:
        _pages = _kept.setdefault(text, {})
        _kept.move_to_end(text)
        while len(_kept) > MOST_TEXTS:
            _kept.popitem(last=False)
    try:
        yield
    finally:
        _pages = None


def _make_or_take_page(
    context: Any, root_box: Any, page_type: Any, resume_at: Any, page_number: int, page_state: Any
) -> tuple[Any, ...]:
    """As WeasyPrint's `make_page`, with the footnotes that the page before left."""
    left: dict[int, list[Any]] = context.__dict__.setdefault(NOTES_LEFT, {})
    context.reported_footnotes = list(left.get(page_number - 1, ()))
    made = _made_or_taken(context, root_box, page_type, resume_at, page_number, page_state)
    left[page_number] = list(context.reported_footnotes)
    return made


def _made_or_taken(
    context: Any, root_box: Any, page_type: Any, resume_at: Any, page_number: int, page_state: Any
) -> tuple[Any, ...]:
    """A page; WeasyPrint is asked for the first one, and where a footnote or float comes from the page before."""
    arguments = (context, root_box, page_type, resume_at, page_number, page_state)
    if _pages is None or resume_at is None or _carries_over(context):
        made: tuple[Any, ...] = _make_page(*arguments)
        return made
    place = (page_number, page_type, repr(resume_at), context.forced_break)
    if place in _pages:
        page, end, next_page = _pages[place]
        style = context.style_for(page_type)
        layout._standardize_page_based_counters(style, None)
        build.update_counters(page_state, style)  # the number of the page
        return _with_own_children(page), end, next_page
    page, end, next_page = _make_page(*arguments)
    if not _carries_over(context):
        _pages[place] = (_with_own_children(page), end, next_page)
    return page, end, next_page


def _carries_over(context: Any) -> bool:
    return bool(context.reported_footnotes or context.broken_out_of_flow)


def _with_own_children(page: Any) -> Any:
    """A page of its own, to which margins are added, with what is laid out on it."""
    own = page.copy()
    own.children = list(page.children)
    return own


layout.make_page = _make_or_take_page
