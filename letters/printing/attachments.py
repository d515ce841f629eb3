"""The signatory list as files inside the PDF, for those who count and compare by machine."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from weasyprint import Attachment

from campaign.base.spreadsheet import csv_file
from letters.printing.enclosure import Enclosure
from letters.printing.payload import Payload


def signatory_files(payload: Payload) -> list[Callable[[], Any]]:
    """Makers of the two attachments, described in the language of their names, for each part; none when nobody is named."""
    made = []
    for part in payload.parts:
        with translation.override(part.language):
            made += _signatory_files(
                part, "signatories" if payload.parts == (payload,) else f"signatories-{part.language}"
            )
    return made


def _signatory_files(payload: Payload, name: str) -> list[Callable[[], Any]]:
    if not payload.signatories + payload.addressee_signatories:
        return []
    at = datetime.fromisoformat(payload.created_at).astimezone(UTC)
    attach = partial(Attachment, created=at, modified=at, relationship="Data")
    return [
        partial(attach, string=as_csv(payload), name=f"{name}.csv", description=_("The signatories as a table (CSV)")),
        partial(attach, string=as_json(payload), name=f"{name}.json", description=_("The signatories as data (JSON)")),
    ]


def enclosed_files(payload: Payload, enclosures: Iterable[Enclosure]) -> list[Callable[[], Any]]:
    """Makers of further attachments, described in the active language."""
    at = datetime.fromisoformat(payload.created_at).astimezone(UTC)
    return [
        partial(
            Attachment,
            string=one.content,
            name=one.name,
            description=one.description(),
            created=at,
            modified=at,
            relationship="Data",
        )
        for one in enclosures
    ]


def as_csv(payload: Payload) -> bytes:
    """The list for spreadsheets: UTF-8 with BOM, CRLF, and no cell that a spreadsheet would take for a formula.

    Names for the addressee alone are marked in a column that other editions do not have.
    """
    rows = _rows(payload)
    return csv_file([list(rows[0]), *(list(row.values()) for row in rows)])


def _rows(payload: Payload) -> list[dict[str, str | int]]:
    numbered = enumerate((*payload.signatories, *payload.addressee_signatories), start=1)
    rows: list[dict[str, str | int]] = [
        {"number": number, "name": one.name, "abbreviation": one.abbreviation, "place": one.place}
        for number, one in numbered
    ]
    if payload.texts:
        signed = (*payload.signatories, *payload.addressee_signatories)
        rows = [row | {"revision": one.revision or payload.revision} for row, one in zip(rows, signed, strict=True)]
    if payload.addressee_signatories:
        named = len(payload.signatories)
        return [row | {"shown_to": "all" if place < named else "addressee"} for place, row in enumerate(rows)]
    return rows


def as_json(payload: Payload) -> bytes:
    """The list with what it stands under: address, language, fingerprint and count."""
    content = {
        "letter": payload.letter_slug,
        "reference": payload.reference,
        "language": payload.language,
        "fingerprint": payload.fingerprint,
        **({"texts": [asdict(text) for text in payload.texts]} if payload.texts else {}),
        "addendum": payload.addendum,
        "count": payload.count,
        "not_named": payload.unnamed,
        "signatories": _rows(payload),
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"
