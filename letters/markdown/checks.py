"""What a letter cannot hold: other markup, a second numbered list, footnotes that do not match their references."""

from itertools import pairwise

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from markdown_it.token import Token

from letters.markdown.errors import (
    DemandsStartElsewhere,
    FootnoteMissing,
    FootnoteNotPlain,
    FootnoteTwice,
    FootnoteUnused,
    MarkupRefused,
    SecondDemandsList,
)
from letters.markdown.parsing import inline_tokens, line_of, split_notes


def refuse_markup(tokens: list[Token], before: int) -> None:
    """Refuse pictures, code, rules and headings of another level; `before` the body stand so many lines."""
    what: dict[str, str | Promise] = {"code_block": _("code"), "fence": _("code"), "hr": _("a horizontal rule")}
    for token in tokens:
        if token.type in what:
            raise MarkupRefused(line=before + line_of(token), what=what[token.type])
        if token.type == "heading_open" and token.tag not in ("h2", "h3"):
            raise MarkupRefused(line=before + line_of(token), what=_("a heading of another level"))
    _refuse_inline_markup(tokens, before)


def _refuse_inline_markup(tokens: list[Token], before: int) -> None:
    for token, line in inline_tokens(tokens):
        if token.type == "code_inline":
            raise MarkupRefused(line=before + line, what=_("code"))
    for (earlier, line), (token, same_line) in pairwise(inline_tokens(tokens)):
        if token.type == "link_open" and earlier.content.endswith("!") and line == same_line:
            raise MarkupRefused(line=before + line, what=_("a picture"))


def refuse_lists(lists: list[Token], before: int) -> None:
    """Refuse a second numbered list, and one that does not begin with 1, among the openings of the outer lists."""
    if len(lists) > 1:
        raise SecondDemandsList(line=before + line_of(lists[1]))
    for token in lists:
        if "start" in token.attrs:
            raise DemandsStartElsewhere(line=before + line_of(token), start=token.attrs["start"])


def refuse_notes(tokens: list[Token], before: int) -> dict[str, int]:
    """Check the footnotes; their labels in the order of reference, each with the line of its text."""
    main, notes = split_notes(tokens)
    openings = [token for token in tokens if token.type == "footnote_reference_open"]
    lines: dict[str, int] = {}
    for token in openings:
        label, line = token.meta["label"], before + line_of(token)
        if label in lines:
            raise FootnoteTwice(label=label, line=line)
        lines[label] = line
    for token in openings:
        label = token.meta["label"]
        if token.level or not _is_plain(notes[label]):
            raise FootnoteNotPlain(label=label, line=lines[label])
    referred: dict[str, int] = {}
    for token, line in inline_tokens(main):
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
    inside = [token.type for token, _line_number in inline_tokens(note)]
    return kinds == ["paragraph_open", "inline", "paragraph_close"] and "footnote_ref" not in inside
