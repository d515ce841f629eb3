"""A text from a Word file (DOCX): headings, lists, quotations, links, emphasis and footnotes become the Markdown of letters."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any
from urllib.parse import quote

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.text.hyperlink import Hyperlink
from docx.text.paragraph import Paragraph
from lxml.etree import XMLSyntaxError

from letters.errors import WordFileRefused, WordFileTooLarge

MOST_BYTES = 2_000_000
MOST_UNPACKED = 20_000_000
MOST_PARTS = 1_000
_BROKEN_FILE = (  # what python-docx, zipfile and lxml raise over parts that are missing, cut off or of another kind
    PackageNotFoundError,
    XMLSyntaxError,
    zipfile.BadZipFile,
    zlib.error,
    LookupError,
    ValueError,
    AttributeError,
    TypeError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
)
_SPECIAL = re.compile(r"([\\`*_\[\]<>])")
_BEGINNING = re.compile(r"^(\s*)([#+\-]|\d{1,9}(?=[.)]))")
_IN_ADDRESSES = "%:/?#@!$&'*+,;=~[]"  # everything that an address may hold but the brackets of Markdown
_HEADING = re.compile(r"heading (\d)")


@dataclass(frozen=True, slots=True)
class WordText:
    """`title` is the first paragraph in the style Title or Heading 1, or empty; `tables` and `pictures` count what was left out."""

    title: str
    body: str
    tables: int
    pictures: int


def read_word_file(content: bytes) -> WordText:
    """Read the text of a DOCX; nothing that it refers to is fetched.

    :raises WordFileTooLarge: it has more than 2 MB, or would unpack to more than 20 MB.
    :raises WordFileRefused: it is no DOCX that can be read.
    """
    _check_size(content)
    try:
        return _read(Document(io.BytesIO(content)))
    except _BROKEN_FILE as broken:
        raise WordFileRefused from broken


def _check_size(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise WordFileTooLarge
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
    except zipfile.BadZipFile as broken:
        raise WordFileRefused from broken
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise WordFileTooLarge


def _read(document: Any) -> WordText:
    paragraphs = [one for one in document.paragraphs if one.text.strip() or _notes_in(one._p)]
    title = next((one for one in paragraphs if _style(one) in ("title", "heading 1")), None)
    shift = 1 if title is not None and _style(title) == "title" else 0  # then Heading 1 is a heading of the text
    notes = _Notes(document)
    blocks = [_block(one, shift, notes) for one in paragraphs if one is not title]
    parts = [_part(kind, [text for _, text in together]) for kind, together in groupby(blocks, key=itemgetter(0))]
    return WordText(
        "" if title is None else " ".join(title.text.split()),
        "\n\n".join([*parts, *notes.definitions()]),
        tables=len(document.tables),
        pictures=len(document.inline_shapes),
    )


def _part(kind: str, texts: list[str]) -> str:
    """Items of one list as lines, everything else as blocks."""
    if kind == "1":
        return "\n".join(f"{number}. {text}" for number, text in enumerate(texts, start=1))
    return "\n".join(f"- {text}" for text in texts) if kind == "-" else "\n\n".join(texts)


class _Notes:
    """Footnotes in the order of their references."""

    def __init__(self, document: Any) -> None:
        self.texts: dict[str, str] = {}
        self.used: list[str] = []
        for relation in document.part.rels.values():
            if relation.reltype.endswith("/footnotes"):
                for note in parse_xml(relation.target_part.blob).iter(qn("w:footnote")):
                    self.texts[note.get(qn("w:id"))] = "".join(text.text or "" for text in note.iter(qn("w:t")))

    def mark(self, key: str) -> str:
        if key not in self.used:
            self.used.append(key)
        return f"[^{self.used.index(key) + 1}]"

    def definitions(self) -> list[str]:
        return [
            f"[^{number}]: {_plain(' '.join(self.texts.get(key, '').split()))}"
            for number, key in enumerate(self.used, start=1)
        ]


def _style(paragraph: Paragraph) -> str:
    return ((paragraph.style and paragraph.style.name) or "").lower()


def _block(paragraph: Paragraph, shift: int, notes: _Notes) -> tuple[str, str]:
    """Whether it is an item of a list ("1", "-"), and its Markdown."""
    text = "".join(_inline(paragraph, notes)).strip()
    style = _style(paragraph)
    if heading := _HEADING.match(style):
        return "", f"{'##' if int(heading[1]) + shift <= 2 else '###'} {' '.join(paragraph.text.split())}"
    kind = _kind_of_list(paragraph, style)
    if kind:
        return kind, text
    text = _BEGINNING.sub(r"\1\\\2", text)
    return "", f"> {text}" if "quote" in style else text


def _kind_of_list(paragraph: Paragraph, style: str) -> str:
    if style.startswith("list number"):
        return "1"
    if style.startswith("list bullet"):
        return "-"
    properties: Any = paragraph._p.pPr
    if properties is None or properties.numPr is None or properties.numPr.numId is None:
        return ""
    return "-" if _number_format(paragraph, properties.numPr.numId.val) == "bullet" else "1"


def _number_format(paragraph: Paragraph, number: int) -> str:
    part: Any = paragraph.part
    numbering = part.numbering_part.element
    for one in numbering.findall(qn("w:num")):
        if one.get(qn("w:numId")) == str(number):
            abstract = one.find(qn("w:abstractNumId")).get(qn("w:val"))
            for form in numbering.findall(qn("w:abstractNum")):
                if form.get(qn("w:abstractNumId")) == abstract:
                    level = form.find(f"{qn('w:lvl')}/{qn('w:numFmt')}")
                    return "" if level is None else level.get(qn("w:val"))
    return ""


def _notes_in(element: Any) -> list[str]:
    return [one.get(qn("w:id")) for one in element.iter(qn("w:footnoteReference"))]


def _inline(paragraph: Paragraph, notes: _Notes) -> Iterator[str]:
    for (is_link, bold, italic), pieces in groupby(paragraph.iter_inner_content(), key=_form):
        for text in _joined(list(pieces), is_link, notes):
            core = text.strip()
            mark = ("**" if bold else "") + ("*" if italic else "")
            yield text.replace(core, f"{mark}{core}{mark[::-1]}", 1) if mark and core else text


def _form(piece: Any) -> tuple[bool, bool, bool]:
    if isinstance(piece, Hyperlink):
        return True, False, False
    return False, bool(piece.bold), bool(piece.italic)


def _joined(pieces: list[Any], is_link: bool, notes: _Notes) -> Iterator[str]:
    if not is_link:
        words = "".join(_plain(piece.text) + "".join(map(notes.mark, _notes_in(piece._r))) for piece in pieces)
        yield words.replace("\n", " ")
        return
    for piece in pieces:
        good = piece.url.startswith(("https://", "mailto:"))
        address = quote(piece.url, safe=_IN_ADDRESSES)
        yield f"[{_plain(piece.text)}]({address})" if good else _plain(piece.text)


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
