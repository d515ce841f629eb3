"""A body as HTML for a page and for print, and as plain words."""

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, override
from markdown_it.token import Token

from letters.markdown.links import may_lead
from letters.markdown.parsing import parse, split_notes, words_of
from letters.markdown.sanitising import sanitised


def render_page(text: str, language: str, prefix: str = "") -> SafeString:
    """The body as HTML for a page, footnotes at its end.

    The numbered list of demands is `<ol class="demands">`; its items have the ids `demand-1`, `demand-2`, …; footnotes
    and their references `note-1` and `noteref-1`.

    :param text: a body, without its title line.
    :param language: of the labels that are read aloud.
    :param prefix: put before every id, where several texts stand on one page; ASCII letters, digits and hyphens.
    :raises TextTooComplex: a limit is exceeded.
    """
    main, notes = split_notes(parse(text))
    page = _Page(notes, prefix)
    with override(language):
        return sanitised(page.blocks(main) + page.notes_at_end())


def render_print(text: str, language: str) -> SafeString:
    """The body as HTML for print, each footnote a `<span class="footnote">` in its place.

    :param language: of the text.
    :raises TextTooComplex: a limit is exceeded.
    """
    main, notes = split_notes(parse(text))
    with override(language):
        return sanitised(_Print(notes).blocks(main))


def plain_text(text: str) -> str:
    """The words of a body without markup and footnotes, one paragraph or heading a line.

    :raises TextTooComplex: a limit is exceeded.
    """
    main, _notes = split_notes(parse(text))
    return "\n".join(words_of(token) for token in main if token.type == "inline")


_TAGS = {"paragraph": "p", "bullet_list": "ul", "blockquote": "blockquote", "list_item": "li"}
_INLINE_TAGS = {
    "em_open": "<em>",
    "em_close": "</em>",
    "strong_open": "<strong>",
    "strong_close": "</strong>",
    "softbreak": "\n",
    "hardbreak": "<br>\n",
}


class _Writer:
    """Writes tokens as HTML. Only what is named here becomes a tag; everything else stays text or is dropped."""

    def __init__(self, notes: dict[str, list[Token]]) -> None:
        self.notes = notes
        self.numbers: dict[str, int] = {}
        self.demands_open = False
        self.demands_written = False

    def reference(self, label: str, *, known: bool) -> str:
        """A reference to a footnote that is there; `known` when an earlier one led to it."""
        raise NotImplementedError

    def demand_id(self) -> str:
        """The attribute of the next demand."""
        return ""

    def blocks(self, tokens: list[Token]) -> str:
        return "".join(self._block(token) for token in tokens)

    def _block(self, token: Token) -> str:
        kind = token.type.removesuffix("_open").removesuffix("_close")
        if token.type == "inline":
            return self.inline(token)
        if token.type in ("code_block", "fence"):
            return f"<p>{escape(token.content)}</p>\n"
        if token.hidden:  # the paragraph of a tight list
            return ""
        if kind == "heading":
            return self._tag("h2" if token.tag in ("h1", "h2") else "h3", token)
        if kind == "ordered_list":
            return self._ordered_list(token)
        if kind == "list_item" and token.nesting == 1 and self.demands_open and token.level == 1:
            return f"<li{self.demand_id()}>"
        return self._tag(_TAGS[kind], token) if kind in _TAGS else ""

    @staticmethod
    def _tag(name: str, token: Token, attributes: str = "") -> str:
        return f"<{name}{attributes}>" if token.nesting == 1 else f"</{name}>\n"

    def _ordered_list(self, token: Token) -> str:
        start = f' start="{int(token.attrs["start"])}"' if "start" in token.attrs else ""
        if token.level == 0:
            self.demands_open = token.nesting == 1 and not self.demands_written
            if self.demands_open:
                self.demands_written = True
                return f'<ol class="demands"{start}>\n'
        return self._tag("ol", token, start)

    def inline(self, block: Token, *, references: bool = True) -> str:
        """What stands within a paragraph; without `references`, those to footnotes stay text."""
        parts: list[str] = []
        dropped = False
        for token in block.children or ():
            if token.type == "link_open":
                dropped = not may_lead(str(token.attrs["href"]))
                parts.append("" if dropped else f'<a href="{escape(token.attrs["href"])}" rel="noopener">')
            elif token.type == "link_close":
                parts.append("" if dropped else "</a>")
            elif token.type == "footnote_ref":
                parts.append(self._reference(token.meta["label"], references=references))
            else:
                parts.append(_INLINE_TAGS.get(token.type) or escape(token.content))
        return "".join(parts)

    def _reference(self, label: str, *, references: bool) -> str:
        if not references or label not in self.notes:
            return escape(f"[^{label}]")
        known = label in self.numbers
        self.numbers.setdefault(label, len(self.numbers) + 1)
        return self.reference(label, known=known)

    def note_text(self, label: str) -> str:
        """The text of a footnote within one paragraph."""
        return " ".join(self.inline(token, references=False) for token in self.notes[label] if token.type == "inline")


class _Page(_Writer):
    """Footnotes at the end, with links there and back."""

    def __init__(self, notes: dict[str, list[Token]], prefix: str) -> None:
        super().__init__(notes)
        self.prefix = prefix
        self.demands = 0
        self.references: dict[str, list[str]] = {}

    def demand_id(self) -> str:
        self.demands += 1
        return f' id="{self.prefix}demand-{self.demands}"'

    def reference(self, label: str, *, known: bool) -> str:
        number = self.numbers[label]
        earlier = self.references.setdefault(label, [])
        anchor = f"{self.prefix}noteref-{number}" + (f"-{len(earlier) + 1}" if known else "")
        earlier.append(anchor)
        return format_html(
            '<sup class="noteref"><a href="#{}note-{}" id="{}" role="doc-noteref" aria-label="{}">{}</a></sup>',
            self.prefix,
            number,
            anchor,
            gettext("Note %(number)s") % {"number": number},
            number,
        )

    def notes_at_end(self) -> str:
        """All footnotes that were referred to, in that order; nothing where there are none."""
        if not self.numbers:
            return ""
        items = "".join(self._note(label, number) for label, number in self.numbers.items())
        title = escape(gettext("Notes"))
        return (
            f'<section class="notes" role="doc-endnotes" aria-labelledby="{self.prefix}notes">'
            f'<h2 id="{self.prefix}notes">{title}</h2>\n<ol>\n{items}</ol></section>\n'
        )

    def _note(self, label: str, number: int) -> str:
        back = "".join(
            format_html(
                ' <a href="#{}" class="noteback" role="doc-backlink" aria-label="{}">↑</a>',
                anchor,
                gettext("Back from note %(number)s to the text") % {"number": number},
            )
            for anchor in self.references[label]
        )
        return f'<li id="{self.prefix}note-{number}">{self.note_text(label)}{back}</li>\n'


class _Print(_Writer):
    """Footnotes in their places, for a style that floats them to the foot of the page."""

    def reference(self, label: str, *, known: bool) -> str:
        if known:
            return f'<sup class="noteref">{self.numbers[label]}</sup>'
        return f'<span class="footnote">{self.note_text(label)}</span>'
