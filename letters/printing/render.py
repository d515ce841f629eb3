"""A payload becomes a PDF: words, page, QR code, attachments. What the engine does with them is in `engine`."""

import base64
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from textwrap import wrap
from typing import Any

import segno
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from campaign.base.calendar import letter_date
from letters.markdown import render_print
from letters.printing.attachments import enclosed_files, signatory_files
from letters.printing.enclosure import Enclosure
from letters.printing.engine import print_html
from letters.printing.errors import PrintFailed
from letters.printing.mark import mark
from letters.printing.payload import Addressee, Payload, Signatory
from letters.printing.seal_field import SealedBy, make_field
from letters.printing.words import (
    addendum_title,
    kind_name,
    mark_word,
    number_label,
    prevailing_text,
    source_name,
    text_number,
)

__all__ = ["PrintFailed", "edition_html", "render"]

QR_CODE, LOGO, MARK = "qoltanba:/code.png", "qoltanba:/logo.png", "qoltanba:/mark-{}.svg"
MOST_SHARED = 300  # names; of a longer list the laid out pages take too much memory
_PAGE_COUNTER = mark_safe('<span class="page-number"></span>')
_PAGES_COUNTER = mark_safe('<span class="page-count"></span>')


def render(payload: Payload, enclosures: Sequence[Enclosure] = (), *, seal: SealedBy | None = None) -> bytes:
    """Print one edition, unsigned: one PDF that is PDF/A-3a and PDF/UA-1. Equal arguments give equal bytes, in any process.

    :param seal: who will seal it; then a block says so, and a signature field lies over it.
    :raises PrintFailed: the renderer complained of anything, or something asked to read what an edition may not.
    :raises letters.markdown.TextTooComplex: the body goes beyond what can be printed.
    """
    with translation.override(payload.language):
        attachments = [*signatory_files(payload), *enclosed_files(payload, enclosures)]
        finish = partial(make_field, description=_("Electronic seal")) if seal else None
        html = edition_html(payload, seal=seal)
        assets = assets_of(payload)
        for further in payload.bound_with:
            with translation.override(further.language):
                assets |= assets_of(further)
        return print_html(html, assets=assets, attachments=attachments, finish=finish, text=_common_text(payload, seal))


def _common_text(payload: Payload, seal: SealedBy | None) -> str:
    """What tells apart whose later pages differ; empty where pages would be kept for nothing, or take much memory."""
    if payload.bound_with or payload.count > MOST_SHARED:
        return ""
    head = payload.recipient and Addressee(lines=(), salutation="x" * bool(payload.recipient.salutation))
    return replace(payload, recipient=head, edition_number="").to_json() + repr(seal)


def edition_html(payload: Payload, *, seal: SealedBy | None = None) -> str:
    """The pages that are printed, in the active language; the seal stands in the first part."""
    words = words_of(payload)
    if seal:
        words |= {"seal": seal, "sealed_until": _day(seal.until, payload)}
    parts = [render_to_string("letters/_edition_part.html", words)]
    for further in payload.bound_with:
        with translation.override(further.language):
            parts.append(render_to_string("letters/_edition_part.html", words_of(further)))
    return render_to_string("letters/edition.html", words | {"parts": parts})


def words_of(payload: Payload) -> dict[str, Any]:
    """What the templates of printing say of a payload, in the active language."""
    return {
        "edition": payload,
        "kind": kind_name(payload.kind),
        "number_label": number_label(payload.issuer.number_scheme),
        "prevailing_text": prevailing_text(payload.original_language),
        "addendum_title": addendum_title(payload, _day(payload.letter_dated_on, payload)) if payload.addendum else "",
        "mark": mark_word(payload),
        "dated": _day(payload.dated_on, payload),
        "created": f"{datetime.fromisoformat(payload.created_at).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "body": _without_a_gap_in_levels(render_print(payload.body, payload.language)),
        "texts": [
            (text, _day(text.dated_on, payload), " ".join(wrap(text.fingerprint[:16], 4))) for text in payload.texts
        ],
        "signatories": _numbered(payload.signatories),
        "consents": [
            (f"{number}. {one.name}", _day(one.consented_on, payload), source_name(one.source), one.entry)
            for number, one in enumerate((*payload.signatories, *payload.addressee_signatories), start=1)
            if one.consented_on
        ],
        "addressee_signatories": _numbered(payload.addressee_signatories, first=len(payload.signatories) + 1),
        "fingerprint": " ".join(wrap(payload.fingerprint, 8)),
        "short_fingerprint": " ".join(wrap(payload.fingerprint[:16], 4)),
        "short_address": payload.check_address.split("://", 1)[-1].rstrip("/"),
        "page_counter": _PAGE_COUNTER,
        "pages_counter": _PAGES_COUNTER,
    }


def _day(day: str, payload: Payload) -> str:
    return letter_date(date.fromisoformat(day), payload.language)


def _without_a_gap_in_levels(body: str) -> SafeString:
    """The body with headings of the third level raised where none of the second stands before: PDF/UA-1 §7.4.2."""
    before, second_level, after = body.partition("<h2")
    return mark_safe(before.replace("<h3", "<h2").replace("</h3", "</h2") + second_level + after)


def _numbered(signatories: tuple[Signatory, ...], *, first: int = 1) -> list[str]:
    """Each name as one run of text, which prints several times faster than a table: `3. Name (ABBR), place`."""
    return [f"{number}.\u00a0{_line_of(signatory)}" for number, signatory in enumerate(signatories, start=first)]


def _line_of(signatory: Signatory) -> str:
    abbreviation = f" ({signatory.abbreviation})" if signatory.abbreviation else ""
    place = f", {signatory.place}" if signatory.place else ""
    signed = f" [{text_number(signatory.revision)}]" if signatory.revision else ""
    return f"{signatory.name}{abbreviation}{place}{signed}"


def assets_of(payload: Payload) -> dict[str, tuple[str, bytes]]:
    """The pictures that these templates name, in the active language."""
    assets = {QR_CODE: ("image/png", _qr_code(payload.check_address))}
    if payload.issuer.logo_png:
        assets[LOGO] = ("image/png", base64.b64decode(payload.issuer.logo_png, validate=True))
    if word := mark_word(payload):
        assets[MARK.format(payload.language)] = ("image/svg+xml", mark(word))
    return assets


@lru_cache(maxsize=32)  # all editions of a letter lead to one address
def _qr_code(address: str) -> bytes:
    """A picture and no drawing: it stands on every page, and is stored once and not drawn anew on each. 8 dots a module are 500 an inch."""
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False).save(picture, kind="png", border=0, scale=8)
    return picture.getvalue()
