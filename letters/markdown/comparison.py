"""Whether the texts of a letter are built alike in all languages."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

from campaign.base.languages import LANGUAGE_NAMES
from letters.markdown.contents import Structure
from letters.markdown.errors import DemandsDiffer, FootnotesDiffer, HeadingsDiffer, StructureDiffers


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
