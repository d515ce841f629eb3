"""The mark across the pages of what is no real letter, drawn as outlines: nobody copies, searches or hears it."""

from functools import cache
from pathlib import Path

from django.utils.html import format_html, format_html_join
from fontTools.pens.svgPathPen import SVGPathPen  # type: ignore[import-untyped]
from fontTools.pens.transformPen import TransformPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

BOLD = Path("/usr/share/fonts/truetype/paratype/PTF75F.ttf")  # fonts-paratype, PT Serif Bold
LONGEST = 260  # mm along the diagonal
TALLEST = 40  # mm

Outline = tuple[str, float]  # SVG path, and its width in units of the font


@cache
def mark(words: str) -> bytes:
    """An A4 page in SVG with the words in large pale letters from corner to corner, one word a line."""
    with TTFont(BOLD) as font:
        units = font["head"].unitsPerEm
        lines = [_outline(font, word) for word in words.split()]
    size = min(TALLEST, *(LONGEST * units / width for _, width in lines)) / units
    first = -(len(lines) - 1) * 0.5 * units + 0.35 * units
    outlines = [(-width / 2, first + number * units, path) for number, (path, width) in enumerate(lines)]
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 210 297" width="210mm" height="297mm">'
        '<g transform="translate(105 148.5) rotate(-52) scale({})" fill="#f0f0f0">{}</g></svg>',
        round(size, 5),
        format_html_join("", '<path transform="translate({} {}) scale(1 -1)" d="{}"/>', outlines),
    ).encode()


def _outline(font: TTFont, word: str) -> Outline:
    glyphs, names = font.getGlyphSet(), font.getBestCmap()
    path, x = [], 0.0
    for character in word:
        glyph = glyphs[names[ord(character)]]
        pen = SVGPathPen(glyphs, ntos=lambda number: str(round(number)))
        glyph.draw(TransformPen(pen, (1, 0, 0, 1, x, 0)))
        path.append(pen.getCommands())
        x += glyph.width
    return "".join(path), x
