"""Tags for assistive technology that WeasyPrint does not write by itself.

What stands in the page margins (number, fingerprint, code) becomes a pagination artifact, as PDF/UA-1 §7.8 asks, so that
nobody has to listen to it on every page; an element with a language of its own says so. WeasyPrint has no public way to
either; the tests of printing fail when a new version moves what is wrapped here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pydyf
from weasyprint.formatting_structure import boxes
from weasyprint.pdf import tags

_build_box_tree = tags._build_box_tree


def _build_tagged_tree(box: Any, *args: Any) -> Iterator[Any]:
    """The structure elements of a box: none for margins that were painted as artifacts, with /Lang where the source says `lang`."""
    marked = args[-1]
    if isinstance(box, boxes.MarginBox) and not any(child in marked for child in box.descendants()):
        return
    for element in _build_box_tree(box, *args):
        language = getattr(box, "element", None) is not None and box.element.get("lang")
        if language:
            # a box without a tag of its own passes on those inside it, which may have said theirs
            element.setdefault("Lang", pydyf.String(language))
        yield element


tags._build_box_tree = _build_tagged_tree


def keep_page_furniture_out_of_the_text(document: Any) -> None:
    """Make the content of the page margins an artifact of every page of the document."""
    for page in document.pages:
        page.paint = partial(_paint, page)


def _paint(page: Any, stream: Any, scale: float = 1) -> None:
    margins = [child for child in page._page_box.children if isinstance(child, boxes.MarginBox)]
    furniture = {box for margin in margins for box in margin.descendants()}
    mark = stream.marked
    stream.marked = lambda box, tag: _pagination(stream) if box in furniture else mark(box, tag)
    type(page).paint(page, stream, scale)


@contextmanager
def _pagination(stream: Any) -> Iterator[None]:
    stream.begin_marked_content("Artifact", pydyf.Dictionary({"Type": "/Pagination"}))
    yield
    stream.end_marked_content()
